"""The first day: the shop gets its name."""

from datetime import datetime

from zhanggui.kernel import db
from zhanggui.orders.models import Shop


def name_the_shop(name: str, *, at: datetime) -> None:
    """The first shop, for orders written by hand or imported from a file. There is only ever one of them."""
    with db.write():
        Shop.objects.get_or_create(code="own", defaults={"name": name, "mark": name.strip()[:1], "made_at": at})
