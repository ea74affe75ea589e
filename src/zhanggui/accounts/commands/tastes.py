"""What a person likes, told to the house by that person alone: it needs no right and leaves no line in the book. What the
house prefers where nobody said otherwise is a setting like any other."""

from datetime import datetime
from typing import Any

from zhanggui.accounts.models import Preference, User
from zhanggui.journal.book import command
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor


def speak(person_id: int, language: str) -> None:
    """Speak ``language`` (a code of the settings) to this person from now on."""
    with db.write():
        User.objects.filter(pk=person_id).update(language=language)


def prefer(person_id: int, name: str, value: Any) -> None:
    """This person has it so from now on; None lets them follow the house again."""
    with db.write():
        if value is None:
            Preference.objects.filter(person=person_id, name=name).delete()
        else:
            Preference.objects.update_or_create(person_id=person_id, name=name, defaults={"value": value})


@command(needs="settings")
def prefer_for_all(name: str, value: Any, *, by: Actor, at: datetime) -> None:
    """Whoever has not chosen themselves has it so from now on; None prefers nothing."""
    if value is None:
        Preference.objects.filter(person=None, name=name).delete()
    else:
        Preference.objects.update_or_create(person=None, name=name, defaults={"value": value})
