"""Taking an import back: the orders it made that have not gone further than review are cancelled, and what they held is free; those
it changed stand as they stood before, unless somebody changed them since. Goods it made stay: other orders, and the stock, may know them by now.

Asked for once, done by the worker batch by batch; what went on meanwhile stays, and is named with its stage.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.channels import reviving
from zhanggui.channels.events import ImportUndone, UndoAsked, UndoNotAllowed
from zhanggui.channels.models import Import, ImportBefore, ImportRow
from zhanggui.channels.queries import OUT
from zhanggui.channels.refusals import GoodsStay, ImportRuns, NothingMade, StockStays, WentOut
from zhanggui.journal import marks
from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import crashing, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders.commands import progress
from zhanggui.orders.commands import put_back as putting_back
from zhanggui.orders.commands.put_back import PutBack
from zhanggui.orders.models import Order

LONGEST = 200
AT_ONCE = 500


@command(needs="import.undo", takes=("nothing-shipped",), over="import", because="reason")
def ask_for(import_id: int, *, reason: str = "", by: Actor, at: datetime) -> bool:
    """Ask that an import be taken back. False when that was asked before: nothing changes then.

    Raises StockStays and GoodsStay for files of other things, ImportRuns while it comes in, NothingMade where it made and changed none,
    and WentOut where the grant is for imports of which nothing has left the house.
    """
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.kind != Import.Kind.ORDERS:
        raise (StockStays if row.kind == Import.Kind.STOCK else GoodsStay)(number=row.number)
    if row.undo_asked_at is not None:
        return False
    if row.state in ("waiting", "running"):
        raise ImportRuns(number=row.number)
    if not made(import_id).exists() and not changed(import_id).exists():
        raise NothingMade(number=row.number)
    if "nothing-shipped" in by.narrowed("import.undo"):
        out = Order.objects.filter(pk__in=made(import_id), stage__in=OUT).count()
        if out:
            raise WentOut(number=row.number, orders=out)
    why = (reason or by.why)[:LONGEST]
    Import.objects.filter(pk=import_id).update(
        undo_asked_at=at, undo_reason=why, undo_by_name=by.name, undo_by_id=by.id if by.kind == "person" else None
    )
    tell([UndoAsked(import_id)], by=by, at=at, facts={import_id: {"why": why}} if why else None)
    return True


def carry_out(import_id: int, *, at: datetime) -> None:
    """Cancel the orders of an import that is to be taken back and put back those it changed, batch by batch, or go on with it.

    Done with the rights of the one who asked, as they are now. Where those no longer reach, what was not tried stays as it is, and
    may be asked for again.
    """
    row = Import.objects.get(pk=import_id)
    person = User.objects.select_related("role").filter(pk=row.undo_by_id).first() if row.undo_by_id is not None else None
    by = replace(actor_of(person) if person is not None else SYSTEM, why=row.undo_reason)
    try:
        for batch in db.in_chunks(sorted(set(made(row.pk))), AT_ONCE):
            crashing.point("batch.before", "undo")
            take_back(row.pk, batch, reason=row.undo_reason, by=by, at=at)
            crashing.point("batch.after", "undo")
        for batch in db.in_chunks(sorted(changed(row.pk).values_list("order_id", flat=True)), AT_ONCE):
            crashing.point("batch.before", "put_back")
            put_back(row.pk, batch, by=by, at=at)
            crashing.point("batch.after", "put_back")
    except Refused:  # whoever asked may no longer, or not there
        leave_open(row.pk, by=SYSTEM, at=at)
        return
    finish(row.pk, by=SYSTEM, at=at)


@command(needs="import.undo", takes=("nothing-shipped",), over="import", because="reason")
def take_back(import_id: int, order_ids: Sequence[int], *, reason: str = "", by: Actor, at: datetime) -> Batch:
    """Cancel these orders of an import that is being taken back, as far as they may be. Those that went on are refused.

    Whether an order may still be cancelled is asked where it is moved: whoever approves or ships it at the same moment comes
    before or after, never between. Doing it twice cancels once.
    """
    asked = Import.objects.select_for_update().filter(pk=import_id, undo_asked_at__isnull=False, undo_ended_at=None).first()
    if asked is None:
        return Batch()
    mine = made(import_id).filter(subject_id__in=order_ids)
    # Whoever need not say why takes the import back all the same: its number is why these orders go.
    why = reason if marks.means(reason) else asked.number
    # The book says which undo it was: a later import may bring back what nobody moved since.
    batch = progress.call_off(sorted(set(mine)), reason=why, facts={reviving.UNDONE: import_id}, by=by, at=at)
    if batch.done:
        Import.objects.filter(pk=import_id).update(orders_undone=F("orders_undone") + len(batch.done))
    return batch


# Whoever asked for the undo has said why; that is the reason of each of these, too.
@command(needs="import.undo", takes=("nothing-shipped",), over="import", marks="")
def put_back(import_id: int, order_ids: Sequence[int], *, by: Actor, at: datetime) -> PutBack:
    """Put these orders, which an import that is being taken back changed, back as they stood. Those that somebody changed since are
    left alone, and kept with what was changed. Doing it twice changes nothing."""
    if not Import.objects.select_for_update().filter(pk=import_id, undo_asked_at__isnull=False, undo_ended_at=None).exists():
        return PutBack([], {})
    rows = list(changed(import_id).filter(order_id__in=order_ids))
    before = {row.order_id: (row.seq, row.sealed) for row in rows}
    done = putting_back.put_back(before, facts={reviving.UNDONE: import_id}, by=by, at=at)
    for row in rows:
        left = done.left.get(row.order_id)
        row.sealed, row.left = None, {"why": left.why, "fields": left.fields} if left is not None else {}
    ImportBefore.objects.bulk_update(rows, ["sealed", "left"], batch_size=AT_ONCE)
    Import.objects.filter(pk=import_id).update(orders_put_back=F("orders_put_back") + len(done.done))
    return done


@command(needs="import.undo", takes=("nothing-shipped",), over="import", marks="")
def finish(import_id: int, *, by: Actor, at: datetime) -> None:
    """Every order was tried: the import is taken back as far as it can be. Told once."""
    if Import.objects.filter(pk=import_id, undo_asked_at__isnull=False, undo_ended_at=None).update(undo_ended_at=at):
        row = Import.objects.get(pk=import_id)
        tell([ImportUndone(import_id, row.orders_undone, row.orders_created - row.orders_undone)], by=by, at=at)


@command(needs="import.undo", takes=("nothing-shipped",), over="import", marks="")
def leave_open(import_id: int, *, by: Actor, at: datetime) -> None:
    """Whoever asked may no longer: it is not taken back, or not all of it, and whoever may can ask again. Who had asked stays named."""
    if Import.objects.filter(pk=import_id, undo_asked_at__isnull=False, undo_ended_at=None).update(undo_asked_at=None):
        tell([UndoNotAllowed(import_id, Import.objects.get(pk=import_id).orders_undone)], by=by, at=at)


def changed(import_id: int) -> "QuerySet[ImportBefore]":
    """The orders an import changed that nobody tried to put back yet."""
    return ImportBefore.objects.filter(of_id=import_id, left__isnull=True)


def made(import_id: int) -> "QuerySet[ImportRow, Any]":
    """The ids of the orders an import made; one stands there once for each of its rows."""
    rows = ImportRow.objects.filter(of_id=import_id, file=ImportRow.File.GIVEN, outcome=ImportRow.Outcome.OK)
    return rows.values_list("subject_id", flat=True)
