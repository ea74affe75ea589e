"""The house that is killed: founded over an empty database, asked one last time when all is over."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from tests.crash import acts
from tests.crash.acts import World
from tests.crash.audit import asked_twice, audit, unheard
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.channels.models import Import
from zhanggui.couriers.sandbox.client import WHERE
from zhanggui.couriers.sandbox.running import SandboxServer
from zhanggui.fulfilment.commands import waybills
from zhanggui.journal import jobs
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.backups import keys, making
from zhanggui.ops.importing import take_files
from zhanggui.ops.preparing import prepare

PASSWORD = "kettle-lamp-42"


@contextmanager
def opened() -> Iterator[tuple[World, Path]]:
    """(the house, the file the carrier keeps its own books in)."""
    data = Path(settings.DATA)
    folder = data / "files"
    folder.mkdir()
    prepare()
    books = data / "carrier.sqlite3"
    with SandboxServer(books) as carrier:
        os.environ[WHERE] = carrier.url
        made = people.add("owner@example.com", "店主", PASSWORD, "owner", by=SYSTEM, at=clock.now())
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(pk=made), backend="allauth.account.auth_backends.AuthenticationBackend")
        keys.own_key()
        yield acts.found(client.cookies[settings.SESSION_COOKIE_NAME].value, "店主", folder), books


def last_questions(world: World, books: Path) -> dict[str, Any]:
    """When nobody works any more: what was begun is brought to its end, then all is asked, and the newest copy tried."""
    later = world.now() + jobs.LEASE + waybills.GRACE
    jobs.run_until_idle(at=lambda: later)
    waybills.settle(at=later)
    jobs.run_until_idle(at=lambda: later)
    for row in Import.objects.filter(state__in=("waiting", "running")):
        path = world.folder / row.file_name
        if not path.exists():
            # Two had it in hand: one was killed, the other brought it to its end and put it away.
            path.with_suffix(".done").rename(path)
        take_files("orders", [path], shop="shanye")
    jobs.run_until_idle(at=lambda: later + jobs.LEASE)
    found = audit()
    found.lost += unheard()
    found.wrong += asked_twice(books)
    copies = sorted(making.folder().glob("*.zgb"), key=lambda path: path.stat().st_mtime)
    if copies:
        # The newest that has its name was whole before it got it, whoever was killed since.
        making.try_out(copies[-1], key=keys.own_key())
    return found.facts
