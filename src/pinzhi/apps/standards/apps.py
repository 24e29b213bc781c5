from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "pinzhi.apps.standards"
    label = "standards"
