"""Making keys for programs, and taking them back."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts.events import TokenMade, TokenRevoked
from zhanggui.accounts.models import Token, User
from zhanggui.accounts.tokens import SHOWN, digest_of, fresh_secret, lendable
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused

USUAL_DAYS, MOST_DAYS = 90, 365
MOST_NETWORKS = 20


class BadTokenWish(Refused):
    """``facts``: field, why."""

    code = "bad-token-wish"
    says = gettext_lazy("{why}")
    status = 422


class MadeToken(NamedTuple):
    """``secret`` is told this once and kept nowhere."""

    token_id: int
    secret: str


@command(needs="token.create")
def create(
    name: str,
    scopes: Sequence[str],
    *,
    days: int = USUAL_DAYS,
    shop_ids: Sequence[int] | None = None,
    warehouse_ids: Sequence[int] | None = None,
    networks: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> MadeToken:
    """A key that lends some of its maker's rights to a program for ``days``; narrowed to shops, warehouses, addresses where given.

    It never opens more than its maker may at the moment of each call, and is void with the maker's other keys and sessions.
    Raises ``BadTokenWish``.
    """
    name, networks = name.strip(), [_network(each) for each in networks]
    _checked(name, scopes, days, networks, by=by)
    for field, chosen, own in (("shop_ids", shop_ids, by.reach.shops), ("warehouse_ids", warehouse_ids, by.reach.warehouses)):
        if chosen is not None and (not chosen or (own is not None and not own.issuperset(chosen))):
            raise BadTokenWish(field=field, why=_("选了您自己够不着的，或一个也没选。"))
    maker = User.objects.filter(pk=by.id).first() if by.kind == "person" and by.id is not None else None
    if maker is None:
        raise BadTokenWish(field="name", why=_("接口密钥要由登录的人来做。"))
    secret = fresh_secret()
    made = Token.objects.create(
        maker=maker,
        name=name,
        shown=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        shop_ids=None if shop_ids is None else sorted(set(shop_ids)),
        warehouse_ids=None if warehouse_ids is None else sorted(set(warehouse_ids)),
        networks=networks,
        generation=maker.generation,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    tell([TokenMade(made.pk, name, made.scopes)], by=by, at=at)
    return MadeToken(made.pk, secret)


@command(needs="token.create")
def revoke(token_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """These keys open nothing from the next call on. Taking one back twice changes nothing."""
    open_ = Token.objects.select_for_update().filter(pk__in=token_ids, revoked_at=None)
    gone = sorted(open_.values_list("pk", flat=True))
    Token.objects.filter(pk__in=gone).update(revoked_at=at)
    tell([TokenRevoked(id_) for id_ in gone], by=by, at=at)
    return Batch(done=gone)


def _checked(name: str, scopes: Sequence[str], days: int, networks: Sequence[str], *, by: Actor) -> None:
    if not 0 < len(name) <= 60:
        raise BadTokenWish(field="name", why=_("请起一个名字，最多 60 个字。"))
    if not scopes or not set(scopes) <= set(lendable(by)):
        raise BadTokenWish(field="scopes", why=_("至少选一项，而且只能选您自己有、程序也能有的权限。"))
    if not 1 <= days <= MOST_DAYS:
        raise BadTokenWish(field="days", why=_("有效期从 1 天到 365 天。"))
    if len(networks) > MOST_NETWORKS:
        raise BadTokenWish(field="networks", why=_("最多写 20 个地址段。"))


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise BadTokenWish(field="networks", why=_("「%s」不是地址，写成 203.0.113.7 或 203.0.113.0/24。") % text.strip()[:60]) from error
