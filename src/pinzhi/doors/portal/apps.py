from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pinzhi.doors.portal"
    label = "portal"
