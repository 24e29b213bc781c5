from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "pinzhi.kernel.registers"
    label = "registers"
