"""What of an address and of a note is nobody's, and may be read without a key."""

import pytest

from zhanggui.customers.divisions import settled
from zhanggui.customers.notes import masked
from zhanggui.customers.sealing import Person, opened, row_of
from zhanggui.kernel.vault import new_ring

WHOLE = (
    "市中区 市北区 津市市 沙市区 新市区 通州区 徐州市 红旗区 古镇镇 新乡县 新乡市 景德镇市 萍乡市 黔东南苗族侗族自治州 东乡区 镇江市 市辖区 "
    "积石山保安族东乡族撒拉族自治县 双江拉祜族佤族布朗族傣族自治县 锡林郭勒盟 大兴安岭地区 神农架林区 浦东新区 内蒙古自治区 广西壮族自治区 "
    "香港特别行政区 达尔罕茂明安联合旗 科尔沁右翼前旗 鼓楼区 道里区 路桥区 路北区 虎门镇 南城街道 莫力达瓦达斡尔族自治旗 城区 工业园区 县 浙江 杭州"
)


@pytest.mark.capability("I-08")
def test_the_name_of_a_division_stays_whole() -> None:
    for name in WHOLE.split():
        assert settled("CN", "", "", name) == ("", "", name, ""), name


@pytest.mark.capability("I-08")
def test_what_follows_a_divisions_name_belongs_to_the_street() -> None:
    assert settled("CN", "浙江省", "杭州市", "西湖区探针路100号5幢301室") == ("浙江省", "杭州市", "西湖区", "探针路100号5幢301室")
    assert settled("CN", "浙江省杭州市西湖区探针路100号", "", "") == ("浙江省", "", "", "杭州市西湖区探针路100号")
    for nobody in ("欧阳探针", "探针花园小区", "探针路100号", "100", "301室", "Probe Road 7", "13977778882", "探针号区"):
        assert settled("CN", "浙江省", "杭州市", nobody) == ("浙江省", "杭州市", "", nobody)
    assert settled("US", "CA", "New York", "12 Probe Street") == ("CA", "New York", "", "12 Probe Street")
    assert settled("FR", "", "Paris 75008", "x" * 41) == ("", "", "", f"Paris 75008 {'x' * 41}")


@pytest.mark.capability("I-08")
def test_a_whole_address_in_the_wrong_column_is_sealed_and_held() -> None:
    ring = new_ring()
    row = row_of(Person("林晓", "13800137621", province="浙江省杭州市西湖区探针路100号"), 1, None, ring)
    assert row[7:10] == ("浙江省", "", "")
    assert row[15] == "no-region"
    assert opened(row[1], ring)[3] == "杭州市西湖区探针路100号"
    # Said in both columns, it is sealed once.
    row = row_of(Person("林晓", "13800137621", street="探针路100号", province="浙江", city="杭州", district="西湖区探针路100号"), 1, None, ring)
    assert (row[7:10], opened(row[1], ring)[3], row[15]) == (("浙江", "杭州", "西湖区"), "探针路100号", "")


@pytest.mark.capability("I-08")
def test_phones_and_mail_in_a_note_are_masked_and_numbers_are_not() -> None:
    assert masked("改送 欧阳 13977778882 或 0571-87654321") == "改送 欧阳 139****8882 或 ********4321"
    assert masked("+86 139 7777 8882") == "139****8882"
    assert masked("１３９７７７７８８８２") == "139****8882"
    assert masked("写给 lin.xiao@example.com") == "写给 l***@example.com"
    for harmless in ("两点前送，不要发票", "订单 202603081431120001", "2026-03-08 14:31", "12.50 元 × 3", "@前台", ""):
        assert masked(harmless) == harmless
