"""A walk with one person's data through the whole house, in a process of its own, everything it says written down."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from tests.channels.reports import details, orders, sock, sold
from tests.data.orders.make_samples import TAOBAO
from tests.flows import team
from zhanggui.accounts.commands import people
from zhanggui.accounts.models import User
from zhanggui.carriers.commands import contracts
from zhanggui.channels import rejects, uploads
from zhanggui.channels.models import Import
from zhanggui.couriers.sandbox.running import SandboxServer
from zhanggui.customers import queries as customers
from zhanggui.customers.models import Recipient
from zhanggui.fulfilment.commands import sheets
from zhanggui.journal import jobs
from zhanggui.journal.events import on
from zhanggui.journal.models import Job
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.journey import Journey
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import change, noting, shops
from zhanggui.orders.events import OrderApproved
from zhanggui.orders.models import Order
from zhanggui.stock.commands import warehouses
from zhanggui.tracking.commands import polling

migrate, begin = team.migrate, team.begin
# Whoever fills in a shop's form writes the door where the district belongs, and another phone into the note.
OTHER_PHONE, MAIL = "13977778882", "canarymail88@example.com"
NAME, PHONE, DOOR, ACCOUNT = "甄秋鹤朵", "18812349876", "甲乙丙楼 4 单元 1802 室", "lonelycanary8823"
SEEN = "a note that anybody may read"
PAGES = (
    "/", "/orders/", "/review/", "/imports/", "/goods/", "/stock/", "/warehouse/waves/", "/warehouse/picking/", "/warehouse/packing/",
    "/warehouse/shipping/", "/tracking/", "/settings/shops/", "/settings/people/", "/orders/export/",
)  # fmt: skip


@on(OrderApproved, tries=2)
def stumble(events: Any, *, at: Any) -> None:
    """A handler whose failure quotes a buyer."""
    raise ValueError(f"{NAME} {PHONE} {DOOR}")


def file() -> bytes:
    rows = [
        f"K1,TEA,1,10.00,{NAME},{PHONE},浙江省,杭州市,西湖区,金雀路 77 号{DOOR},2026-03-08 14:31:12,{ACCOUNT}",
        f"K2,TEA,0,10.00,{NAME},{PHONE},浙江省,杭州市,西湖区,金雀路 77 号{DOOR},2026-03-08 14:31:12,{ACCOUNT}",
        f"K3,TEA,1,10.00,{NAME},{PHONE},浙江省,杭州市,西湖区,金雀路 77 号{DOOR},{PHONE},{ACCOUNT}",
    ]
    return "\n".join(["订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家昵称", *rows]).encode()


def misplaced() -> bytes:
    rows = [
        f"K21,TEA,1,10.00,{NAME},{PHONE},浙江省,杭州市,西湖区金雀路 77 号{DOOR},,2026-03-08 14:31:12,",
        f"K22,TEA,1,10.00,{NAME},{PHONE},浙江省杭州市西湖区金雀路 77 号{DOOR},,,,2026-03-08 14:31:12,",
        f"K23,TEA,1,10.00,{NAME},{PHONE},浙江省,杭州市,金雀路 77 号{DOOR},后门,2026-03-08 14:31:12,改送 {OTHER_PHONE} 或 {MAIL}",
    ]
    return "\n".join(["订单号,商品编码,数量,单价,收件人,手机,省,市,区县,详细地址,付款时间,买家留言", *rows]).encode()


def bring_misplaced(shop_id: int, at: datetime) -> dict[str, Any]:
    """What each recipient says in clear, and what it says when it is opened."""
    uploads.submit(misplaced(), "错格.csv", shop_id=shop_id, by=SYSTEM, at=at)
    jobs.run_until_idle()
    found = {}
    for order in Order.objects.filter(platform_no__in=("K21", "K22", "K23")).select_related("recipient"):
        row = order.recipient
        opened = customers.opened([row.pk], by=SYSTEM, at=at, why="看看")[row.pk]
        found[order.platform_no] = (row.province, row.city, row.district, opened.street, order.buyer_note, opened.note)
    order = Order.objects.get(platform_no="K23")
    noting.set_notes(order.pk, noting.Notes("", f"也可打 {OTHER_PHONE}", ""), was=noting.notes_of(order), by=SYSTEM, at=at)
    return found


def shifted() -> bytes:
    """The same person with everything typed one column too far: to the left, and to the right."""
    header, whole, *_rest = file().decode().splitlines()
    cells = whole.split(",")
    moved = [
        ["K11", *cells[2:], ""], ["K12", *cells[2:-1], "", ""], ["K13", "", *cells[1:-1]], ["K14", "TEA", "1", "10.00", "", *cells[4:-1]],
        ["", *cells[:-1]], ["K16", *cells[4:], "", "", ""], ["K17", "TEA", cells[4], *cells[3:]],
    ]  # fmt: skip
    return "\n".join([header, *(",".join(row) for row in moved)]).encode()


def pair() -> tuple[bytes, bytes]:
    """A shop's two reports, the order moved to the right from the account on, and a detail nobody ordered."""
    row = sold(1) | {"收货人姓名": NAME, "收货地址 ": f"浙江省 杭州市 西湖区 金雀路 77 号{DOOR}", "买家会员名": ACCOUNT, "联系手机": PHONE}
    cells = [row.get(word, "") for word in TAOBAO]
    moved = [cells[0], "", *cells[1:-1]], [sold(2)["订单编号"], *cells[1:3], *cells[12:], *[""] * 9]
    return orders(*moved), details(sock(1) | {"价格": NAME}, sock(9))


