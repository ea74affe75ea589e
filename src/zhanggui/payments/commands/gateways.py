"""Contracts with gateways: their keys, sealed, and the address each tells its news to."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings as house
from django.db.models import F

from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.payments.events import GatewayChanged
from zhanggui.payments.models import Gateway
from zhanggui.payments.port import Account
from zhanggui.payments.queries import account_of, plugins, purpose
from zhanggui.payments.refusals import GatewayIncomplete

LONGEST = 8000


@command(needs="settings")
def enrol(plugin: str, name: str, settings: Mapping[str, str], *, by: Actor, at: datetime) -> int:
    """Take a contract on: its keys are sealed and never shown again. Returns its id. Raises NotFound, GatewayIncomplete."""
    if plugin not in plugins():
        raise NotFound(what=plugin[:16])
    row = Gateway(plugin=plugin, name=name.strip()[:40] or plugins()[plugin].title, key=secrets.token_urlsafe(18)[:24], made_at=at)
    row.settings_sealed = _sealed(row, settings)
    row.save()
    tell([GatewayChanged(row.pk, "enrolled")], by=by, at=at)
    return row.pk


@command(needs="settings")
def change(gateway_id: int, settings: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Other keys; a setting left empty stays as it is. Raises NotFound, GatewayIncomplete."""
    row = _row(gateway_id)
    said = {name: text for name, text in settings.items() if text.strip()}
    row.settings_sealed = _sealed(row, {**account_of(row).settings, **said})
    row.save(update_fields=["settings_sealed"])
    tell([GatewayChanged(row.pk, "keys")], by=by, at=at)


@command(needs="settings")
def switch(gateway_id: int, on: bool, *, by: Actor, at: datetime) -> None:
    """Listen to it, or no more. Doing it twice changes nothing."""
    row = _row(gateway_id)
    if Gateway.objects.filter(pk=row.pk, enabled=not on).update(enabled=on):
        tell([GatewayChanged(row.pk, "on" if on else "off")], by=by, at=at)


def count_refused(gateway_id: int, *, at: datetime) -> None:
    """One more message that was not the gateway's."""
    Gateway.objects.filter(pk=gateway_id).update(refused=F("refused") + 1, refused_at=at)


def _row(gateway_id: int) -> Gateway:
    row = Gateway.objects.filter(pk=gateway_id).first()
    if row is None:
        raise NotFound(what=gateway_id)
    return row


def _sealed(row: Gateway, said: Mapping[str, str]) -> bytes:
    plugin = plugins()[row.plugin]
    names = {each.name: each.zh for each in plugin.asks}
    facts = {name: text.strip()[:LONGEST] for name, text in said.items() if name in names}
    if wrong := plugin.wrong(Account(facts)):
        raise GatewayIncomplete(field=names[wrong])
    return house.KEY_RING.seal_facts(facts, purpose(row.key))
