"""Templates at the counter: kept from an order, changed, looked at, made once, taken back; copies; what comes by itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.counting import statements
from tests.web.orders.bench import LIN, SECRETS, Bench
from zhanggui.catalog.models import Sku
from zhanggui.customers.queries import persons
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import jobs
from zhanggui.orders.commands import handled, progress
from zhanggui.orders.models import Making, Order, Recurring, Template
from zhanggui.web.frame import notices

pytestmark = pytest.mark.django_db
AtCounter = Callable[..., Client]


@pytest.fixture
def order(bench: Bench) -> Order:
    return bench.put("A1", 2, person=LIN)


def kept(client: Client, order: Order, customer: str = "kept", **more: str) -> Template:
    said = {"name": "每周茶样", "customer": customer, "shared": "on", **more}
    answer = client.post(reverse("orders:template_save", args=[order.pk]), said)
    template = Template.objects.get()
    assert answer["Location"] == reverse("orders:template", args=[template.pk])
    return template


def said_of(client: Client, template: Template, **more: Any) -> dict[str, Any]:
    """The form of a template as it stands, some of it written anew."""
    return {
        "seen": template.version, "name": template.name, "sku": ["GW-150-QY"], "quantity": ["2"], "unit": ["68.00"], "discount": [""],
        "note": [""], "says": [""], "payment": "on_account", "begins": "submit", "whose": "kept", **more,
    }  # fmt: skip


def changed(client: Client, template: Template, **more: Any) -> Any:
    return client.post(reverse("orders:template", args=[template.pk]), said_of(client, template, **more))


def hidden(page: str) -> dict[str, str]:
    """What the look carries on to the making."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    table = re.search(r'<textarea name="table" hidden>(.*?)</textarea>', page, re.DOTALL)
    return {**found, "table": table[1] if table else ""}


def use(template: Template) -> str:
    return reverse("orders:template_use", args=[template.pk])


def plain(client: Client, template: Template, **more: Any) -> str:
    said = {"many": "1", "placed": f"{clock.day_of(clock.now())}", "begins": "submit", "whose": "own", **more}
    answer = client.post(use(template), {"do": "look", "key": "k" * 32, **said})
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()


@pytest.mark.capability("N-14")
def test_what_one_buyer_wrote_goes_to_nobody_else_unless_somebody_says_so(at_counter: AtCounter, bench: Bench) -> None:
    sales = at_counter("sales")
    order = bench.put("A1", 2, person=LIN, buyer_note="给妈妈的生日", seller_note="轻放")
    page = sales.get(reverse("orders:template_save", args=[order.pk])).content.decode()
    assert "「给妈妈的生日」" in page
    assert 'name="buyer_note" id="id_buyer_note">' in page, "it is not ticked by itself"
    template = kept(sales, order)
    assert (template.buyer_note, template.seller_note) == ("", "轻放")
    assert "给妈妈的生日" not in plain(sales, template)
    template.delete()
    assert kept(sales, order, buyer_note="on").buyer_note == "给妈妈的生日"
    quiet = bench.put("A2", 1)
    assert "buyer_note" not in sales.get(reverse("orders:template_save", args=[quiet.pk])).content.decode()


