from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class JournalConfig(AppConfig):
    name = "zhanggui.journal"
    label = "journal"

    def ready(self) -> None:
        """Everything signs up before the first event is told: handlers and periodic jobs, whose things are whose, what
        becomes of what waits for a second person."""
        for app in apps.get_app_configs():
            if not app.name.startswith("zhanggui."):
                continue
            for room in ("handlers", "jobs", "reaching"):
                if app.name != self.name and find_spec(f"{app.name}.{room}"):
                    import_module(f"{app.name}.{room}")
        import_module("zhanggui.journal.approvals")
