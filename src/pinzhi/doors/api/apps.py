from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "pinzhi.doors.api"
    label = "api"
