"""Where sealed things lie, and how those of one place are sealed anew: some at a time, never over what somebody wrote meanwhile."""

import base64
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models

from zhanggui.accounts import logins, second_factor
from zhanggui.accounts.models import User
from zhanggui.carriers.models import Carrier
from zhanggui.carriers.queries import purpose
from zhanggui.channels import keeping
from zhanggui.channels.models import ImportBefore
from zhanggui.customers import sealing
from zhanggui.customers.commands import blocking
from zhanggui.customers.models import Blocked, Recipient
from zhanggui.hooks import queries as hooks
from zhanggui.hooks.models import Endpoint
from zhanggui.journal import asking, once
from zhanggui.journal.models import Answered, Approval
from zhanggui.kernel import db, masking
from zhanggui.kernel.vault import KeyRing, Unopened, beginning, sealed_with
from zhanggui.ops import own_keys
from zhanggui.ops.models import KeyMark
from zhanggui.orders import before
from zhanggui.orders.commands import entry
from zhanggui.orders.models import Draft
from zhanggui.payments import queries as gateways
from zhanggui.payments.models import Gateway

FIRST = 2**63 - 1
SEALED = tuple(column for column in sealing.COLUMNS if column not in ("id", "made_at"))


@dataclass(frozen=True)
class Column:
    """A column of blobs, sealed for one purpose or one a row."""

    model: type[models.Model]
    column: str
    purpose: Callable[[Any], bytes]

    @property
    def name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def left(self, ring: KeyRing) -> int:
        """How many are sealed with another key than the ring's own."""
        return int(db.fetch(f"SELECT COUNT(*) FROM {self.model._meta.db_table} WHERE {others(self.column)}", begins(ring))[0][0])

    def turn(self, ring: KeyRing, before: int, many: int) -> tuple[int, int]:
        """Seal up to ``many`` of those below ``before`` anew, the youngest first: (the last id seen, how many). 0: none are left."""
        table = self.model._meta.db_table
        rows = db.fetch(
            f"SELECT id FROM {table} WHERE id < %s AND {others(self.column)} ORDER BY id DESC LIMIT %s",
            [before, *begins(ring), many],
        )
        ids = [id_ for (id_,) in rows]
        if not ids:
            return 0, 0
        found = sorted(self.model._default_manager.filter(pk__in=ids), key=lambda row: row.pk)
        with db.write():
            done = self.write([made for row in found if (made := self.anew(row, ring)) is not None])
        return min(ids), done

    def anew(self, row: Any, ring: KeyRing) -> tuple[Any, ...] | None:
        old = bytes(getattr(row, self.column))
        what = self.purpose(row)
        return ring.seal(ring.open(old, what), what), row.pk, old

    def write(self, rows: list[tuple[Any, ...]]) -> int:
        table = self.model._meta.db_table
        # Over the blob that was read, and no other: what somebody wrote meanwhile is newer than ours.
        return db.execute_many(f"UPDATE {table} SET {self.column} = %s WHERE id = %s AND {self.column} = %s", rows)


@dataclass(frozen=True)
class Mark(Column):
    """By what the house knows its keys again: its token is one of the index in use, too."""

    def anew(self, row: Any, ring: KeyRing) -> tuple[Any, ...] | None:
        old = bytes(row.sealed)
        token = ring.token(own_keys.KIND, own_keys.PLAIN.decode())
        return ring.seal(ring.open(old, own_keys.PURPOSE), own_keys.PURPOSE), token, row.pk, old

    def write(self, rows: list[tuple[Any, ...]]) -> int:
        return db.execute_many(
            f"UPDATE {self.model._meta.db_table} SET sealed = %s, token = %s WHERE id = %s AND sealed = %s", rows
        )


