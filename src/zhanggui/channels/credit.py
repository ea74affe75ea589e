"""Orders on account whose buyer would owe more than the shop allows: said before they come in, for review will stop them then."""

from collections import Counter
from collections.abc import Sequence

from zhanggui.channels.ready import Ready
from zhanggui.customers import sealing
from zhanggui.kernel.money import plain
from zhanggui.orders import prepared as making
from zhanggui.orders import states
from zhanggui.orders.checks.money import ON_ACCOUNT
from zhanggui.orders.facts_of import owed_on_account
from zhanggui.orders.tuning import Forces

CREDIT_OVER = "CREDIT_OVER"
_STAGE, _PAYMENT, _CURRENCY, _TOTAL, _PAID = (
    making.ORDER.index(column) for column in ("stage", "payment", "currency", "total_minor", "paid_minor")
)
_TOKEN = sealing.COLUMNS[1:-1].index("person_token")


class Credit:
    """What buyers owe a shop on account, with what a file adds to it. Where the shop sets no limit nothing is asked."""

    def __init__(self, shop_id: int | None) -> None:
        credit = next((each for each in Forces().of(shop_id) if each.check.code == "credit"), None)
        self.most: int | None = credit.dials["most"] if credit is not None else None
        # (buyer, currency) → minor units; buyers met before.
        self._owed: Counter[tuple[int, str]] = Counter()
        self._met: set[int] = set()

    def weighed(self, orders: Sequence[Ready], here: set[str]) -> list[Ready]:
        """The same, with a warning where the limit would be passed. Those that are ``here`` already add nothing; those that come
        together count together, as review will count them. One statement, none where nobody is new."""
        most = self.most
        new = [each for each in orders if each.order.order[_PAYMENT] == ON_ACCOUNT and each.order.platform_no not in here]
        owing = [each for each in new if each.order.order[_STAGE] not in (states.DRAFT, states.CANCELLED) and _buyer(each) is not None]
        if most is None or not owing:
            return list(orders)
        strangers = {token for each in owing if (token := _buyer(each)) is not None and token not in self._met}
        self._owed.update(owed_on_account(sorted(strangers)))
        self._met |= strangers
        for each in owing:
            self._owed[_account(each)] += each.order.order[_TOTAL] - each.order.order[_PAID]
        over = {
            each.order.platform_no: self._owed[_account(each)]
            for each in owing
            if each.order.order[_STAGE] == states.PENDING_REVIEW and self._owed[_account(each)] > most
        }
        return [_warned(each, over[each.order.platform_no]) if each.order.platform_no in over else each for each in orders]


def _buyer(each: Ready) -> int | None:
    token: int | None = each.order.recipient[_TOKEN] if each.order.recipient else None
    return token


def _account(each: Ready) -> tuple[int, str]:
    return _buyer(each) or 0, each.order.order[_CURRENCY]


def _warned(each: Ready, owed_minor: int) -> Ready:
    return each._replace(warnings=(*each.warnings, (each.rows[0], "", CREDIT_OVER, plain(owed_minor, each.currency))))
