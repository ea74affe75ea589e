"""What was once read wrong and said to be sure: goods, names and places, each by a message of its own."""

import pytest

from zhanggui.customers.pasting import Parsed, parse

pytestmark = pytest.mark.capability("I-11", "N-02")
WHO = "林晓 13800137621"
THERE = f"{WHO} 浙江省杭州市西湖区文三路100号"
PLACES = ("province", "city", "district")


def bought(text: str) -> list[tuple[str, int, str, bool]]:
    return [(line.text, line.quantity, line.note, line.sure) for line in parse(f"{text} {THERE}").goods]


def lies(said: Parsed) -> str:
    return "/".join([*(getattr(said, name).value for name in PLACES), said.whole_street])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老板你好，买了2个马克杯（墨蓝）+ 1条毛巾 总价158.5元 已转账", [("马克杯", 2, "墨蓝", True), ("毛巾", 1, "", True)]),
        ("买了2个马克杯（墨蓝）+ 1条毛巾", [("马克杯", 2, "墨蓝", True), ("毛巾", 1, "", True)]),
        ("买了两个保温杯，一个绿的一个黑的", [("保温杯", 2, "一个绿的 一个黑的", True)]),
        ("买3个杯子，1个红的1个蓝的", [("杯子", 3, "1个红的 1个蓝的", False)]),
        ("T恤 黑色2件 白色1件", [("T恤 黑色", 2, "", True), ("白色", 1, "", False)]),
        ("要把手2个 拖把1把", [("把手", 2, "", True), ("拖把", 1, "", True)]),
        ("锅1口，碗、盘子各6个", [("锅", 1, "", True), ("碗", 6, "", True), ("盘子", 6, "", True)]),
    ],
)
def test_every_piece_that_is_bought_is_counted_once(text: str, expected: list[tuple[str, int, str, bool]]) -> None:
    assert bought(text) == expected


def test_what_leads_to_the_address_is_no_part_of_the_goods() -> None:
    said = parse(f"发2罐龙井绿茶明前125g到 江苏省南京市鼓楼区上海路82号 {WHO}")
    assert [(line.text, line.quantity) for line in said.goods] == [("龙井绿茶明前125g", 2)]
    assert lies(said) == "江苏省/南京市/鼓楼区/上海路82号"


def test_a_price_said_again_belongs_to_what_was_named() -> None:
    said = parse(f"桂花糕、定胜糕各三盒，桂花糕26元/盒，定胜糕22元/盒 {THERE}")
    assert [(line.text, line.quantity, line.unit_minor) for line in said.goods] == [("桂花糕", 3, 2600), ("定胜糕", 3, 2200)]


@pytest.mark.parametrize("name", ["王 五", "王  五", "罗 伟强", "欧阳 静", "司马 光明"])
def test_a_name_written_with_a_blank_is_whole(name: str) -> None:
    whole = name.replace(" ", "")
    for text in (
        f"收件人：{name}\n电话：13800137621\n地址：浙江省杭州市西湖区文三路100号",
        f"{name} 13800137621 浙江省杭州市西湖区文三路100号",
        f"浙江省杭州市西湖区文三路100号 {name} 13800137621",
    ):
        said = parse(text)
        assert (said.name.value, said.whole_street, said.rest) == (whole, "文三路100号", ()), text


def test_what_a_shop_calls_a_buyer_is_no_name_where_one_is_said() -> None:
    for called in ("买家：tb_1234", "买家昵称：小鱼儿", "买家：小鱼儿", "旺旺：lucky88", "昵称：爱吃辣的喵"):
        said = parse(f"{called}\n收货人：司马懿 13800137621 浙江省杭州市西湖区文三路100号")
        assert (said.name.value, said.name.sure) == ("司马懿", True), called
        assert [one.value for one in said.rest] == [called.partition("：")[2]]
    # Where nothing else is said it may be the name, and a person looks.
    said = parse("昵称：李红红\n13800137621 浙江省杭州市西湖区文三路100号")
    assert (said.name.value, said.name.sure) == ("李红红", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("天津市塘沽区解放路 668 号", "天津市/天津市/滨海新区/解放路 668 号"),
        ("天津塘沽解放路668号", "天津市/天津市/滨海新区/解放路668号"),
        ("天津滨海新区塘沽解放路668号", "天津市/天津市/滨海新区/塘沽解放路668号"),
        ("天津市滨海新区塘沽区解放路668号", "天津市/天津市/滨海新区/塘沽区解放路668号"),
        ("天津市滨海新区汉沽街道东风路1号", "天津市/天津市/滨海新区/汉沽街道东风路1号"),
    ],
)
def test_a_former_name_is_never_cut_and_stays_behind_todays(text: str, expected: str) -> None:
    assert lies(parse(f"{WHO} {text}")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "河南省郑州市 王五 13800137621 金水区花园路1号",
        "河南省郑州市\n王五\n13800137621\n金水区花园路1号",
        "河南 郑州 王五 13800137621 金水区花园路1号",
        "河南省 王五 13800137621 郑州市金水区花园路1号",
    ],
)
def test_a_district_behind_the_name_and_the_phone_is_found(text: str) -> None:
    said = parse(text)
    assert (lies(said), said.name.value, said.rest) == ("河南省/郑州市/金水区/花园路1号", "王五", ())


@pytest.mark.parametrize("province", ["江苏", "江苏省", "江苏，", "江苏省 "])
@pytest.mark.parametrize("rest", ["杭州西湖区文三路1号", "杭州市西湖区文三路1号", "杭州文三路1号", "西湖区文三路1号"])
def test_a_province_the_rest_does_not_lie_in_leaves_the_address_unsure(province: str, rest: str) -> None:
    for text in (f"{province}{rest}", f"{WHO} {province}{rest}"):
        said = parse(text)
        assert "province" in said.unsure, text
        assert {"浙江省", "江苏省"} <= {said.province.value, *said.province.others}, text


def test_a_province_left_over_elsewhere_leaves_the_address_unsure() -> None:
    assert "province" in parse("江苏 王五 13800137621 杭州市西湖区文三路1号").unsure
    # Goods may come from anywhere.
    said = parse("新疆 大枣 2袋 王五 13800137621 浙江杭州西湖区文三路1号")
    assert said.province.sure
    assert [line.text for line in said.goods] == ["新疆 大枣"]


def test_a_district_named_right_behind_another_is_asked_about() -> None:
    said = parse(f"{WHO} 杭州余杭区临平南大街265号")
    assert "district" in said.unsure
    assert "临平区" in said.district.others


def test_who_may_hang_on_a_door_leaves_it_unsure() -> None:
    said = parse("四川泸州合江九支镇沿河路131号先红梅13882740593")
    assert not said.name
    assert "street" in said.unsure
