from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "pinzhi.kernel.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pinzhi.kernel.places import signals  # noqa: F401  connects the receivers
