"""What a look says of a file is what its import says afterwards: the same rows, the same problems, the same words."""

from datetime import datetime
from typing import Any

import pytest

from tests.conftest import actor
from zhanggui.channels import rejects, telling, uploads, words
from zhanggui.channels.models import Import, ImportProblem, ImportRow
from zhanggui.channels.uploads import Look
from zhanggui.journal import jobs
from zhanggui.kernel.actor import Actor
from zhanggui.orders.commands import change, progress, tuning
from zhanggui.orders.models import Hold, Order, Shop
from zhanggui.orders.revisions import Revision

pytestmark = pytest.mark.django_db
HEADER = "订单号,商品编码,商品名称,数量,单价,收件人,手机,省,市,区县,详细地址,付款方式,付款状态,买家留言"


def row(no: str, *, pieces: str = "1", unit: str = "10.00", who: int = 0, paid: str = "已付款", street: str = "文三路 1 号", note: str = "") -> str:
    whose = who or int(no[1:])
    return f"{no},TEA,茶,{pieces},{unit},林晓,139{whose:08},浙江省,杭州市,西湖区,{street},微信,{paid},{note}"


def file_of(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def looked(content: bytes, shop_id: int, by: Actor, **chosen: Any) -> Look:
    return uploads.look(content, "orders.csv", shop_id=shop_id, choices={"goods": "create"}, by=by, **chosen)


def brought(content: bytes, shop_id: int, by: Actor, at: datetime, **chosen: Any) -> Import:
    options = {"choices": {"goods": "create"}, **chosen}
    import_id = uploads.submit(content, "orders.csv", shop_id=shop_id, options=options, by=by, at=at)
    jobs.run_until_idle()
    return Import.objects.get(pk=import_id)


def told_before(look: Look) -> tuple[list[Any], list[Any]]:
    return tuple([[(t.row, t.beside, t.column, t.code, t.message, t.fix) for t in each] for each in (look.problems, look.warnings)])  # type: ignore[return-value]


def noted(done: Import) -> list[dict[str, Any]]:
    """What the books keep of rows that came in, a line each."""
    rows = ImportRow.objects.filter(of=done).exclude(outcome="rej").exclude(code__in=("", "DUPLICATE"))
    mine = set(rows.values_list("row", flat=True))
    more = [one for one in ImportProblem.objects.filter(of=done).order_by("nth") if one.row in mine]
    each = sorted([*rows, *more], key=lambda one: one.row)
    return [
        {"row": one.row, "beside": False, "column": one.column, "code": one.code, "fix": words.fix(one.code),
         "says": telling.sentence(telling.Why(one.column, one.code, one.value), one.row)}
        for one in each
    ]  # fmt: skip


def told_after(done: Import) -> tuple[list[Any], list[Any]]:
    shown = (rejects.shown(done.pk), noted(done))
    return tuple([[(t["row"], t["beside"], t["column"], t["code"], t["says"], t["fix"]) for t in each] for each in shown])  # type: ignore[return-value]


NUMBERS = ("rows_in", "rows_ok", "rows_updated", "rows_duplicate", "rows_rejected", "rows_blank", "orders_in", "orders_created",
           "orders_updated", "orders_duplicate", "orders_rejected")  # fmt: skip


def numbers(said: Any) -> dict[str, int]:
    return {name: getattr(said, name) for name in NUMBERS}


@pytest.mark.one_leg
@pytest.mark.capability("I-06")
def test_every_row_is_told_before_what_it_is_told_after(shop_id: int, at: datetime) -> None:
    """Problems of different kinds, more than one of a row, rows of one order, the same row twice, an order that is here and says
    something else, a buyer over the credit of the shop, and rows that come in with a remark."""
    owner = actor("owner")
    tuning.tune("credit", True, {"most": 50_000}, by=owner, at=at)
    brought(file_of(row("T1"), row("T2"), row("T3"), row("T4"), row("T60", unit="300.00", who=60, paid="挂账")), shop_id, owner, at)
    ids = dict(Order.objects.values_list("platform_no", "pk"))
    progress.cancel([ids["T3"]], reason="买家不要了", by=owner, at=at)
    change.revise([Revision(ids["T4"], buyer_note="这里写的")], by=owner, at=at)
    messy = file_of(
        row("T1"), row("T2", unit="12.00"), row("T3", unit="12.00"), row("T4", note="文件里写的"),
        row("T10", pieces="0", unit="abc"), row("T11", pieces="林晓"), row("T11", unit="1.234"), row("T11"),
        row("T12"), row("T12"), row("T13", pieces="２", unit="0"), ",,,,,,,,,,,,,", row("T14", street=""),
        "1.2E+18,TEA,茶,1,10.00,林晓,13900000001,浙江省,杭州市,西湖区,文三路,微信,已付款,", "T15,TEA,茶",
        row("T61", unit="150.00", who=60, paid="挂账"), row("T62", unit="100.00", who=60, paid="挂账"), row("T63", unit="100.00", paid="挂账"),
    )  # fmt: skip
    for update in (False, True):
        before = looked(messy, shop_id, owner, update=update)
        done = brought(messy, shop_id, owner, at, update=update)
        assert numbers(before.totals) == numbers(done)
        assert told_before(before) == told_after(done)
        # What is said alike of many rows is told once, by the look and by the result.
        assert before.alike == rejects.noted_alike(done.pk)
        assert done.rows_rejected == len({(t.row, t.beside) for t in before.problems})
        if not update:
            over = {t.row for t in before.warnings if t.code == "CREDIT_OVER"}
            # Those of the buyer who owes too much already, and nobody else's: and the rules hold the very same.
            assert over == {17, 18}
            held = Hold.objects.filter(code="credit-over", cleared_at=None, order__platform_no__in=("T61", "T62", "T63"))
            assert set(held.values_list("order__platform_no", flat=True)) == {"T61", "T62"}


@pytest.mark.one_leg
def test_a_shop_that_is_switched_off_is_foretold(shop_id: int, at: datetime) -> None:
    owner = actor("owner")
    brought(file_of(row("T1")), shop_id, owner, at)
    Shop.objects.filter(pk=shop_id).update(enabled=False)
    content = file_of(row("T1"), row("T2"), row("T2", unit="9.00"), row("T3", pieces="x"))
    before = looked(content, shop_id, owner)
    done = brought(content, shop_id, owner, at)
    assert numbers(before.totals) == numbers(done)
    assert told_before(before) == told_after(done)
    assert [t.code for t in before.problems] == ["SHOP_CLOSED", "SHOP_CLOSED", "NUMBER_FORMAT"]


def test_a_taste_of_a_file_shows_nobody() -> None:
    """By what a column is taken for, by what it is called, and by what stands in it; of a column nobody knows only a little."""
    header = ["订单编号", "买家支付宝账号", "买家会员名", "谁", "宝贝标题", "买家留言", "别的"]
    cells = ["A1", "lin@example.com", "tb3312345101", "林晓晓", "青釉盖碗", "打 13800137621", "文三路 9 号"]
    [(_row, shown)] = uploads.tasted([(2, cells)], header, {"name": "谁"})
    assert shown == ["A1", "l***@example.com", "tb33**101", "林**", "青釉盖碗", "打 138****7621", "文**"]
    # A row longer than its header, too.
    [(_row, longer)] = uploads.tasted([(3, [*cells, "13800137621"])], header, {})
    assert longer[-1] == "138****7621"
