from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "pinzhi.kernel.search"
    label = "search"
