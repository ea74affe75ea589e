"""An endpoint lends its maker's rights: it hears of nothing they may not see, and nothing at all once they may make none."""

from datetime import datetime

import pytest
from receivers import Receiver
from telling import place, send

from zhanggui.accounts import queries as accounts
from zhanggui.accounts.commands import access, roles
from zhanggui.accounts.models import Role, User
from zhanggui.hooks import queries
from zhanggui.hooks.commands import endpoints
from zhanggui.hooks.models import Delivery, Endpoint
from zhanggui.journal import jobs
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


def narrowed(maker: User, at: datetime, *without: str) -> Actor:
    """The maker with a role of the shop's own that lacks ``without``."""
    code = roles.copy("owner", "推送管理", by=SYSTEM, at=at)
    take(code, at, *without)
    User.objects.filter(pk=maker.pk).update(role=Role.objects.get(code=code))
    queries.forget()
    return accounts.actor_of(User.objects.select_related("role").get(pk=maker.pk), fresh=True)


def take(code: str, at: datetime, *without: str) -> None:
    found = Role.objects.get(code=code)
    left = {name: cell for name, cell in accounts.grants_of(found).items() if name not in without}
    if left != found.grants:
        roles.change(code, found.name, left, by=SYSTEM, at=at)


def test_a_role_that_loses_the_right_pauses_the_endpoints_of_who_has_it(maker: User, at: datetime, listening: Receiver) -> None:
    by = narrowed(maker, at)
    made = endpoints.open_one("看板", listening.url(), ["order.placed"], by=by, at=at)
    take(by.role, at, "token.create")
    jobs.run_until_idle(at=lambda: at)
    row = Endpoint.objects.get(pk=made.endpoint_id)
    assert (row.active, row.paused_why) == (False, "maker")


def test_nobody_opens_or_changes_one_to_hear_of_what_they_may_not_see(maker: User, at: datetime, listening: Receiver) -> None:
    by = narrowed(maker, at, "backup", "order.view")
    for events in (["backup.tried"], ["stock.received", "order.placed"]):
        with pytest.raises(NotAllowed):
            endpoints.open_one("看板", listening.url(), events, by=by, at=at)
    made = endpoints.open_one("看板", listening.url(), ["stock.received"], by=by, at=at)
    with pytest.raises(NotAllowed):
        endpoints.change(made.endpoint_id, "看板", listening.url(), ["order.placed"], by=by, at=at)


def test_what_the_maker_may_no_longer_see_is_neither_written_nor_sent(maker: User, shop_id: int, at: datetime, listening: Receiver) -> None:
    by = narrowed(maker, at)
    endpoints.open_one("看板", listening.url(), ["order.placed", "stock.received"], by=by, at=at)
    place("T1", shop_id, at)
    assert Delivery.objects.get().state == "waiting"
    take(by.role, at, "order.view")
    send(at)
    row = Delivery.objects.get()
    assert (row.state, row.why, listening.heard) == ("failed", "right", [])
    queries.forget()
    place("T2", shop_id, at)
    assert Delivery.objects.count() == 1
    access.switch_off(maker.pk, by=SYSTEM, at=at)
    jobs.run_until_idle(at=lambda: at)
    assert not Endpoint.objects.get().active
