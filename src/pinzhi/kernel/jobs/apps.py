from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "pinzhi.kernel.jobs"
    label = "jobs"
