"""The rules of review as each shop has them."""

from collections import defaultdict

from zhanggui.orders.checks.check import Said, Set, in_force
from zhanggui.orders.checks.listed import checks
from zhanggui.orders.models import CheckSaid


class Forces:
    """What looks at the orders of which shop. Asks the database once, when it is made."""

    def __init__(self) -> None:
        self._said: dict[int | None, dict[str, Said]] = defaultdict(dict)
        for shop_id, code, on, dials in CheckSaid.objects.values_list("shop_id", "code", "enabled", "dials"):
            self._said[shop_id][code] = Said(on, dials)
        self._made: dict[int | None, tuple[Set, ...]] = {}

    def of(self, shop_id: int | None) -> tuple[Set, ...]:
        """The rules in force for a shop; ``None``: for one of which nothing is said."""
        made = self._made.get(shop_id)
        if made is None:
            here = self._said[shop_id] if shop_id is not None else {}
            made = self._made[shop_id] = in_force(checks(), self._said[None], here)
        return made

    def said(self, shop_id: int | None) -> dict[str, Said]:
        """What was said of this shop alone."""
        return dict(self._said.get(shop_id, {}))
