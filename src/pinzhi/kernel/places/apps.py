from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "pinzhi.kernel.places"
    label = "places"
