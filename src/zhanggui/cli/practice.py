"""The practice courier: started beside the house wherever a carrier of ours is it."""

from urllib.parse import urlsplit

from django.conf import settings

from zhanggui.carriers import queries as carriers
from zhanggui.carriers.commands import contracts
from zhanggui.carriers.models import Carrier
from zhanggui.couriers.sandbox.running import SandboxServer
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

PLUGIN = "sandbox"
# One scan every so many seconds: slow enough to be watched, quick enough to arrive today.
PACE_S = 30.0


def start_where_used(*, wanted: bool = False, pace_s: float = PACE_S) -> SandboxServer | None:
    """Start it where a carrier in use is it, or where it is ``wanted``; its address goes into the carrier's settings.

    It keeps its books in the data folder, so that parcels go on moving after a restart, on the port it had before if
    that is free.
    """
    used = Carrier.objects.filter(plugin=PLUGIN, enabled=True).first()
    if used is None and not wanted:
        return None
    state = settings.DATA / "practice-courier.sqlite3"
    before = urlsplit(carriers.account_of(used).settings.get("url", "")).port if used else None
    try:
        server = SandboxServer(state, pace_s=pace_s, port=before or 0).start()
    except RuntimeError:
        server = SandboxServer(state, pace_s=pace_s).start()
    account = dict(server.account().settings)
    if used is None:
        contracts.enrol("practice", "练习快递", plugin=PLUGIN, service="standard", settings=account, by=SYSTEM, at=clock.now())
    elif dict(carriers.account_of(used).settings) != account:
        contracts.change(used.pk, settings=account, by=SYSTEM, at=clock.now())
    return server
