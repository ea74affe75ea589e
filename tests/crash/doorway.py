"""A house with orders and people who are signed in, for those who come through the door.

``python -m tests.crash.doorway N`` prepares it and prints a session for each of N people, and an order for each.
"""

import json
import sys
from pathlib import Path

import django


def main() -> int:
    django.setup()
    from django.conf import settings  # noqa: PLC0415  # after setup
    from django.test import Client  # noqa: PLC0415

    from zhanggui.accounts.commands import people  # noqa: PLC0415
    from zhanggui.accounts.models import User  # noqa: PLC0415
    from zhanggui.journal import jobs  # noqa: PLC0415
    from zhanggui.kernel import clock  # noqa: PLC0415
    from zhanggui.kernel.actor import SYSTEM  # noqa: PLC0415
    from zhanggui.ops.importing import take_files  # noqa: PLC0415
    from zhanggui.ops.preparing import prepare  # noqa: PLC0415
    from zhanggui.orders.models import Order  # noqa: PLC0415

    many = int(sys.argv[1])
    prepare()
    file = Path(settings.DATA) / "door.csv"
    rows = [f"D{nth},S{nth % 9},1,10.00,林晓{nth},139{nth:08d}" for nth in range(max(many, 200))]
    file.write_text("\n".join(["订单号,商品编码,数量,单价,收件人,手机", *rows]), "utf-8")
    take_files("orders", [file], create_goods=True)
    jobs.run_until_idle()
    made = people.add("owner@example.com", "店主", "kettle-lamp-42", "owner", by=SYSTEM, at=clock.now())
    user = User.objects.get(pk=made)
    cookies = []
    for _ in range(many):
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookies.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    orders = list(Order.objects.order_by("id").values_list("id", flat=True)[:many])
    print(json.dumps({"cookies": cookies, "orders": orders, "cookie": settings.SESSION_COOKIE_NAME}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
