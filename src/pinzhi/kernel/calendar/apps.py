from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "pinzhi.kernel.calendar"
    label = "calendar"
