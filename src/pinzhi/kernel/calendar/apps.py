from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "pinzhi.kernel.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pinzhi.kernel.calendar import signals  # noqa: F401  connects the receivers
