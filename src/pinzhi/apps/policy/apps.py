from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "pinzhi.apps.policy"
    label = "policy"

    def ready(self) -> None:
        from pinzhi.apps.policy import reminding
        from pinzhi.kernel.web import work

        title = {"zh": "本单位的任务", "en": "Our duties"}
        work.offer("policy.duties", reminding.waiting, title=title, order=20, more="/console/duties/")
        title = {"zh": "待我决定", "en": "To be decided"}
        work.offer("policy.deciding", reminding.deciding, title=title, order=25)