def bring_shifted(shop_id: int, at: datetime) -> dict[str, Any]:
    """What was typed into the wrong columns is turned away; a file without its header is refused as a whole."""
    listed, detailed = pair()
    headerless = "\n".join(file().decode().splitlines()[1:]).encode()
    given: list[tuple[bytes, dict[str, Any]]] = [
        (shifted(), {}), (listed, {"companion": detailed, "companion_name": "明细.csv"}), (headerless, {}),
        (shifted(), {"options": {"strict": True}}),
    ]  # fmt: skip
    ids = []
    for content, more in given:
        ids.append(uploads.submit(content, "错列.csv", shop_id=shop_id, by=SYSTEM, at=at, **more))
        jobs.run_until_idle()
    rows = Import.objects.in_bulk(ids)
    files = [rejects.reject_file(ids[0])[1], *(rejects.reject_file(ids[1], companion=each)[1] for each in (False, True))]
    return {
        "ids": ids,
        "states": [rows[id_].state for id_ in ids],
        "taken": sum(rows[id_].rows_ok for id_ in ids),
        "rejected": sum(rows[id_].rows_rejected for id_ in ids),
        "given back": [sum(NAME in line for line in file.decode("utf-8-sig").splitlines()) for file in files],
        "quoted": f"「价格」不是数字（{NAME}）" in files[2].decode("utf-8-sig"),
    }


