"""What is done in a house of its own by one who knows the canaries: an upload, a second person of every role, a job that fails."""

import sys

import django

django.setup()

from zhanggui.accounts.commands import people  # noqa: E402
from zhanggui.accounts.policy import policy  # noqa: E402
from zhanggui.channels import uploads  # noqa: E402
from zhanggui.kernel import clock  # noqa: E402
from zhanggui.kernel.actor import SYSTEM  # noqa: E402
from zhanggui.orders.commands import shops  # noqa: E402
from zhanggui.stock.commands import warehouses  # noqa: E402

password, content, broken = sys.stdin.buffer.read().split(b"\0")
at = clock.now()
warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
shop = shops.open_one("shanye", "山野杂货", by=SYSTEM, at=at)
for role in policy().roles:
    if role != "program":
        people.add(f"{role}@example.com", role, password.decode(), role, by=SYSTEM, at=at)
uploads.submit(content, "三月.csv", shop_id=shop, options={"create_goods": True}, by=SYSTEM, at=at)
uploads.submit(broken, "四月.csv", shop_id=shop, by=SYSTEM, at=at)
