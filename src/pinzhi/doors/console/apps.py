from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "pinzhi.doors.console"
    label = "console"
