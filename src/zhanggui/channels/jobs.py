"""Imports in the background, and the clearing away of what was uploaded."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import Q

from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.channels import keeping
from zhanggui.channels.commands import imports
from zhanggui.channels.commands.imports import SILENT
from zhanggui.channels.models import Import, ImportBefore
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.refusals import BringerMayNot, ImportFailed, ImportOver, ImportRuns
from zhanggui.channels.taking import Options, Taking, refused
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.channels.taking_rows import GoodsIn, StockIn
from zhanggui.journal.book import ask
from zhanggui.journal.events import every, task
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, Refused

# Files hold names and addresses: kept while somebody may still want the rejected rows back, no longer. One that became no
# import is of a session that is long over.
KEPT, LOOKED_AT = timedelta(days=7), timedelta(days=1)


def close_failed(items: Sequence[int], *, at: datetime) -> None:
    """An import that failed every time ends, and says so: the same file can be brought again."""
    row = Import.objects.get(pk=items[0])
    refused(row.pk, ImportFailed(number=row.number), by=SYSTEM, at=at)


@task(lane="slow", tries=3, given_up=close_failed)
def run_import(items: Sequence[int], *, at: datetime) -> None:
    """Take an uploaded file in, or go on with it; a file refused as a whole is closed with its reason, and so is one whose bringer
    may no longer bring it."""
    row = Import.objects.select_related("shop").get(pk=items[0])
    if row.state not in ("waiting", "running"):
        return
    by = who(row)
    try:
        taking = taking_of(row, by)
        if taking.swapped:
            imports.set_in_order(row.pk, by=by, at=at)
        taking.run(row.pk, asked=imports.asked_of(row))
    except ImportRuns:
        # Somebody is at it. Should they fall, whoever looks again goes on from there.
        ask(run_import, [row.pk], at=at, run_at=at + SILENT)
    except Refused as error:
        if isinstance(error, NotAllowed):
            error = BringerMayNot(needs=error.facts.get("needs", ""), who=row.by_name, number=row.number)
        if imports.asked_of(Import.objects.get(pk=row.pk)) != imports.asked_of(row):
            ask(run_import, [row.pk], at=at)
            return
        # Closed by the house: whoever brought it may not even do that any more.
        refused(row.pk, error, by=SYSTEM, at=at)


def who(row: Import) -> Actor:
    """The person who uploaded it, with today's rights."""
    person = User.objects.select_related("role").filter(pk=row.by_id).first() if row.by_id is not None else None
    return actor_of(person) if person is not None else SYSTEM


def taking_of(row: Import, by: Actor) -> Taking:
    """The uploaded file of an import, opened."""
    given = keeping.kept(row.path)
    companion = keeping.kept(row.companion_path) if row.companion_path else None
    options = Options(format=row.format or "auto", mapping=row.mapping or None, **row.options)
    if row.kind == "orders":
        assert row.shop is not None  # orders are of a shop
        return OrdersIn(
            given, shop=row.shop, by=by, limits=WEB, options=options, companion=companion, name=row.file_name,
            companion_name=row.companion_name,
        )  # fmt: skip
    kinds = {"goods": GoodsIn, "stock": StockIn}
    return kinds[row.kind](given, by=by, limits=WEB, options=options, name=row.file_name)


def gone_by(row: Import) -> datetime:
    """When the file of this import is thrown away at the latest; the next beat of the job does it."""
    return (row.ended_at or row.made_at) + KEPT


@every(hours=1, lane="slow")
def forget_uploads(*, at: datetime) -> None:
    """Throw away the files of imports that ended a week ago, or that nobody ran for a week: those end now. And what was handed
    over a day ago and never became an import."""
    over = Q(ended_at__lt=at - KEPT)
    stuck = Import.objects.filter(ended_at=None, made_at__lt=at - KEPT).exclude(alive_at__gte=at - SILENT)
    for pk in list(stuck.values_list("pk", flat=True)):
        with suppress(ImportOver):
            imports.cancel(pk, by=SYSTEM, at=at)
            over |= Q(pk=pk)
    for row in Import.objects.filter(over).exclude(path=""):
        forget(row)
    # Files of the command line were never kept.
    _forget_befores(Q(of__ended_at__lt=at - KEPT))
    claimed = {name for pair in Import.objects.exclude(path="").values_list("path", "companion_path") for name in pair}
    keeping.forget_unclaimed(claimed, before=at - LOOKED_AT)


def forget(row: Import) -> None:
    """Its files are gone, and then nobody looks for them any more."""
    for name in filter(None, (row.path, row.companion_path)):
        keeping.forget(name)
    with db.write():
        Import.objects.filter(pk=row.pk).update(path="", companion_path="")
        _forget_befores(Q(of=row.pk))


def _forget_befores(which: Q) -> None:
    """With a file goes how the orders stood before it: what it changed is put back no more."""
    with db.write():
        ImportBefore.objects.filter(which).exclude(sealed=None).update(sealed=None)
