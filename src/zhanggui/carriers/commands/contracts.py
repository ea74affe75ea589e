"""Taking carriers on: their names, the plugin that talks to them, the settings of the contract."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings as house
from django.utils.translation import gettext as _

from zhanggui.carriers.events import CarrierChanged, CarrierEnrolled
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.queries import plugins, purpose
from zhanggui.carriers.refusals import BadPattern, CarrierIncomplete, CarrierKnown, CarrierOff, NoSuchPlugin
from zhanggui.carriers.rules import waybills
from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}")


@command(needs="settings")
def enrol(
    code: str,
    name: str,
    plugin: str = "",
    service: str = "",
    settings: Mapping[str, str] | None = None,
    *,
    waybill_pattern: str = "",
    no_service: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Take a carrier on; the first one is the default. Returns its id.

    ``settings`` (keys, secrets) are sealed and never shown again. Raises ``CarrierKnown``, ``CarrierIncomplete``,
    ``NoSuchPlugin``, ``BadPattern``.
    """
    code = code.strip().lower()
    if not CODE.fullmatch(code):
        raise CarrierIncomplete(field=_("代号"))
    if Carrier.objects.filter(code=code).exists():
        raise CarrierKnown(carrier=code)
    said = {"name": name, "plugin": plugin, "service": service, "waybill_pattern": waybill_pattern, "no_service": no_service}
    facts = _checked(said)
    first = not Carrier.objects.filter(is_default=True).exists()
    carrier = Carrier.objects.create(code=code, settings_sealed=_sealed(code, settings), is_default=first, made_at=at, **facts)
    tell([CarrierEnrolled(carrier.pk)], by=by, at=at)
    return carrier.pk


@command(needs="settings")
def change(carrier_id: int, *, settings: Mapping[str, str] | None = None, by: Actor, at: datetime, **facts: str) -> None:
    """Change ``name``, ``plugin``, ``service``, ``waybill_pattern``, ``no_service`` (one area a line), or all ``settings`` at once
    (None keeps them)."""
    carrier = _carrier(carrier_id)
    changed: dict[str, Any] = dict(_checked(facts))
    if settings is not None:
        changed["settings_sealed"] = _sealed(carrier.code, settings)
    if not changed:
        return
    Carrier.objects.filter(pk=carrier_id).update(**changed)
    tell([CarrierChanged(carrier_id, sorted(changed))], by=by, at=at)


@command(needs="settings")
def set_default(carrier_id: int, *, by: Actor, at: datetime) -> None:
    """Orders that name no carrier go with this one. Raises ``CarrierOff`` while it is switched off."""
    carrier = _carrier(carrier_id)
    if not carrier.enabled:
        raise CarrierOff(carrier=carrier.name)
    # One default only: the old one steps down first, the constraint looks on.
    Carrier.objects.filter(is_default=True).exclude(pk=carrier_id).update(is_default=False)
    if Carrier.objects.filter(pk=carrier_id, is_default=False).update(is_default=True):
        tell([CarrierChanged(carrier_id, ["is_default"])], by=by, at=at)


@command(needs="settings")
def disable(carrier_id: int, *, by: Actor, at: datetime) -> None:
    """Send nothing more with it; parcels on their way are still followed. It is no longer the default."""
    _carrier(carrier_id)
    if Carrier.objects.filter(pk=carrier_id, enabled=True).update(enabled=False, is_default=False):
        tell([CarrierChanged(carrier_id, ["enabled"])], by=by, at=at)


@command(needs="settings")
def enable(carrier_id: int, *, by: Actor, at: datetime) -> None:
    """Send with it again."""
    _carrier(carrier_id)
    if Carrier.objects.filter(pk=carrier_id, enabled=False).update(enabled=True):
        tell([CarrierChanged(carrier_id, ["enabled"])], by=by, at=at)


def _carrier(carrier_id: int) -> Carrier:
    carrier = Carrier.objects.filter(pk=carrier_id).first()
    if carrier is None:
        raise NotFound(what=_("快递"))
    return carrier


def _checked(facts: Mapping[str, str]) -> dict[str, str]:
    known = {"name", "plugin", "service", "waybill_pattern", "no_service"}
    if not known.issuperset(facts):
        raise TypeError(f"a carrier has no {sorted(set(facts) - known)}")
    clean = {key: value.strip() for key, value in facts.items()}
    if not clean.get("name", "-") or len(clean.get("name", "")) > 60:
        raise CarrierIncomplete(field=_("名称"))
    if clean.get("plugin") and clean["plugin"] not in plugins():
        raise NoSuchPlugin(plugin=clean["plugin"])
    try:
        waybills.shape(clean.get("waybill_pattern", ""))
    except re.error as error:
        raise BadPattern(pattern=clean["waybill_pattern"]) from error
    return clean


def _sealed(code: str, settings: Mapping[str, str] | None) -> bytes | None:
    return house.KEY_RING.seal_facts(dict(settings), purpose(code)) if settings else None
