"""Keys for programs: what one opens now, and for whom. Never more than its maker may do at this moment."""

import hashlib
import ipaddress
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.accounts.models import Token
from zhanggui.accounts.policy import policy
from zhanggui.accounts.queries import actor_of, must_set_up
from zhanggui.kernel.actor import MARKS, Actor
from zhanggui.kernel.errors import Refused

# Whoever finds one knows it for ours, and so do programs that look for keys left lying about.
PREFIX = "zg_"
SHOWN = len(PREFIX) + 8


class BadToken(Refused):
    """The key opens nothing, whichever way."""

    code = "token-unknown"
    says = _("没有这把接口密钥。")
    fix = _("核对 Authorization: Bearer 后面的内容，或在「设置 · 接口密钥」里做一把新的。")
    status = 401


class TokenMissing(BadToken):
    code = "token-missing"
    says = _("这里要带接口密钥。")
    fix = _("在请求头里写 Authorization: Bearer 和密钥；密钥在「设置 · 接口密钥」里做。")


class TokenExpired(BadToken):
    code = "token-expired"
    says = _("这把接口密钥到期了。")
    fix = _("在「设置 · 接口密钥」里做一把新的，换上它。")


class TokenRevoked(BadToken):
    code = "token-revoked"
    says = _("这把接口密钥已经作废。")
    fix = _("在「设置 · 接口密钥」里做一把新的，换上它。")


class MakerGone(BadToken):
    code = "token-maker-gone"
    says = _("做这把密钥的人已经停用，或重设过登录，密钥跟着失效。")
    fix = _("请现在有权限的人做一把新的。")


class FromElsewhere(Refused):
    """``facts``: address."""

    code = "address-not-allowed"
    says = _("这把接口密钥不能从 {address} 用。")
    fix = _("从它允许的地址来，或做一把允许这个地址的。")
    status = 403


@dataclass(frozen=True)
class Bearer:
    """A program that showed its key: the key's row, and the actor it is now."""

    token: Token
    actor: Actor


def fresh_secret() -> str:
    """256 random bits, written so that a double click takes the whole."""
    return f"{PREFIX}{secrets.token_hex(32)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random and long: nobody guesses their way back, and a slow hash would help nobody."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(secret: str, *, address: str, at: datetime) -> Bearer:
    """Who shows this secret, coming from ``address``. One statement; one more where the maker's role asks for a second factor.

    Raises ``BadToken`` and its children, ``FromElsewhere``.
    """
    token = next(iter(Token.objects.select_related("maker__role").filter(digest=digest_of(secret))), None)
    if token is None:
        raise BadToken
    if token.revoked_at is not None:
        raise TokenRevoked
    if token.expires_at <= at:
        raise TokenExpired
    if not token.maker.is_active or token.generation != token.maker.generation:
        raise MakerGone
    if not _comes_from(address, token.networks):
        raise FromElsewhere(address=address)
    # A maker who first has to set up a second factor may nothing until then, and nor may their keys.
    return Bearer(token, actor_for(token, owing=must_set_up(token.maker)))


def actor_for(token: Token, *, owing: bool = False) -> Actor:
    """The actor this key is now. ``token.maker`` comes with its role."""
    maker = actor_of(token.maker)
    may = {} if owing else grants_for(token.scopes, maker.may)
    shops, houses = _within(maker.reach.shops, token.shop_ids), _within(maker.reach.warehouses, token.warehouse_ids)
    reach = replace(maker.reach, shops=shops, warehouses=houses)
    return Actor("program", token.pk, token.name, may, "program", False, reach)


def grants_for(scopes: Collection[str], maker: Mapping[str, str]) -> dict[str, str]:
    """The chosen scopes, as far as a program may have them and the maker has them; whatever narrows either narrows both."""
    open_ = policy().grants_of("program")
    met = {code: _meet(maker[code], open_[code]) for code in scopes if code in open_ and code in maker}
    return {code: cell for code, cell in met.items() if cell}


def lendable(maker: Actor) -> list[str]:
    """The capabilities this maker can lend to a program, in the order of the policy."""
    return list(grants_for(list(policy().capabilities), maker.may))


def _meet(one: str, other: str) -> str:
    """Two cells as one: all their marks and bounds, and of what they are narrowed to, what both have; empty where that is nothing."""
    words = [frozenset(cell.split()) for cell in (one, other)]
    parts = [frozenset(word for word in each if word not in MARKS and not word.startswith("≤")) for each in words]
    if all(parts) and not parts[0] & parts[1]:
        return ""
    narrowed = parts[0] & parts[1] if all(parts) else parts[0] | parts[1]
    kept = {word for each in words for word in each if word.startswith("≤") or word in MARKS - {"Y", "scope"}}
    return " ".join(["scope", *sorted(kept | narrowed)])


def _within(ids: frozenset[int] | None, chosen: Collection[int] | None) -> frozenset[int] | None:
    if chosen is None:
        return ids
    return frozenset(chosen) if ids is None else ids & frozenset(chosen)


def _comes_from(address: str, networks: Collection[str]) -> bool:
    if not networks:
        return True
    try:
        here = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    mapped = getattr(here, "ipv4_mapped", None) or here
    return any(mapped in ipaddress.ip_network(each, strict=False) for each in networks)
