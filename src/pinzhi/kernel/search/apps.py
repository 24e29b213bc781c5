from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "pinzhi.kernel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pinzhi.kernel.search import queries  # noqa: F401  registers the lookup
