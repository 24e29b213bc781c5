from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "pinzhi.kernel.files"
    label = "files"
