"""The kinds of trouble as the merchant wants them: what each is called, which are offered, and kinds of their own."""

from datetime import datetime

from zhanggui.customers.notes import one_line
from zhanggui.journal.book import command, tell
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import NotFound
from zhanggui.lessons.events import LessonKindSaid
from zhanggui.lessons.kinds import Kinds
from zhanggui.lessons.models import Kind
from zhanggui.lessons.refusals import BadKind, KindNamed, KindStays, TooManyKinds
from zhanggui.lessons.rules.usual import KINDS, OTHER
from zhanggui.orders.holding import own_code

MOST, LONGEST = 30, 20


@command(needs="settings")
def add(name: str, *, by: Actor, at: datetime) -> str:
    """One more kind to choose. Returns its code. Raises BadKind, KindNamed, TooManyKinds."""
    kinds = Kinds()
    taken = {one.code for one in kinds.all() if one.own}
    if len(taken) >= MOST:
        raise TooManyKinds(most=MOST)
    code = own_code(taken)
    row = Kind.objects.create(code=code, name=_free(name, kinds), said_at=at)
    tell([LessonKindSaid(row.pk, code)], by=by, at=at, facts={row.pk: {"name": row.name}})
    return code


@command(needs="settings")
def change(code: str, *, name: str, enabled: bool = True, by: Actor, at: datetime) -> None:
    """Call a kind so, and offer it or not; what was noted stays what it was. Saying it twice changes nothing. Raises NotFound, BadKind,
    KindNamed, KindStays."""
    kinds = Kinds()
    kind = kinds.get(code)
    if kind is None:
        raise NotFound(what=code[:16])
    if code == OTHER and not enabled:
        raise KindStays(name=kind.name)
    text = _free(name, kinds, but=code)
    # A kind of the house that is called as it always was stays without a name of its own, and speaks every language.
    said = "" if not kind.own and not kind.said and text == kind.name else text
    if (kind.said, kind.enabled) == (said, enabled):
        return
    row, _made = Kind.objects.update_or_create(code=code, defaults={"name": said, "enabled": enabled, "said_at": at})
    tell([LessonKindSaid(row.pk, code)], by=by, at=at, facts={row.pk: {"name": said, "enabled": enabled}})


@command(needs="settings")
def as_usual(code: str, *, by: Actor, at: datetime) -> None:
    """Let a kind of the house be called and offered as it is made."""
    row = Kind.objects.filter(code=code).first()
    if row is None or code not in KINDS:
        return
    pk = row.pk
    row.delete()
    tell([LessonKindSaid(pk, code)], by=by, at=at, facts={pk: {"usual": True}})


def _free(name: str, kinds: Kinds, *, but: str = "") -> str:
    text = one_line(name)
    if not text or len(text) > LONGEST:
        raise BadKind(most=LONGEST)
    for one in kinds.all():
        if one.code != but and text.casefold() in (one.zh.casefold(), one.name.casefold()):
            raise KindNamed(name=text)
    return text