def walk(log: str) -> dict[str, Any]:
    """From the upload to the door, by every page there is. What was seen on the way."""
    listen(Path(log))
    at = clock.now()
    sender = {"name": "仓", "phone": "0571-87654321", "province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "良渚 5 号"}
    warehouses.open_one("HZ", "杭州一仓", sender=sender, by=SYSTEM, at=at)
    shop_id = shops.open_one("shanye", "山野杂货", by=SYSTEM, at=at)
    people.open_shop("owner@example.com", "店主", "kettle-lamp-42", by=SYSTEM, at=at)
    walk = Journey(by=SYSTEM, now=clock.now)
    content = file()
    look = uploads.look(content, "三月.csv", shop_id=shop_id, create_goods=True, by=SYSTEM)
    assert not any(NAME in cell or DOOR in cell for _row, cells in look.preview for cell in cells)
    import_id = uploads.submit(content, "三月.csv", shop_id=shop_id, options={"create_goods": True}, by=SYSTEM, at=at)
    walk.drain()
    walk.stock_up()
    walk.drain()
    order = Order.objects.get(platform_no="K1")
    noting.set_notes(order.pk, noting.Notes("", SEEN, ""), was=noting.notes_of(order), by=SYSTEM, at=at)
    with SandboxServer() as road:
        contracts.enrol("practice", "练习快递", plugin="sandbox", settings=dict(road.account().settings), by=SYSTEM, at=at)
        boxes = walk.wave()
        walk.pick(boxes)
        walk.pack(boxes)
        walk.label(boxes)
        paper = len(sheets.labels_pdf(boxes, by=SYSTEM, at=at)) + len(sheets.slips_pdf(boxes, by=SYSTEM, at=at))
        walk.ship(boxes)
        walk.drain()
        road.advance(to="delivered", at=at + timedelta(hours=20))
        polling.poll(at=at + timedelta(hours=21))
    jobs.run_until_idle(at=lambda: at + timedelta(days=1))
    said = customers.opened([order.recipient_id], by=SYSTEM, at=at, why="看看")[order.recipient_id]
    wrong = bring_shifted(shop_id, at)
    misplaced = bring_misplaced(shop_id, at)
    visited = visit(order.pk, [import_id, *wrong["ids"]])
    broken = break_down(order.pk)
    change_door(shop_id, at)
    return {
        "stage": Order.objects.get(pk=order.pk).stage,
        "opened": (said.name, said.phone, said.street, said.account),
        "masked": Recipient.objects.filter(pk=order.recipient_id).values_list("masked_name", "masked_phone", "masked_street")[0],
        "paper": paper,
        "visited": visited,
        "misplaced": misplaced,
        "wrong": wrong,
        "broken": broken,
        "rejects": rejects.reject_file(import_id)[1].decode("utf-8-sig").count(NAME),
        "turned": Import.objects.get(pk=import_id).orders_rejected,
        "quarantined": list(Job.objects.filter(name="tests.stumble").values_list("state", "error")),
        "audit": [f"{each.code} {each.says}" for each in verify() if each.rows],
        "found": Recipient.objects.filter(customers.matching(PHONE)).count(),
    }


def listen(log: Path) -> None:
    """Every logger at its most talkative, every statement with what it binds."""
    logging.getLogger().addHandler(logging.FileHandler(log, encoding="utf-8"))
    for name in (None, "zhanggui", "django", "django.request", "django.db.backends", "django.template"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    connection.force_debug_cursor = True


def visit(order_id: int, import_ids: list[int]) -> dict[str, tuple[int, bool]]:
    """Page → (status, whether it showed the person)."""
    client = Client()
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = (*PAGES, f"/orders/{order_id}/", *(f"/imports/{id_}/" for id_ in import_ids), f"/orders/?q={PHONE[-4:]}")
    found = {}
    for page in pages:
        answer = client.get(page)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[page] = (answer.status_code, any(word.encode() in body for word in (NAME, PHONE, DOOR)))
    return found


def break_down(order_id: int) -> tuple[int, bool]:
    """A page that falls over with the person in its hands: (status, whether it showed the person)."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    real = Order.objects.__class__.get_queryset

    def falls(self: Any) -> Any:
        whom = (NAME, PHONE, DOOR)
        raise RuntimeError(f"out of order after {len(whom)} words")

    Order.objects.__class__.get_queryset = falls
    try:
        answer = client.get(f"/orders/{order_id}/")
    finally:
        Order.objects.__class__.get_queryset = real
    return answer.status_code, any(word.encode() in answer.content for word in (NAME, PHONE, DOOR))


def change_door(shop_id: int, at: Any) -> None:
    """An address typed anew is sealed like the first."""
    draft = uploads.submit(file().replace(b"K1,", b"K9,"), "四月.csv", shop_id=shop_id, options={"draft": True}, by=SYSTEM, at=at)
    jobs.run_until_idle()
    assert draft
    change.set_address(Order.objects.get(platform_no="K9").pk, {"street": f"金雀路 78 号{DOOR}", "name": NAME}, by=SYSTEM, at=at)


def leave() -> None:
    """Everything to the disk."""
    connection.close()
