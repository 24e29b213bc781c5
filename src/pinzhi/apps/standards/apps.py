from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "pinzhi.apps.standards"
    label = "standards"

    def ready(self) -> None:
        from pinzhi.apps.standards import eligibility_declarations, reminding_alerts
        from pinzhi.kernel.web import work

        title = {"zh": "标准预警", "en": "Alerts of standards"}
        work.offer(
            "standards.alerts",
            reminding_alerts.waiting,
            title=title,
            order=30,
            more="/console/standards/alerts/",
        )
        eligibility_declarations.offer()
