"""The practice courier: it runs beside the house, so that a new shop can ship something today."""

import os

from django.conf import settings

from zhanggui.carriers.commands import contracts
from zhanggui.carriers.models import Carrier
from zhanggui.couriers.sandbox.client import WHERE
from zhanggui.couriers.sandbox.running import SandboxServer
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

PLUGIN = "sandbox"
# One scan every so many seconds: slow enough to be watched, quick enough to arrive today.
PACE_S = 30.0


def start(*, pace_s: float = PACE_S) -> SandboxServer:
    """Start it on a free port, which every process of ours started afterwards knows. It keeps its books in the data
    folder: parcels go on moving after a restart."""
    server = SandboxServer(settings.DATA / "practice-courier.sqlite3", pace_s=pace_s).start()
    os.environ[WHERE] = server.url
    return server


def enrol() -> None:
    """Take it on as a carrier, where no carrier is it yet."""
    if not Carrier.objects.filter(plugin=PLUGIN).exists():
        contracts.enrol("practice", "练习快递", plugin=PLUGIN, service="standard", by=SYSTEM, at=clock.now())