@dataclass(frozen=True)
class Blacklist(Column):
    """Phones on the blacklist: with the blob its tokens are made anew."""

    def anew(self, row: Any, ring: KeyRing) -> tuple[Any, ...] | None:
        old = bytes(row.sealed)
        phone = ring.open(old, blocking.PURPOSE)
        digits = phone.decode()
        return ring.seal(phone, blocking.PURPOSE), ring.token(blocking.KIND, digits), ring.token(blocking.TAIL, digits[-4:]), row.pk, old

    def write(self, rows: list[tuple[Any, ...]]) -> int:
        return db.execute_many(
            f"UPDATE {self.model._meta.db_table} SET sealed = %s, phone_token = %s, tail_token = %s WHERE id = %s AND sealed = %s", rows
        )


@dataclass(frozen=True)
class People(Column):
    """Recipients: with the blob their tokens, their masks and what stands in clear are made anew by today's rules."""

    def anew(self, row: Any, ring: KeyRing, note: str = "") -> tuple[Any, ...]:
        """``note``: what was said beside it, instead of what the seal says so far."""
        person = persons_with(row, ring)
        person = person._replace(note=note) if note else person
        made = dict(zip(sealing.COLUMNS, sealing.row_of(person, row.pk, row.made_at, ring), strict=True))
        return (*(made[column] for column in SEALED), row.pk, bytes(row.sealed))

    def write(self, rows: list[tuple[Any, ...]]) -> int:
        sets = ", ".join(f"{column} = %s" for column in SEALED)
        return db.execute_many(f"UPDATE {self.model._meta.db_table} SET {sets} WHERE id = %s AND sealed = %s", rows)


def persons_with(row: Recipient, ring: KeyRing) -> sealing.Person:
    """The person of a row, opened with ``ring``."""
    name, phone, phone2, street, account, postcode = sealing.opened(row.sealed, ring)
    where = (row.country, row.province, row.city, row.district, postcode)
    return sealing.Person(
        name, phone, phone2, street, account, *where, row.oaid, row.platform_ciphertext, sealing.note_in(row.sealed, ring)
    )


class Written:
    """Blobs written as text: what somebody signs in with. A house has tens of people, so all of them at once."""

    name: ClassVar[str] = "accounts"

    def left(self, ring: KeyRing) -> int:
        return sum(old(blob, ring) for blob, *_ in self._all())

    def _all(self) -> Iterator[tuple[str, Any]]:
        for user in User.objects.exclude(phone_sealed=""):
            yield user.phone_sealed, user
        for one in Authenticator.objects.all():
            for value in texts(one.data):
                yield value, one

    def turn(self, ring: KeyRing, before: int, many: int) -> tuple[int, int]:
        if not self.left(ring):
            return 0, 0
        done = 0
        with db.write():
            for user in User.objects.select_for_update().exclude(phone_sealed=""):
                if old(user.phone_sealed, ring):
                    phone = ring.open(base64.b64decode(user.phone_sealed), logins.PURPOSE)
                    token = ring.token(logins.KIND, masking.digits_of(phone.decode()))
                    sealed = base64.b64encode(ring.seal(phone, logins.PURPOSE)).decode()
                    done += User.objects.filter(pk=user.pk).update(phone_sealed=sealed, phone_token=token)
            for one in Authenticator.objects.select_for_update():
                data = {name: again(value, ring) for name, value in one.data.items()} if isinstance(one.data, dict) else one.data
                if data != one.data:
                    done += Authenticator.objects.filter(pk=one.pk).update(data=data)
        return 0, done


def texts(data: Any) -> Iterator[str]:
    """Every sealed text of an authenticator's data."""
    values = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    for value in values:
        if isinstance(value, str) and id_of(value):
            yield value
        elif isinstance(value, (dict, list)):
            yield from texts(value)


def again(value: Any, ring: KeyRing) -> Any:
    """A value of an authenticator's data with every sealed text in it sealed by the ring's own key."""
    if isinstance(value, str) and old(value, ring):
        return base64.b64encode(
            ring.seal(ring.open(base64.b64decode(value), second_factor.PURPOSE), second_factor.PURPOSE)
        ).decode()
    if isinstance(value, dict):
        return {name: again(each, ring) for name, each in value.items()}
    return [again(each, ring) for each in value] if isinstance(value, list) else value


