"""The ways orders come in: what each is called, where it stands, whether it is open. ``Order.source`` holds its code.

Those of the house are written here and have a row once something of them was changed. A code that is neither here nor in a row
(``demo``) is nobody's to close, and is shown as what it is.
"""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_lazy, gettext_noop

from zhanggui.kernel.errors import Refused
from zhanggui.orders.models import Source
from zhanggui.orders.refusals import SourceClosed, SourceUnknown

Kind, Tone = Source.Kind, Source.Tone
# Code, what it is called before somebody calls it otherwise, how it is marked; the code of ours is its kind.
OURS = (
    (Kind.FILE, gettext_noop("文件导入"), Tone.QUIET),
    (Kind.SYNC, gettext_noop("平台同步"), Tone.QUIET),
    (Kind.MANUAL, gettext_noop("手工录入"), Tone.INFO),
    (Kind.PHONE, gettext_noop("电话"), Tone.INFO),
    (Kind.WECHAT, gettext_noop("微信"), Tone.GOOD),
    (Kind.WEB, gettext_noop("网页表单"), Tone.GOOD),
    (Kind.POS, gettext_noop("门店收银"), Tone.WARN),
    (Kind.API, gettext_noop("接口"), Tone.QUIET),
)
# What is no way in of a merchant's, and still came from somewhere.
OTHERS = {
    "demo": gettext_noop("演示"), "template": gettext_noop("模板"), "copy": gettext_noop("复制"), "recurring": gettext_noop("自动下单"),
    "counter": gettext_noop("当面"), "other": gettext_noop("其他"),
}  # fmt: skip
# What an order may be entered through by a person at the screen.
BY_HAND = (Kind.MANUAL, Kind.PHONE, Kind.WECHAT)


class SourceNotByHand(Refused):
    """``facts``: source."""

    code = "source-not-by-hand"
    says = gettext_lazy("「{source}」的单是自己进来的，不能手工录入。")
    fix = gettext_lazy("换一个手工的来源：手工录入、电话、微信，或您自己加的。")
    status = 422


def listed(kept: Iterable[Source] | None = None) -> list[Source]:
    """Every way in, in the merchant's order, closed ones too; those nobody touched have no ``pk`` yet. ``kept``: the rows, where
    somebody read them already; else one statement."""
    rows = {row.code: row for row in (Source.objects.all() if kept is None else kept)}
    for nth, (kind, name, tone) in enumerate(OURS):
        rows.setdefault(kind.value, Source(code=kind.value, kind=kind.value, name=name, tone=tone, position=(nth + 1) * 10))
    return sorted(rows.values(), key=lambda row: (row.position, row.code))


def called(source: Source) -> str:
    """Its name; one nobody changed in the language of whoever looks."""
    return gettext(source.name)


def names(kept: Iterable[Source] | None = None) -> dict[str, str]:
    """Code → name, of every way in, in the merchant's order. One statement, or that of ``listed``."""
    return {row.code: called(row) for row in listed(kept)} | {code: gettext(name) for code, name in OTHERS.items()}


def marks() -> dict[str, tuple[str, str]]:
    """Code → (name, tone), for a chip beside an order. One statement."""
    known = {row.code: (called(row), row.tone) for row in listed()}
    return known | {code: (gettext(name), Tone.QUIET.value) for code, name in OTHERS.items()}


def choices(kinds: Iterable[str] = BY_HAND) -> list[tuple[str, str]]:
    """(code, name) of the open ways in of these kinds, for a form to offer. One statement."""
    wanted = set(kinds)
    return [(row.code, called(row)) for row in listed() if row.enabled and row.kind in wanted]


def require(code: str) -> None:
    """Raises ``SourceClosed`` where the merchant switched this way in off, ``SourceUnknown`` where there is none. One statement."""
    row = Source.objects.filter(code=code).first()
    if row is not None and not row.enabled:
        raise SourceClosed(source=called(row))
    if row is None and code not in OTHERS and code not in {kind.value for kind, _name, _tone in OURS}:
        raise SourceUnknown(source=code[:40])


def require_by_hand(code: str) -> None:
    """The same for an order that a person enters: also raises ``SourceNotByHand`` for what comes in by itself. Two statements."""
    require(code)
    row = next((each for each in listed() if each.code == code), None)
    if row is None or row.kind not in BY_HAND:
        raise SourceNotByHand(source=called(row) if row is not None else gettext(OTHERS.get(code, code)))
