"""What a person likes, told to the house by that person alone: it needs no right and leaves no line in the book."""

from zhanggui.accounts.models import User
from zhanggui.kernel import db


def speak(person_id: int, language: str) -> None:
    """Speak ``language`` (a code of the settings) to this person from now on."""
    with db.write():
        User.objects.filter(pk=person_id).update(language=language)