@pytest.mark.capability("N-14")
def test_an_order_is_kept_as_a_template_changed_and_used_once(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    page = sales.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert reverse("orders:template_save", args=[order.pk]) in page
    template = kept(sales, order)
    assert changed(sales, template, buyer_note="{班级} 收", sku=["GW-150-QY", "gdb-350", ""], quantity=["2", "1", "1"],
                   unit=["68", "20.00", ""], discount=["", "", ""], note=["", "", ""], says=["", "", ""]).status_code == 302  # fmt: skip
    look = plain(sales, template, many="3", gap_0="三班")
    assert ">3 <small>" in look
    assert "三班 收" in look
    assert Order.objects.filter(source="template").count() == 0
    back = sales.post(use(template), {**hidden(look), "do": "back"}).content.decode()
    assert 'value="三班"' in back
    made = [sales.post(use(template), {**hidden(look), "do": "make"}) for _ in range(2)]
    done = Making.objects.get()
    assert {answer["Location"] for answer in made} == {reverse("orders:making", args=[done.pk])}
    assert Order.objects.filter(source="template", total_minor=15600, stage="pending_review").count() == 3
    shown = sales.get(reverse("orders:making", args=[done.pk])).content.decode()
    assert shown.count(f"{done.number}-00") == 3
    assert sales.post(reverse("orders:making_back", args=[done.pk])).status_code == 302
    assert Order.objects.filter(source="template", stage="cancelled").count() == 3
    seen = "".join([page, look, back, shown, sales.get(reverse("orders:template", args=[template.pk])).content.decode()])
    assert not any(secret in seen for secret in SECRETS)


@pytest.mark.capability("N-14")
def test_a_pasted_table_makes_an_order_a_row_and_keeps_the_rows_that_stayed_out(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    template = kept(sales, order, customer="open")
    changed(sales, template, whose="open")
    table = "\n".join([
        "收件人\t电话\t地址\t数量\t颜色", "王小明\t13912345678\t湖北省武汉市洪山区珞喻路 12 号\t3\t红",
        "李四\t138\t浙江省杭州市西湖区文三路 1 号\t1\t蓝",
        "\t13900000000\t\t1\t", "赵六\t13911112222\t北京市朝阳区建国路 9 号\t三\t",
    ])  # fmt: skip
    look = plain(sales, template, whose="typed", table=table)
    assert ("「三」不是件数" in look, "没有写客户" in look, "没用上的列：颜色" in look, "电话不对" in look) == (True, True, True, True)
    answer = sales.post(use(template), {**hidden(look), "table": table, "do": "make"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "赵六\t13911112222" in page
    assert "王小明\t" not in page
    assert sorted(Order.objects.filter(source="template").values_list("pieces", flat=True)) == [1, 3]
    again = sales.post(use(template), {"do": "back", "table": "收件人\t数量\n赵六\t3"})
    assert "赵六\t3" in again.content.decode()
    assert f'value="{clock.day_of(clock.now())}"' in again.content.decode()


OF_TWO = "江苏省苏州市姑苏区平江路 8 号 不要了，改成浙江省杭州市西湖区文三路 100 号"


@pytest.mark.capability("N-14", "I-11")
@pytest.mark.parametrize("address", ["江苏杭州西湖区文三路 100 号", "江苏省杭州西湖区文三路 100 号", "江苏省杭州市西湖区文三路 100 号", OF_TWO])
def test_a_row_whose_address_may_be_another_is_shown_and_not_made(at_counter: AtCounter, order: Order, address: str) -> None:
    sales = at_counter("sales")
    template = kept(sales, order, customer="open")
    table = f"收件人\t电话\t地址\n王五\t13800137621\t{address}\n李四\t13900000001\t湖北武汉洪山区珞喻路 12 号 放门卫"
    look = plain(sales, template, whose="typed", table=table)
    assert "地址没把握：读成了「" in look
    assert "浙江省" in look.partition("地址没把握")[2][:80]
    answer = sales.post(use(template), {**hidden(look), "table": table, "do": "make"})
    assert f"王五\t13800137621\t{address}" in answer.content.decode(), "it comes back to be put right"
    recipient = Order.objects.select_related("recipient").get(source="template").recipient
    made = persons([recipient])[recipient.pk]
    assert (made.province, made.city, made.district, made.street) == ("湖北省", "武汉市", "洪山区", "珞喻路 12 号 放门卫")
    # Put right, or with its places in columns of their own, it is made.
    mended = "收件人\t电话\t省\t市\t区县\t地址\n王五\t13800137621\t浙江省\t杭州市\t西湖区\t江苏杭州西湖区文三路 100 号"
    assert "地址没把握" not in plain(sales, template, whose="typed", table=mended)
    for form in ({"whose": "typed", "name": "王五", "address": address}, {"whose": "new", "to_name": "王五", "to_address": address}):
        where = use(template) if form["whose"] == "typed" else reverse("orders:template", args=[template.pk])
        said = {"do": "look", "many": "2", "placed": f"{clock.day_of(clock.now())}", **said_of(sales, template), **form}
        answer = sales.post(where, said)
        assert (answer.status_code, "地址没把握" in answer.content.decode()) == (422, True)


@pytest.mark.capability("N-14", "I-11")
def test_a_row_that_names_somebody_else_in_its_address_is_not_made(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    template = kept(sales, order, customer="open")
    for address in ("浙江省杭州市西湖区文三路 100 号 李红 13900000009", "13900000009 浙江省杭州市西湖区文三路 100 号"):
        look = plain(sales, template, whose="typed", table=f"收件人\t电话\t地址\n王五\t13800137621\t{address}")
        assert "收件人没把握" in look
        assert "李红" not in look.partition("<textarea")[0]
    look = plain(sales, template, whose="typed", table="地址\n王五 13800137621 浙江省杭州市西湖区文三路 100 号")
    assert "没把握" not in look


@pytest.mark.capability("N-14")
@pytest.mark.parametrize("name", ["表.csv", "表.tsv"])
def test_a_small_file_says_the_same_as_a_pasted_table(at_counter: AtCounter, order: Order, name: str) -> None:
    sales = at_counter("sales")
    template = kept(sales, order, customer="open")
    between = "," if name.endswith("csv") else "\t"
    rows = [["收件人", "手机", "地址", "件数"], ["王小明", "13912345678", "湖北省 武汉市 洪山区 珞喻路 12 号", "4"]]
    file = SimpleUploadedFile(name, "\n".join(between.join(row) for row in rows).encode("gb18030"))
    look = plain(sales, template, whose="typed", table="", file=file)
    assert "王**" in look
    sales.post(use(template), {**hidden(look), "do": "make"})
    assert Order.objects.get(source="template").pieces == 4
    wrong = sales.post(use(template), {"do": "look", "many": "2", "gap_0": "x", "file": SimpleUploadedFile("x.csv", b"")})
    assert wrong.status_code == 422
    assert 'name="many" value="2"' in wrong.content.decode()


@pytest.mark.capability("N-14")
def test_what_changed_between_the_look_and_the_making_is_looked_at_again(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    template = kept(sales, order)
    Sku.objects.update(price_minor=5000)
    changed(sales, template, today=["0"])
    look = plain(sales, template)
    Sku.objects.update(price_minor=9000)
    again = sales.post(use(template), {**hidden(look), "do": "make"})
    assert "价钱或商品刚变过" in again.content.decode()
    assert not Making.objects.exists()
    sales.post(use(template), {**hidden(again.content.decode()), "do": "make"})
    assert Order.objects.get(source="template").total_minor == 18000


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"many": "501"}, "一次最多 500 单"), ({"many": "0"}, "至少一单"), ({"placed": "2020-01-01"}, "日期要在一年以内"),
        ({"whose": "typed"}, "写收件人的姓名"), ({"whose": "like"}, "写一张旧订单的单号"), ({"placed": ""}, "写下单日期"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_says_why_beside_its_field(
    at_counter: AtCounter, order: Order, wrong: dict[str, str], says: str
) -> None:
    sales = at_counter("sales")
    template = kept(sales, order)
    said = {"many": "2", "placed": f"{clock.day_of(clock.now())}", "begins": "draft", "whose": "own", "like": "", **wrong}
    answer = sales.post(use(template), {"do": "look", **said})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_template_that_cannot_be_written_keeps_what_was_typed(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    template = kept(sales, order)
    for wrong, says in (
        ({"quantity": ["x"]}, "件数写 1 到 100000"), ({"unit": ["1.234"]}, "金额写成"), ({"sku": ["NOPE"]}, "没有「NOPE」这个编码"),
        ({"sku": [""]}, "至少留一种商品"), ({"seen": "7"}, "刚被别人改过"), ({"whose": "new"}, "写收件人的姓名"),
    ):  # fmt: skip
        answer = changed(sales, template, buyer_note="别丢了我", **wrong)
        assert answer.status_code in (409, 422)
        assert says in answer.content.decode()
        assert "别丢了我" in answer.content.decode()
    assert Template.objects.get().version == template.version


@pytest.mark.capability("N-14")
def test_the_list_is_of_those_one_may_use_and_costs_as_much_for_thirty_as_for_one(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    empty = sales.get(reverse("orders:templates")).content.decode()
    assert "还没有模板" in empty
    template = kept(sales, order, shared="")
    assert "每周茶样" in sales.get(reverse("orders:templates")).content.decode()
    assert "每周茶样" not in at_counter("reviewer").get(reverse("orders:templates")).content.decode()
    assert at_counter("reviewer").get(reverse("orders:template", args=[template.pk])).status_code == 404
    one = statements(sales, reverse("orders:templates"))
    for _ in range(8):
        sales.post(reverse("orders:template_act", args=[template.pk]), {"do": "copy"})
    assert statements(sales, reverse("orders:templates")) == one
    sales.post(reverse("orders:template_act", args=[template.pk]), {"do": "archive"})
    assert "已归档" in sales.get(reverse("orders:templates") + "?tab=archived").content.decode()
    assert "没有这样的模板" in sales.get(reverse("orders:templates") + "?q=zzz").content.decode()


@pytest.mark.capability("N-14")
def test_one_order_or_many_are_copied_from_the_list_and_the_page(at_counter: AtCounter, bench: Bench, order: Order) -> None:
    sales, other = at_counter("sales"), bench.put("A2", 1)
    answer = sales.post(reverse("orders:batch"), {"verb": "copy", "ids": [order.pk, other.pk]})
    assert answer["Location"] == f"{reverse('orders:copies')}?ids={order.pk},{other.pk}"
    page = sales.get(answer["Location"]).content.decode()
    assert (order.number in page, other.number in page) == (True, True)
    wrong = sales.post(reverse("orders:copies"), {"ids": [order.pk], "times": "900", "key": "a" * 32})
    assert wrong.status_code == 422
    said = {"ids": [order.pk, other.pk], "times": "2", "begins": "draft", "notes": "1", "key": "b" * 32}
    for _ in range(2):
        answer = sales.post(reverse("orders:copies"), said)
    assert answer["Location"] == reverse("orders:making", args=[Making.objects.get().pk])
    assert Order.objects.filter(source="copy", stage="draft", payment="unpaid").count() == 4
    history = sales.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "复制出 2 单" in history
    copy = Order.objects.filter(source="copy").order_by("pk").first()
    assert copy is not None
    assert f"从 {order.number} 复制来" in sales.get(reverse("orders:detail", args=[copy.pk])).content.decode()
    alone = sales.post(reverse("orders:copies"), {**said, "ids": [order.pk], "times": "1", "key": "c" * 32})
    assert alone["Location"] == reverse("orders:detail", args=[Order.objects.latest("pk").pk])


@pytest.mark.capability("I-14")
def test_orders_that_come_by_themselves_are_set_paused_and_told_of(at_counter: AtCounter, order: Order) -> None:
    owner = at_counter("owner")
    template = kept(owner, order)
    changed(owner, template, shared="on")
    session = owner.session
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()
    said = {"every": "week", "clock_time": "09:00", "starts_on": f"{clock.day_of(clock.now())}", "month_day": "1", "step": "1"}
    new = reverse("orders:recurring_new", args=[template.pk])
    wrong = owner.post(new, said)
    assert (wrong.status_code, "至少选一天" in wrong.content.decode()) == (422, True)
    answer = owner.post(new, {**said, "weekdays": ["0", "3"]})
    row = Recurring.objects.get()
    where = reverse("orders:recurring_one", args=[row.pk])
    assert answer["Location"] == where
    assert "每周一、周四 09:00" in owner.get(where).content.decode()
    act = reverse("orders:recurring_act", args=[row.pk])
    owner.post(act, {"do": "now", "key": "n" * 32})
    assert Order.objects.filter(source="recurring").count() == 1
    first = row.next_at
    assert first is not None
    owner.post(act, {"do": "skip", "slot": first.isoformat()})
    row.refresh_from_db()
    assert row.next_at is not None
    assert row.next_at > first
    Sku.objects.filter(code="GW-150-QY").update(retired_at=clock.now())
    jobs.place_recurring(at=row.next_at)
    Recurring.objects.update(last_at=clock.now())
    notices.forget()
    home = owner.get(reverse("home")).content.decode()
    assert "「每周茶样」到时间没能自动下单" in home
    page = owner.get(where).content.decode()
    assert ("GW-150-QY 已停用" in page, "没下成" in page) == (True, True)
    owner.post(act, {"do": "pause"})
    assert Recurring.objects.get().state == "paused"
    assert "已暂停" in owner.get(reverse("orders:recurring")).content.decode()
    sales = at_counter("sales")
    assert sales.get(where).status_code == 200
    assert sales.post(act, {"do": "resume"}).status_code == 403
    assert sales.get(new).status_code == 403


@pytest.mark.capability("I-15")
def test_how_much_goes_by_itself_stands_on_the_home_page_and_day_by_day(at_counter: AtCounter, bench: Bench) -> None:
    owner = at_counter("owner")
    assert "这些天还没有发出的单" in owner.get(reverse("handled")).content.decode()
    at = clock.now()
    for nth in range(4):
        order = bench.put(f"H{nth}", 1)
        progress.release([order.pk], wave_id=1, by=SYSTEM, at=at)
        progress.mark_shipped([(order.pk, nth + 1)], by=SYSTEM, at=at)
    handled.count(at=at + timedelta(seconds=1))
    home = owner.get(reverse("home")).content.decode()
    assert ("没动手就通过" in home, "<b>100%</b>" in home, reverse("handled") in home) == (True, True, True)
    page = owner.get(reverse("handled") + f"?days=7&shop={bench.shop_id}").content.decode()
    assert ("4 单动了 0 次" in page, "导入没收" in page, "since=" in page, '<path class="is"' in page) == (True, True, True, True)
    assert statements(owner, reverse("handled") + "?days=90") == statements(owner, reverse("handled") + "?days=7")
    assert at_counter("warehouse").get(reverse("handled")).status_code == 403
    assert "近 7 天发出的单" not in at_counter("warehouse").get(reverse("home")).content.decode()


def test_a_zero_byte_in_a_row_of_a_template_is_left_out(at_counter: AtCounter, order: Order) -> None:
    client = at_counter("sales")
    template = kept(client, order)
    assert changed(client, template, sku=["GW-150\0-QY"], note=["轻\0放"]).status_code == 302
    assert template.lines.get().note == "轻放"


@pytest.mark.capability("N-14")
def test_rows_of_a_table_keep_their_own_numbers_and_twins_are_remarked(at_counter: AtCounter, order: Order) -> None:
    sales = at_counter("sales")
    template = kept(sales, order)
    assert "收件人 · 电话 · 地址 · 数量" in sales.get(use(template)).content.decode()
    row = "王五\t13900000001\t湖北省武汉市洪山区珞喻路 12 号\t{many}"
    table = "\n".join(["收件人\t电话\t地址\t数量", row.format(many=1), "", row.format(many="x"), row.format(many=1)])
    look = plain(sales, template, table=table)
    numbers = re.findall(r'<tr><td class="mono">(\d+)</td>', look)
    assert sorted(numbers) == ["2", "4", "5"]
    assert "和第 2 行一模一样" in look
    sales.post(use(template), {**hidden(look), "do": "make"})
    shown = sales.get(reverse("orders:making", args=[Making.objects.get().pk])).content.decode()
    assert re.findall(r'<tr><td class="mono">(\d+)</td>', shown) == ["2", "4", "5"]
    assert changed(sales, template, sku=["GW-150-QY", "GDB-350"], quantity=["2", "1"], unit=["68", "20"], discount=["", ""],
                   note=["", ""], says=["", ""]).status_code == 302  # fmt: skip
    assert "收件人 · 电话 · 地址 · GW-150-QY · GDB-350" in sales.get(use(template)).content.decode()