def id_of(text: str) -> str:
    """The key id of a sealed text; empty where it is none."""
    try:
        return sealed_with(base64.b64decode(text, validate=True))
    except (Unopened, ValueError):
        return ""


def old(text: str, ring: KeyRing) -> bool:
    return id_of(text) not in ("", ring.current)


class Uploads:
    """Files that wait to be taken in, or to be forgotten."""

    name: ClassVar[str] = "uploads"

    def _files(self, ring: KeyRing) -> list[Path]:
        folder: Path = settings.UPLOADS
        return sorted(
            file for file in folder.glob("*") if file.is_file() and not file.suffix and _begins(file) not in ("", ring.current)
        )

    def left(self, ring: KeyRing) -> int:
        return len(self._files(ring))

    def turn(self, ring: KeyRing, before: int, many: int) -> tuple[int, int]:
        done = 0
        for file in self._files(ring):
            draft = file.with_suffix(".turned")
            try:
                draft.write_bytes(ring.seal(ring.open(file.read_bytes(), keeping.PURPOSE), keeping.PURPOSE))
            except FileNotFoundError:
                continue
            # Forgotten meanwhile: it must not come back.
            if file.exists():
                os.replace(draft, file)
                done += 1
            draft.unlink(missing_ok=True)
        return 0, done


def _begins(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return sealed_with(stream.read(64))
    except (OSError, Unopened):
        return ""


Place = Column | Written | Uploads

PLACES: tuple[Place, ...] = (
    Mark(KeyMark, "sealed", lambda row: own_keys.PURPOSE),
    Column(Carrier, "settings_sealed", lambda row: purpose(row.code)),
    Column(Gateway, "settings_sealed", lambda row: gateways.purpose(row.key)),
    Column(Endpoint, "secrets_sealed", lambda row: hooks.PURPOSE),
    Column(Approval, "sealed", lambda row: asking.PURPOSE),
    Column(Answered, "sealed", lambda row: once.PURPOSE),
    Column(Draft, "sealed", lambda row: entry.PURPOSE),
    Column(ImportBefore, "sealed", lambda row: before.PURPOSE),
    Blacklist(Blocked, "sealed", lambda row: blocking.PURPOSE),
    Written(),
    Uploads(),
    People(Recipient, "sealed", lambda row: sealing.PURPOSE),
)


def others(column: str) -> str:
    """SQL: a blob that does not begin as the ring's own do. Its parameters are ``begins(ring)``."""
    return f"{column} IS NOT NULL AND LENGTH({column}) >= 30 AND SUBSTR({column}, 1, %s) <> %s"


def begins(ring: KeyRing) -> list[Any]:
    own = beginning(ring.current)
    return [len(own), own]


def unknown(ring: KeyRing) -> list[str]:
    """Columns of blobs that hold something sealed with an older key of the ring and that no place above looks after."""
    known = {place.name for place in PLACES}
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            name = f"{model._meta.db_table}.{field.column}"
            if isinstance(field, models.BinaryField) and name not in known:
                for key_id in ring.sealing:
                    own = beginning(key_id)
                    sql = f"SELECT 1 FROM {model._meta.db_table} WHERE SUBSTR({field.column}, 1, %s) = %s AND LENGTH({field.column}) >= 30 LIMIT 1"
                    if key_id != ring.current and db.fetch(sql, [len(own), own]):
                        found.append(name)
    return found


def left(ring: KeyRing) -> dict[str, int]:
    """What is still sealed with another key, by place; empty when nothing is."""
    found = {place.name: place.left(ring) for place in PLACES}
    found |= dict.fromkeys(unknown(ring), 1)
    return {name: many for name, many in found.items() if many}
