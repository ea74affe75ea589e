"""Goods and stock come in row by row; a row in doubt is turned away alone."""

import pytest

from tests.connectors.samples import CONTEXT, codes, sample
from zhanggui.channels.port import GoodsRow, StockRow, Turned
from zhanggui.channels.reading.errors import HeadersMissing
from zhanggui.channels.reading.opening import open_table
from zhanggui.connectors.goods_file.connector import FORMAT as GOODS
from zhanggui.connectors.stock_file.connector import FORMAT as STOCK


def test_goods_are_described():
    answers = list(GOODS.read(sample("goods.csv"), CONTEXT))
    assert answers[0] == GoodsRow(
        2, "TEE-WHITE-L", "纯棉 T 恤", "白色 L", "6901234567892", "上衣", 180, 5900, 2350, "CNY"
    )
    assert answers[1] == GoodsRow(3, "SOCK-GREY", "棉袜", "灰色", "", "袜子", None, 990, None, "CNY")
    assert [(each.rows, codes(each.problems)) for each in answers[2:] if isinstance(each, Turned)] == [
        ((4,), ["AMBIGUOUS_SKU"]),
        ((5,), ["SAME_KEY_TWICE"]),
        ((6,), ["BLANK"]),
        ((7,), ["SCIENTIFIC_NOTATION", "PRICE_RANGE"]),
    ]


def test_stock_is_counted():
    answers = list(STOCK.read(sample("stock.csv"), CONTEXT))
    assert [each for each in answers if isinstance(each, StockRow)] == [
        StockRow(2, "TEE-WHITE-L", 1200, "MAIN", "A-01-01"),
        StockRow(3, "SOCK-GREY", 0, "MAIN", "A-01-02"),
        StockRow(7, "HAT-1", 30),
    ]
    assert [codes(each.problems) for each in answers if isinstance(each, Turned)] == [
        ["SAME_KEY_TWICE"],
        ["PIECES_RANGE"],
        ["QTY_NOT_WHOLE"],
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_templates_read_back(language):
    (goods,) = GOODS.read(open_table(GOODS.template(language)), CONTEXT)
    assert goods.sku == "TEE-WHITE-L"
    assert goods.weight_g == 180
    (stock,) = STOCK.read(open_table(STOCK.template(language)), CONTEXT)
    assert (stock.sku, stock.quantity, stock.bin) == ("TEE-WHITE-L", 120, "A-01-01")


def test_kilograms_are_grams_when_they_come_out_whole():
    table = open_table("SKU,名称,重量(kg)\nA,a,0.18\nB,b,0.0005\n".encode())
    one, two = GOODS.read(table, CONTEXT)
    assert one.weight_g == 180
    assert codes(two.problems) == ["TOO_PRECISE"]


def test_a_file_without_codes_is_refused():
    with pytest.raises(HeadersMissing):
        GOODS.read(open_table("名称,售价\na,1\n".encode()), CONTEXT)
    with pytest.raises(HeadersMissing):
        STOCK.read(open_table("名称,数量\na,1\n".encode()), CONTEXT)
    assert GOODS.recognises(["名称", "售价"]) == 0
    assert STOCK.recognises(["SKU", "数量"]) > 0
