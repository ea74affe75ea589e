"""Before an operation: whose key it is, how often it came, what it was lent; then whether the body can be read at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from pydantic_core import from_json

from zhanggui.accounts import tokens, tokens_pace
from zhanggui.accounts.policy import policy
from zhanggui.api import wrongs
from zhanggui.api.refusals import ClosedToPrograms, KeyMissing, NotJson, NotLent, TooLarge, WrongType
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor

MOST_BYTES = 2 * 1024 * 1024
LONGEST_KEY = 200
DEEPEST = 32


@dataclass(frozen=True)
class Need:
    """One of ``capabilities``, whole or narrowed to one of ``takes``."""

    capabilities: tuple[str, ...]
    takes: frozenset[str] = field(default=frozenset())

    def met(self, actor: Actor) -> bool:
        return any(actor.granted(each, takes=self.takes) for each in self.capabilities)

    @property
    def open(self) -> bool:
        """Whether the policy lets any program have it."""
        return any(each in policy().grants_of("program") for each in self.capabilities)


class Bearer(HttpBearer):
    """`Authorization: Bearer zg_…`, a key made in the settings; what it may is what it was lent."""

    def __init__(self, need: Need | None, *, changes: bool) -> None:
        super().__init__()
        self.need, self.changes = need, changes

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise tokens.TokenMissing
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> tokens.Bearer:
        """Raises ``BadToken``, ``FromElsewhere``, ``TooMany``, ``NotLent``, ``ClosedToPrograms`` and what the body may be told."""
        at, address = clock.now(), address_of(request)
        found = tokens.bearer(token[:200], address=address, at=at)
        tokens_pace.call(found.token, address=address, at=at)
        request.__dict__["actor"], request.__dict__["at"] = found.actor, at
        if self.need is not None and not self.need.met(found.actor):
            told = {"needs": self.need.capabilities[0], "who": found.actor.name}
            raise NotLent(**told) if self.need.open else ClosedToPrograms(**told)
        if self.changes:
            request.__dict__["key"] = key_of(request)
            request.__dict__["said"] = said(request)
        return found


def address_of(request: HttpRequest) -> str:
    """Where the call comes from: as many steps back as proxies of ours stand before the house."""
    steps = [step.strip() for step in request.headers.get("X-Forwarded-For", "").split(",") if step.strip()]
    behind: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    return steps[-behind] if 0 < behind <= len(steps) else str(request.META.get("REMOTE_ADDR", ""))


def key_of(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= LONGEST_KEY or not all(33 <= ord(mark) <= 126 for mark in key):
        raise KeyMissing
    return key


def said(request: HttpRequest) -> dict[str, Any]:
    """The body, read: a JSON object without what no table could hold. Raises ``WrongType``, ``TooLarge``, ``NotJson``."""
    if request.content_type != "application/json":
        raise WrongType
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise TooLarge(most_mb=MOST_BYTES // 1024 // 1024)
    try:
        found = from_json(request.body, allow_inf_nan=False)
        look_through(found)
    except ValueError as error:
        raise NotJson(why=wrongs.unread(error)) from error
    if not isinstance(found, dict):
        raise NotJson(why=_("不是一个对象"))
    return found


def look_through(found: Any, depth: int = 0) -> None:
    """Raises ``Unread`` for what is valid JSON and yet fits no table: NUL, numbers past 64 bits, endless nesting."""
    if depth > DEEPEST:
        raise wrongs.Unread(_("套得太深"))
    if isinstance(found, str):
        if "\0" in found:
            raise wrongs.Unread(_("文字里有空字符"))
    elif isinstance(found, bool):
        return
    elif isinstance(found, int):
        if not -(2**63) <= found < 2**63:
            raise wrongs.Unread(_("有超过 64 位的数字"))
    elif isinstance(found, float):
        if not math.isfinite(found):
            raise wrongs.Unread(_("有超过 64 位的数字"))
    elif isinstance(found, dict):
        look_through(list(found), depth + 1)
        look_through(list(found.values()), depth + 1)
    elif isinstance(found, list):
        each_of(found, depth + 1)


def each_of(found: Sequence[Any], depth: int) -> None:
    for each in found:
        look_through(each, depth)
