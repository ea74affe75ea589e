"""What is preferred: by a person, else by the house."""

from typing import Any

from django.db.models import Q

from zhanggui.accounts.models import Preference


def of(person_id: int | None, name: str) -> Any:
    """This person's own, else the house's; None where neither said. One statement."""
    own = Q(person=person_id) if person_id is not None else Q(pk__in=[])
    rows: dict[int | None, Any] = dict(Preference.objects.filter(own | Q(person=None), name=name).values_list("person_id", "value"))
    return rows.get(person_id, rows.get(None))


def several(person_id: int | None, *names: str) -> dict[str, Any]:
    """The same of several names; absent is what nobody said. One statement."""
    who = Q(person=None) if person_id is None else Q(person=person_id) | Q(person=None)
    rows = list(Preference.objects.filter(who, name__in=names).values_list("name", "person_id", "value"))
    house = {name: value for name, person, value in rows if person is None}
    return house | {name: value for name, person, value in rows if person is not None}


def own(person_id: int, name: str) -> Any:
    """What this person said themselves; None where they follow the house. One statement."""
    return Preference.objects.filter(person=person_id, name=name).values_list("value", flat=True).first()


def of_the_house(name: str) -> Any:
    """What holds where nobody said otherwise. One statement."""
    return Preference.objects.filter(person=None, name=name).values_list("value", flat=True).first()
