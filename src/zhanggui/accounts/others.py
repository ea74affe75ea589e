"""Who else there is, as the book asks it: somebody who could agree, when the house began, what one may today."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Min

from zhanggui.accounts import queries
from zhanggui.accounts.models import Role, User
from zhanggui.journal import reaches, seconds
from zhanggui.journal.reaches import Said
from zhanggui.kernel.actor import Actor


class Others:
    """The people of this house."""

    def another(self, capability: str, *, takes: Collection[str], beside: Collection[int], places: Said = ()) -> bool:
        """Two statements: the roles, and whether anybody has one that may; more only for people bound to some places."""
        may = [role.pk for role in Role.objects.all() if _holds(role, capability, takes)]
        found = User.objects.filter(is_active=True, role__in=may).exclude(pk__in=beside)
        if not places or found.filter(shop_ids__isnull=True, warehouse_ids__isnull=True).exists():
            return bool(places or found.exists())
        return any(not reaches.foreign(queries.reach_of(one), {one.pk: places}) for one in found)

    def opened_at(self) -> datetime | None:
        found: datetime | None = User.objects.filter(role__code="owner").aggregate(first=Min("joined_at"))["first"]
        return found

    def actor(self, person_id: int) -> Actor | None:
        found = User.objects.select_related("role").filter(pk=person_id, is_active=True).first()
        return None if found is None else queries.actor_of(found)


def able(capabilities: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """Who may come in, holds each of these for more than their own shops and is bound to no place: (id, name). Two statements."""
    roles = list(Role.objects.all())
    free = User.objects.filter(is_active=True, shop_ids__isnull=True, warehouse_ids__isnull=True)
    people = list(free.order_by("joined_at", "pk").values_list("pk", "name", "role_id"))
    found = {}
    for capability in capabilities:
        may = {role.pk for role in roles if _holds(role, capability, ())}
        found[capability] = [(pk, name) for pk, name, role_id in people if role_id in may]
    return found


def _holds(role: Role, capability: str, takes: Collection[str]) -> bool:
    somebody = Actor("person", None, role.name, queries.grants_of(role), role.code)
    return somebody.granted(capability, takes=takes) and "O" not in somebody.words(capability)


seconds.know(Others())
