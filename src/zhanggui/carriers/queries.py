"""Who can carry: contracts, the plugin that talks to each, and what a plugin is given to do so."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from django.conf import settings

from zhanggui.carriers.models import Carrier
from zhanggui.carriers.port import Account, Courier, HandsOver
from zhanggui.carriers.rules import waybills

GROUP = "zhanggui.carriers"


@cache
def plugins() -> Mapping[str, Courier]:
    """Every installed courier by its name, loaded once a process."""
    return {entry.name: cast(Courier, entry.load()) for entry in entry_points(group=GROUP)}


def courier_of(carrier: Carrier) -> Courier | None:
    """The plugin that talks to this carrier; None where numbers are typed by hand or the plugin is not installed."""
    return plugins().get(carrier.plugin) if carrier.plugin else None


def takes_parcels(courier: Courier) -> HandsOver | None:
    """The same courier, if it wants to hear which parcels lie with it now."""
    return cast(HandsOver, courier) if "handover" in courier.can else None


def account_of(carrier: Carrier) -> Account:
    """How to reach the carrier, opened for one call: keep it in no variable that outlives the call."""
    sealed = carrier.settings_sealed
    facts = settings.KEY_RING.open_facts(bytes(sealed), purpose(carrier.code)) if sealed else {}
    return Account(carrier.code, {key: str(value) for key, value in facts.items()})


def purpose(code: str) -> bytes:
    """What a contract's settings are sealed for: those of one do not open as another's."""
    return f"carrier:{code}".encode()


def enabled() -> list[Carrier]:
    """Carriers in use, the default first. One statement."""
    return list(Carrier.objects.filter(enabled=True).order_by("-is_default", "code"))


def by_ids(carrier_ids: Iterable[int]) -> dict[int, Carrier]:
    """One statement, switched off ones too."""
    return Carrier.objects.in_bulk(sorted(set(carrier_ids)))


def suggest(wanted: Mapping[int, int | None]) -> dict[int, int | None]:
    """For each order id the carrier to use: the one it names while that is in use, else the default. One statement."""
    found = enabled()
    in_use = {carrier.pk for carrier in found}
    fallback = next((carrier.pk for carrier in found if carrier.is_default), None)
    return {order_id: named if named in in_use else fallback for order_id, named in wanted.items()}


def carriers_for(number: str) -> list[Carrier]:
    """Which carriers in use a typed number could belong to. One statement."""
    found = enabled()
    fitting = set(waybills.candidates(waybills.plain(number), {carrier.pk: carrier.waybill_pattern for carrier in found}))
    return [carrier for carrier in found if carrier.pk in fitting]
