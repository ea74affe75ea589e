"""What was noted of people who are forgotten: its words go with them, its kind, stage and figures stay."""

from collections.abc import Sequence
from datetime import datetime

from zhanggui.kernel import db


def empty(recipient_ids: Sequence[int], *, at: datetime) -> None:
    """Within the transaction that erases them. Two statements, however many."""
    chosen, ids = db.among("o.recipient_id", sorted(recipient_ids))
    theirs = f"order_id IN (SELECT o.id FROM orders_order o WHERE {chosen})"
    db.execute(f"DELETE FROM lessons_tag WHERE lesson_id IN (SELECT id FROM lessons_lesson WHERE {theirs})", [ids])
    db.execute(
        f"UPDATE lessons_lesson SET problem = '', cause = '', solution = '', emptied_at = %s, version = version + 1 WHERE {theirs}",
        [db.adapt(at), ids],
    )
