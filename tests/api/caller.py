"""A program for stories: it bears a key some person made, and calls."""

import itertools
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.test import Client

from zhanggui.accounts.commands import tokens
from zhanggui.accounts.models import Role, Token, User
from zhanggui.accounts.policy import policy
from zhanggui.accounts.queries import actor_of
from zhanggui.accounts.tokens import digest_of, fresh_secret, lendable
from zhanggui.kernel import clock

ROOT = "/api/v1"
_keys = itertools.count(1)


def secret_of(person: User, scopes: Sequence[str] | None = None, **wishes: Any) -> str:
    """A key made in the settings by this person, with everything they can lend where nothing else is said."""
    by = actor_of(person, fresh=True)
    made = tokens.create("story", list(scopes) if scopes is not None else lendable(by), by=by, at=clock.now(), **wishes)
    return made.secret


def maker(person: Callable[..., User], role: str) -> User:
    """Somebody of this role; that of programs is nobody's, and yet bounded like the others."""
    if role != "program":
        return person(role)
    someone = person("readonly")
    User.objects.filter(pk=someone.pk).update(role=Role.objects.get(code=role))
    someone.refresh_from_db()
    return someone


def lent(person: User, scopes: Sequence[str] | None = None, **facts: Any) -> str:
    """A key of somebody who may make none, as if an owner had been them: what it opens is still bounded by them."""
    secret, at = fresh_secret(), clock.now()
    chosen = list(scopes) if scopes is not None else list(policy().capabilities)
    row = {
        "maker": person, "name": "story", "shown": secret[:11], "digest": digest_of(secret), "scopes": chosen,
        "generation": person.generation, "made_at": at, "expires_at": at + timedelta(days=1),
    }  # fmt: skip
    Token.objects.create(**{**row, **facts})
    return secret


class Caller:
    """``get`` and ``post`` answer (status, JSON); ``last`` is the whole answer."""

    def __init__(self, secret: str = "", *, language: str = "zh", address: str = "127.0.0.1") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language, **({"Authorization": f"Bearer {secret}"} if secret else {})}
        self.address = address
        self.last: Any = None

    def get(self, path: str, headers: dict[str, str] | None = None, **asked: Any) -> tuple[int, Any]:
        self.last = self.client.get(ROOT + path, asked, headers={**self.headers, **(headers or {})}, REMOTE_ADDR=self.address)
        return self._read()

    def post(
        self, path: str, body: Any, *, key: str | None = None, headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, Any]:
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        given = {"Idempotency-Key": key if key is not None else f"story-{next(_keys)}"}
        self.last = self.client.post(
            ROOT + path, sent, content_type=more.pop("content_type", "application/json"),
            headers={**self.headers, **given, **(headers or {})}, REMOTE_ADDR=self.address,
        )  # fmt: skip
        return self._read()

    def _read(self) -> tuple[int, Any]:
        return self.last.status_code, json.loads(self.last.content) if self.last.content else None
