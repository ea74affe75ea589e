"""What people changed about their own way in, written into the book under their name."""

from datetime import datetime

from zhanggui.accounts.commands.sessions import void
from zhanggui.accounts.events import AccessChanged
from zhanggui.accounts.models import User
from zhanggui.journal.book import tell
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor


def note_own(person: User, what: str, *, at: datetime) -> None:
    """One line: this person changed ``what`` of their own."""
    with db.write():
        tell([AccessChanged(person.pk, what)], by=Actor("person", person.pk, person.name), at=at)


def note_reset(person: User, *, at: datetime) -> None:
    """A new password was set by a link: whatever was handed out before is void, the second factor stays."""
    with db.write():
        void(person.pk)
        tell([AccessChanged(person.pk, "password:link")], by=Actor("person", person.pk, person.name), at=at)
