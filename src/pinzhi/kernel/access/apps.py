from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "pinzhi.kernel.access"
    label = "access"
