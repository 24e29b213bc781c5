from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "pinzhi.apps.parties"
    label = "parties"
