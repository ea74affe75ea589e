"""Who takes the rows that stayed out as a file: they hold persons in plain, so not everybody, and never unnoticed."""

from datetime import datetime

from zhanggui.channels.events import RejectsTaken
from zhanggui.channels.models import Import
from zhanggui.channels.refusals import NotTheirFile
from zhanggui.channels.rejects import reject_file
from zhanggui.journal import reaches
from zhanggui.journal.book import tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor

PLAIN = "export.plain"


def may_take(row: Import, actor: Actor) -> bool:
    """Whoever brought the file has it anyway; others need the right to take persons out in plain."""
    brought_it = actor.kind == "person" and actor.id is not None and actor.id == row.by_id
    return brought_it or actor.granted(PLAIN)


def rejects_taken(import_id: int, *, companion: bool = False, by: Actor, at: datetime) -> tuple[str, bytes]:
    """(name, CSV) as ``reject_file`` gives it; the book notes who took which. Raises NotTheirFile, FileForgotten."""
    reaches.within(by.reach, "import", import_id)
    row = Import.objects.get(pk=import_id)
    if not may_take(row, by):
        raise NotTheirFile(needs=PLAIN, who=by.name, number=row.number, brought=row.by_name)
    name, content = reject_file(import_id, companion=companion)
    rows = row.companion_rejected if companion else row.rows_rejected - row.companion_rejected
    with db.write():
        tell([RejectsTaken(import_id, rows, name)], by=by, at=at)
    return name, content
