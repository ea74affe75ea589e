"""A new key while the house works: added to the ring, everything sealed anew some rows at a time, the old one let go when nothing needs it."""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from zhanggui.channels.models import Import
from zhanggui.customers import sealing
from zhanggui.customers.models import Recipient
from zhanggui.journal.book import ask, command, tell
from zhanggui.journal.events import task
from zhanggui.kernel import db, secret_files
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.ring_file import LOOK_S, RingInFile, held
from zhanggui.kernel.vault import KeyRing, retired, turned, written
from zhanggui.ops.events import KeysTurned
from zhanggui.ops.privacy import old_notes, places
from zhanggui.ops.privacy.refusals import KeysAreGiven, KeysInUse

AT_ONCE = 500
# One job seals so many batches and then asks for the next: the lane is never ours alone.
BATCHES = 20
KEY = "ops.turn_keys"
SLEEP_S = 0.02
# So often it is looked for what was left, each time after twice as long: an hour and a half together.
ROUNDS = 12
# What is sealed anew, and what is mended on the way.
EVERYWHERE = (*places.PLACES, *old_notes.PLACES)

Tell = Callable[[str, int], None]


def turn(*, index: bool = False, by: Actor, at: datetime) -> KeyRing:
    """Put a new key in use in every process within a second, and ask that everything be sealed with it.

    ``index``: new tokens for the search as well; until all rows bear them both are looked for. Raises KeysAreGiven where the
    ring comes from the environment: only who sets that can change it.
    """
    by.require("settings")
    if not isinstance(settings.KEY_RING, RingInFile):
        raise KeysAreGiven
    ring = settings.KEY_RING.look()
    fresh = turned(ring, index=index)
    put(settings.KEY_RING, fresh)
    noted("turned", fresh.current, by=by, at=at)
    return fresh


def put(own: RingInFile, ring: KeyRing) -> None:
    """Let ``ring`` be the one in the file, whole and on the disk before anything is sealed with it."""
    draft: Path = own.path.with_name(f"{own.path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    secret_files.write(draft, written(ring))
    os.replace(draft, own.path)
    secret_files.settle(own.path.parent)
    own.look()


@command(needs="settings", marks="S")
def noted(what: str, key_id: str, *, by: Actor, at: datetime) -> None:
    """The book says that keys were turned or let go; with a new one in use, the sealing anew is asked for."""
    tell([KeysTurned(0, what, key_id)], by=by, at=at)
    if what == "turned":
        ask(seal_anew, [], at=at, key=KEY)


@task(lane="slow", tries=20)
def seal_anew(items: Sequence[Any], *, at: datetime) -> None:
    """Seal some more rows with the key in use; asked again until none is left. ``items``: the place and the row it came to, and
    how often it came to the end before."""
    number, before, rounds = map(int, [*items, 0][:3]) if items else (0, places.FIRST, 0)
    ring = held(settings.KEY_RING)
    for _ in range(BATCHES):
        if number >= len(EVERYWHERE):
            tokens_of_the_shops(ring)
            if rounds < ROUNDS and places.left(ring):
                # A process that was too busy to hear of the new key in time wrote with the old one behind our back.
                ask(seal_anew, [0, places.FIRST, rounds + 1], at=at, run_at=at + timedelta(seconds=2**rounds))
            return
        before, done = EVERYWHERE[number].turn(ring, before, AT_ONCE)
        if not before:
            number, before = number + 1, places.FIRST
        # Whoever stands in line to write goes first.
        time.sleep(SLEEP_S if done else 0)
    ask(seal_anew, [number, before, rounds], at=at)


def all_anew(*, tell: Tell = lambda name, many: None) -> int:
    """The same here and now, to the end: for who waits for it. Returns how many were sealed."""
    ring, total = held(settings.KEY_RING), 0
    for place in EVERYWHERE:
        before = places.FIRST
        while before:
            before, done = place.turn(ring, before, AT_ONCE)
            total += done
            tell(place.name, total)
    tokens_of_the_shops(ring)
    return total


def tokens_of_the_shops(ring: KeyRing) -> None:
    """Recipients whose plain text only the shop has: no blob says how old their token is, so all of them are looked at."""
    if not ring.older:
        return
    last = 0
    rows = Recipient.objects.filter(sealed=None, erased_at=None).exclude(oaid="")
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "oaid", "person_token")[:AT_ONCE]):
        last = found[-1][0]
        new = [(ring.token(b"person", oaid), pk) for pk, oaid, token in found if token != ring.token(b"person", oaid)]
        with db.write():
            db.execute_many("UPDATE customers_recipient SET person_token = %s WHERE id = %s", new)


def let_go(*, by: Actor, at: datetime, wait_s: float = 2 * LOOK_S + 0.5) -> KeyRing:
    """Take the old keys off the ring. Raises KeysInUse while anything is sealed with them, or a file is being read with them.

    Asked twice, with the key off the ring in between: a process that had not heard of the new one would show.
    """
    by.require("settings")
    own = settings.KEY_RING
    if not isinstance(own, RingInFile):
        raise KeysAreGiven
    ring = own.look()
    _nothing_needs(ring)
    if len(ring.sealing) == 1 and not ring.older:
        return ring
    alone = retired(ring)
    put(own, alone)
    time.sleep(wait_s)
    try:
        _nothing_needs(ring)
    except KeysInUse:
        put(own, ring)
        raise
    if ring.older:
        # Of who was erased nothing is left to make a new token from.
        with db.write():
            db.execute(
                f"UPDATE customers_recipient SET {', '.join(f'{name} = NULL' for name in TOKENS)} WHERE erased_at IS NOT NULL"
            )
    noted("let go", ", ".join(sorted(set(ring.sealing) - {ring.current})) or "index", by=by, at=at)
    return alone


TOKENS = tuple(column for column in sealing.COLUMNS if column.endswith("_token"))


def _nothing_needs(ring: KeyRing) -> None:
    if Import.objects.filter(state=Import.State.RUNNING).exists():
        raise KeysInUse(where="channels_import", many=1)
    for name, many in places.left(ring).items():
        raise KeysInUse(where=name, many=many)


def standing() -> dict[str, Any]:
    """How far it is: the key in use, those beside it, and what is still sealed with them."""
    ring = held(settings.KEY_RING)
    older = sorted(set(ring.sealing) - {ring.current})
    return {"current": ring.current, "older": older, "index": len(ring.older) + 1, "left": places.left(ring) if older else {}}
