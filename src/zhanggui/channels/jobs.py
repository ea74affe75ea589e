"""Imports in the background, and the clearing away of what was uploaded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.channels import keeping
from zhanggui.channels.commands import imports
from zhanggui.channels.commands.imports import SILENT
from zhanggui.channels.models import Import
from zhanggui.channels.reading.limits import WEB
from zhanggui.channels.refusals import ImportRuns
from zhanggui.channels.taking import Options, Taking, refused
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.channels.taking_rows import GoodsIn, StockIn
from zhanggui.journal.book import ask
from zhanggui.journal.events import every, task
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import Refused

# Files hold names and addresses: kept while somebody may still want the rejected rows back, no longer.
KEPT = timedelta(days=7)


@task(lane="slow", tries=3)
def run_import(items: Sequence[int], *, at: datetime) -> None:
    """Take an uploaded file in, or go on with it; a file refused as a whole is closed with its reason."""
    row = Import.objects.select_related("shop").get(pk=items[0])
    if row.state not in ("waiting", "running"):
        return
    by = who(row)
    try:
        taking = taking_of(row, by)
        if taking.swapped:
            imports.set_in_order(row.pk, by=by, at=at)
        taking.run(row.pk)
    except ImportRuns:
        # Somebody is at it. Should they fall, whoever looks again goes on from there.
        ask(run_import, [row.pk], at=at, run_at=at + SILENT)
    except Refused as error:
        refused(row.pk, error, by=by, at=at)


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


@every(hours=1, lane="slow")
def forget_uploads(*, at: datetime) -> None:
    """Throw away the files of imports that ended a week ago."""
    for row in Import.objects.filter(ended_at__lt=at - KEPT).exclude(path=""):
        keeping.forget(row.path)
        if row.companion_path:
            keeping.forget(row.companion_path)
        Import.objects.filter(pk=row.pk).update(path="", companion_path="")
