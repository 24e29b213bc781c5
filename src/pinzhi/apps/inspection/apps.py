from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "pinzhi.apps.inspection"
    label = "inspection"

    def ready(self) -> None:
        from pinzhi.apps.inspection import eligibility, reminding

        reminding.offer_cards()
        eligibility.offer()
