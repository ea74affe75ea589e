"""Statements of gateways: their lines kept once, held against the book, and those that are missing in it written to their orders."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from zhanggui.journal.book import Batch, command, tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import money
from zhanggui.orders.commands.money import Back, Came
from zhanggui.orders.reading import reconciling
from zhanggui.payments import port
from zhanggui.payments.events import StatementTaken
from zhanggui.payments.models import Statement, StatementLine
from zhanggui.payments.port import Kind
from zhanggui.payments.queries import plugins

LINE = ("statement_id", "plugin", "kind", "order_no", "trade_no", "number", "amount_minor", "currency", "happened_at")


@command(needs="settlement")
def take(plugin: str, name: str, data: bytes, lines: Sequence[port.Entry], *, by: Actor, at: datetime) -> int:
    """Keep the lines of a statement; the same file is kept once, and so is a line that another file brought. Returns its id."""
    digest = hashlib.sha256(plugin.encode() + data).digest()
    known = Statement.objects.filter(digest=digest).values_list("pk", flat=True).first()
    if known is not None:
        return known
    moments = [each.at for each in lines]
    row = Statement.objects.create(
        plugin=plugin, name=name[:120], digest=digest, many=len(lines), since=min(moments, default=None), until=max(moments, default=None),
        made_at=at, actor_name=by.name[:80],
    )  # fmt: skip
    known_here = StatementLine.objects.filter(db.Among(F("number"), sorted({each.number for each in lines})), plugin=plugin)
    there = set(known_here.values_list("number", "kind"))
    fresh = {(each.number, str(each.kind)): each for each in reversed(lines) if (each.number, str(each.kind)) not in there}
    rows = [(row.pk, plugin, str(e.kind), e.order_no, e.trade_no, e.number, e.amount_minor, e.currency, e.at) for e in reversed(fresh.values())]
    db.insert_many(StatementLine, LINE, rows)
    tell([StatementTaken(row.pk, len(lines))], by=by, at=at)
    return row.pk


@command(needs="settlement")
def write_down(line_ids: Sequence[int], *, by: Actor, at: datetime) -> Batch:
    """Write these lines to the orders they name. One whose order is not here, asks another sum or has it already is refused with why."""
    found = reconciling.lines(line_ids, reach=by.reach)
    batch = Batch()
    came, back, done = [], [], []
    for each in found:
        if each.why:
            batch.refuse([each.line.pk], each.why)
            continue
        line, method = each.line, plugins()[each.line.plugin].method if each.line.plugin in plugins() else each.line.plugin
        assert each.order_id is not None
        made = (each.order_id, line.amount_minor, method, line.plugin, line.number, "", line.happened_at)
        if line.kind == Kind.PAID:
            came.append(Came(*made))
        else:
            back.append(Back(*made)._replace(note=line.trade_no))
        done.append(line.pk)
    if came:
        money.receive(came, by=by, at=at)
    if back:
        money.refund(back, reason="statement", by=by, at=at)
    batch.done = done
    return batch
