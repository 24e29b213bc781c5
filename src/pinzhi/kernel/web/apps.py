import logging
from pathlib import Path

from django.apps import AppConfig, apps


class WebConfig(AppConfig):
    name = "pinzhi.kernel.web"
    label = "web"

    def ready(self) -> None:
        from pinzhi.kernel.web import fresh

        homes = [Path(app.path) for app in apps.get_app_configs() if app.name.startswith("pinzhi.")]
        try:
            fresh.translations(homes)
            fresh.pack()
        except OSError as error:
            # Installed where this account may not write: the package brings both, and only an edit would miss them.
            logging.getLogger(__name__).info("not brought up to date: %s", error)
