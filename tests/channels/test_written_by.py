"""The same table as other people's programs write it: read cell for cell alike, and taken in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhanggui.channels import jobs, uploads
from zhanggui.channels.models import Import
from zhanggui.customers import sealing
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Line, Order

pytestmark = pytest.mark.django_db
FILES = sorted((Path(__file__).parent.parent / "data" / "written_by").glob("*.xls*"))
# It writes no formats into the old kind: a moment is a bare number there, and what it means is asked.
CHOSEN = {"sheetjs-0.18.xls": {"choices": {"serials": "1900"}}}
MADE = ("exceljs", "libreoffice", "libreoffice", "openpyxl", "poi", "sheetjs", "sheetjs", "xlsxwriter")


def test_there_is_a_file_of_each() -> None:
    assert tuple(file.name.partition("-")[0] for file in FILES) == MADE


@pytest.mark.capability("I-08")
@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_a_workbook_comes_in_whole_whoever_wrote_it(file: Path, shop_id: int, owner: Actor, at: datetime) -> None:
    options = {"create_goods": True, **CHOSEN.get(file.name, {})}
    import_id = uploads.submit(file.read_bytes(), file.name, shop_id=shop_id, options=options, by=owner, at=at)
    jobs.run_import([import_id], at=at)
    row = Import.objects.get()
    assert (row.state, row.rows_ok, row.rows_rejected, row.rows_blank) == ("done", 3, 0, 0), row.refusal
    orders = list(Order.objects.select_related("recipient").order_by("platform_no"))
    assert [order.platform_no for order in orders] == [f"692026030814311200{nth}" for nth in (1, 2, 3)]
    assert [sealing.opened(order.recipient.sealed)[0] for order in orders] == ["林晓", "㐂田", "欧阳娜娜"]
    assert [sealing.opened(order.recipient.sealed)[3] for order in orders] == ["文三路 1 号", "珞喻路 12 号", "建国路 93 号 👨‍👩‍👧"]
    assert [order.buyer_note for order in orders] == ["=1+1 不是公式", "第一行\n第二行", ""]
    # Moments in a sheet are those of a clock on the wall in the company's zone: eight hours ahead of UTC.
    assert [order.paid_at for order in orders] == [
        datetime(2026, 3, 8, 6, 31, 12, tzinfo=UTC), datetime(2026, 3, 7, 16, tzinfo=UTC), datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC),
    ]  # fmt: skip
    lines = Line.objects.order_by("order__platform_no").values_list("sku_code", "quantity", "unit_minor")
    assert list(lines) == [("000123", 2, 1050), ("TEA", 1, 6800), ("TEA", 3, 99)]
