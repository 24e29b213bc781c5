from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "pinzhi.kernel.audit"
    label = "audit"
