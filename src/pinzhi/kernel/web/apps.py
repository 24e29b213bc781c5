from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "pinzhi.kernel.web"
    label = "web"
