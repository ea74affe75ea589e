"""What may still be chosen of a file that was looked at: what it does not say, and what could be read otherwise."""

from typing import Any

from zhanggui.channels.reading import asking
from zhanggui.channels.reading.asking import Offer
from zhanggui.channels.reading.assemble import silent_on_payment
from zhanggui.channels.remarks import strangers
from zhanggui.channels.taking import Taking

NAMED = 20


def of(taking: Taking) -> list[Offer]:
    """What needs an answer first, then what was turned away and could come in, then the rest."""
    return [*_unsaid(taking), *asking.offers(taking.problems, taking.choices), *_kept(taking)]


def columns_of(taking: Taking) -> dict[str, int] | None:
    """Our field → column, where the format reads a column for each field; ``None`` of a platform's own report."""
    columns: Any = getattr(taking.format, "columns", None)
    return columns(taking.table.header, taking.options.mapping) if columns is not None and taking.kind == "orders" else None


def _unsaid(taking: Taking) -> list[Offer]:
    found, columns = [], columns_of(taking)
    if columns is not None and silent_on_payment(columns):
        says, answers = asking.PAYMENT
        found.append(Offer("payment", says, answers, taking.choices.payment, needed=True))
    unknown: Any = getattr(taking, "strange", None)
    if unknown or taking.choices.goods:
        says, answers = asking.GOODS
        chosen = "create" if taking.options.create_goods else taking.choices.goods
        found.append(Offer("goods", says, answers, chosen, detail=_listed(list(unknown or ()))))
    return found


def _kept(taking: Taking) -> list[Offer]:
    if columns_of(taking) is None or not (names := strangers(taking)):
        return []
    says, answers = asking.EXTRAS
    return [Offer("extras", says, answers, taking.choices.extras, detail=_listed(names))]


def _listed(names: list[str]) -> str:
    return "、".join(name[:40] for name in names[:NAMED]) + ("…" if len(names) > NAMED else "")
