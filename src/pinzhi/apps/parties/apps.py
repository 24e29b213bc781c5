from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "pinzhi.apps.parties"
    label = "parties"

    def ready(self) -> None:
        from pinzhi.apps.parties import eligibility

        eligibility.offer()
