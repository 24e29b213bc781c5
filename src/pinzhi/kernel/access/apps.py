from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "pinzhi.kernel.access"
    label = "access"

    def ready(self) -> None:
        from pinzhi.kernel.access import signals  # noqa: F401 - connects the receivers
