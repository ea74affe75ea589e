"""Where a place lies: names whole, short and former; what an address must agree with; where a carrier does not go."""

import pytest

from zhanggui.customers import address_words
from zhanggui.customers.places.agreement import disagreement
from zhanggui.customers.places.checking import problems, unserved
from zhanggui.customers.places.former import ALSO, MERGED, pairs
from zhanggui.customers.places.table import Place, stem, table

GOOD = {
    "name": "林晓",
    "phone": "13800137621",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "street": "文三路100号",
}


@pytest.mark.capability("N-03")
def test_the_table_knows_every_province_and_agrees_with_itself() -> None:
    places = table().inside
    assert len({place.province for place in places}) == 34
    assert sum(place.depth == 3 for place in places) > 3_300
    assert sum(towns.count("\t") - 1 for towns in table().towns.values()) > 41_000
    assert [place for place in places if disagreement(*place)] == []
    assert [place for place in places if disagreement(stem(place.province), stem(place.city), place.district)] == []


@pytest.mark.capability("N-03")
def test_a_district_in_the_wrong_city_is_told_where_it_belongs() -> None:
    (problem,) = problems(**{**GOOD, "city": "宁波市", "district": "萧山区"})
    assert (problem.field, problem.bad) == ("district", False)
    assert address_words.sentence(problem) == "萧山区属于杭州市，不属于宁波市。"
    assert problem.suggestion == Place("浙江省", "杭州市", "萧山区")
    assert address_words.fix(problem)
    (problem,) = problems(**{**GOOD, "province": "江苏省"})
    assert (problem.field, address_words.sentence(problem)) == ("city", "杭州市属于浙江省，不属于江苏省。")
    # 朝阳区 is in more than one city: nobody is told which.
    (problem,) = problems(**{**GOOD, "province": "江苏省", "city": "南京市", "district": "朝阳区"})
    assert problem.suggestion is None
    assert "北京市、长春市" in address_words.sentence(problem)


@pytest.mark.capability("N-03")
@pytest.mark.parametrize(
    "written",
    [
        "北京 北京市 朝阳区",
        "北京市 市辖区 东城区",
        "湖北省 省直辖县级行政区划 仙桃市",
        "河南 济源市 济源市",
        "广东省 东莞市 虎门镇",
        "广东省 中山市 东区",
        "四川省 成都市 高新区",
        "上海 上海市 静安",
        "重庆市 县 云阳县",
        "江苏 昆山市 ",
        "浙江省 杭州市 萧山市",
        "江苏省 苏州市 工业园区",
        "香港特别行政区 九龙 油尖旺区",
        "湖北 恩施州 恩施市",
        "新疆 石河子市 ",
        "内蒙古 赤峰市 红山区",
        "广西 南宁市 青秀区",
        "海南省 陵水黎族自治县 ",
        "某省 某市 某区",
        "浙江省 杭州市 ",
    ],
)
def test_what_shops_write_in_their_own_way_is_not_held_against_anybody(written: str) -> None:
    province, city, district = written.split(" ")
    assert disagreement(province, city, district) is None


@pytest.mark.capability("N-03")
def test_a_former_name_is_told_todays() -> None:
    (problem,) = problems(**{**GOOD, "province": "北京市", "city": "北京市", "district": "宣武区"})
    assert (problem.code, problem.bad) == ("former-name", False)
    assert address_words.sentence(problem) == "宣武区现在叫西城区。"
    assert problem.suggestion == Place("北京市", "北京市", "西城区")


@pytest.mark.capability("N-03")
def test_the_parts_an_address_cannot_do_without_depend_on_the_country() -> None:
    assert problems(**GOOD) == []
    assert [one.code for one in problems(name="", phone="")] == ["no-name", "no-phone", "no-province", "no-city", "no-street"]
    assert [one.code for one in problems(**{**GOOD, "district": ""})] == ["no-district"]
    assert problems(**{**GOOD, "province": "广东省", "city": "东莞市", "district": ""}) == []
    hong_kong = {
        "name": "陈",
        "phone": "91234567",
        "country": "HK",
        "province": "香港",
        "city": "九龙",
        "district": "油尖旺区",
        "street": "弥敦道 1 号",
    }
    assert problems(**hong_kong) == []
    abroad = {"name": "Ann", "phone": "+33 1 70 18 99 00", "country": "FR", "city": "Paris", "street": "12 Rue Probe"}
    assert [one.code for one in problems(**abroad)] == ["no-postcode"]
    assert problems(**abroad, postcode="75008") == []
    assert [one.code for one in problems(**GOOD, postcode="31000")] == ["bad-postcode"]


@pytest.mark.capability("N-03")
def test_a_number_nobody_can_print_on_a_waybill_is_refused() -> None:
    for number in ("13800137621", "0571-87654321", "18412345678-123", "18412345678转123", "4008201234", "+86 138 0013 7621"):
        assert problems(**{**GOOD, "phone": number}) == [], number
    for number, code in (
        ("138****1234", "masked-phone"),
        ("1380013762", "bad-phone"),
        ("请打店里", "bad-phone"),
        ("", "no-phone"),
    ):
        (problem,) = problems(**{**GOOD, "phone": number})
        assert (problem.code, problem.bad) == (code, True)
        assert address_words.sentence(problem)
    assert problems(**{**GOOD, "phone": ""}, phone2="0571-87654321") == []


@pytest.mark.capability("N-03")
def test_a_carrier_that_does_not_go_there_is_known_by_its_own_list() -> None:
    areas = ["西藏", "新疆 和田", "海南省/三沙市", "浙江省杭州市西湖区", "北京市 顺义区"]
    assert unserved(areas, "西藏自治区", "拉萨市", "城关区") == "西藏"
    assert unserved(areas, "新疆维吾尔自治区", "和田地区", "和田市") == "新疆 和田"
    assert unserved(areas, "新疆维吾尔自治区", "喀什地区", "喀什市") == ""
    assert unserved(areas, "海南省", "三沙市") == "海南省/三沙市"
    assert unserved(areas, "浙江省", "杭州市", "西湖区") == "浙江省杭州市西湖区"
    assert unserved(areas, "浙江省", "杭州市", "余杭区") == ""
    assert unserved(areas, "北京市", "北京市", "顺义区") == "北京市 顺义区"
    assert unserved([], "西藏自治区") == ""


@pytest.mark.capability("N-03")
def test_every_former_name_leads_to_a_place_of_today() -> None:
    lost = [(name, path) for text in (MERGED, ALSO) for name, paths in pairs(text) for path in paths if Place(*path) not in table().inside]
    assert lost == []
