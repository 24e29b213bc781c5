from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "pinzhi.apps.policy"
    label = "policy"
