"""What the processes of one race do: two who agree at the same moment, one who takes it back meanwhile."""

from datetime import timedelta

from tests.flows import team
from zhanggui.accounts.commands import access, people
from zhanggui.accounts.models import User
from zhanggui.accounts.queries import actor_of
from zhanggui.journal import approvals
from zhanggui.journal.models import Approval, Entry
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import Refused, SecondPersonAsked

PASSWORD = "kettle-lamp-42"
migrate, begin = team.migrate, team.begin


def acts(person_id: int) -> Actor:
    return actor_of(User.objects.select_related("role").get(pk=person_id), fresh=True)


def house(many: int) -> list[int]:
    """So many owners, and one of sales, all here for two days. Answers their ids, the last is of sales."""
    at = clock.now() - timedelta(days=2)
    owners = [people.add(f"o{n}@example.com", f"o{n}", PASSWORD, "owner", by=SYSTEM, at=at) for n in range(many)]
    return [*owners, people.add("zoe@example.com", "zoe", PASSWORD, "sales", by=SYSTEM, at=at)]


def ask(asker: int, about: int, role: str) -> str:
    """Ask for another role for ``about``; answers the code it was refused with."""
    try:
        access.give_role(about, role, by=acts(asker), at=clock.now())
    except SecondPersonAsked as asked:
        return asked.code
    return "done"


def waiting() -> list[int]:
    return list(Approval.objects.filter(state="waiting").values_list("pk", flat=True))


def settle(verb: str, approval_id: int, person_id: int) -> str:
    """Agree or take back; answers how it went."""
    try:
        getattr(approvals, verb)(approval_id, by=acts(person_id), at=clock.now())
    except Refused as refusal:
        return refusal.code
    return verb


def acted() -> tuple[int, str, str]:
    """How often the role was given, what the person is now, and how the approval ended."""
    given = Entry.objects.filter(name="accounts.access.give_role").count()
    return given, User.objects.select_related("role").get(name="zoe").role.code, Approval.objects.latest("id").state
