"""Two addresses, two people, a number taken back: what the message means is taken, and where it does not say a person is asked."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.customers.test_pasting import CORPUS, Message, message_of, spent, wrong
from zhanggui.customers.pasting import Parsed, parse

pytestmark = pytest.mark.capability("I-11", "N-02")
PLACES = ("province", "city", "district", "town", "street")
PERSON = ("name", "phone", "phone2", "extension", *PLACES)
# What must want a look, by the mark in the first line of a message.
ASKED = {"@?": PLACES, "@?person": PERSON, "@?phone": ("phone", "phone2")}


def messages() -> Iterator[tuple[str, Message]]:
    for file in sorted((CORPUS / "which").glob("*.txt")):
        for nth, block in enumerate(file.read_text("utf-8").split("\n%%\n"), 1):
            mark, _, rest = block.partition("\n")
            if mark in ASKED:
                yield mark, message_of(f"{file.stem}:{nth}", f"@//\n{rest}")
            else:
                yield "", message_of(f"{file.stem}:{nth}", block)


def judged(mark: str, message: Message) -> tuple[bool, list[str]]:
    """Was it as it should be, and what was wrong though said to be sure."""
    parsed = parse(message.text)
    if mark:
        sure = [name for name in ASKED[mark] if getattr(parsed, name) and getattr(parsed, name).sure]
        return not sure and bool(parsed.province), sure
    errors = wrong(message, parsed)
    return not errors, [name for name, error in errors.items() if error[2]]


def test_of_two_the_right_one_is_taken_or_a_person_is_asked_and_never_the_wrong_one_for_sure() -> None:
    told = [(message.where, *judged(mark, message)) for mark, message in messages()]
    right = sum(one[1] for one in told)
    print(f"{right} of {len(told)} as they should be; sure and wrong: {sum(bool(one[2]) for one in told)}")
    assert len(told) >= 80
    assert [one for one in told if one[2]] == []
    assert right / len(told) >= 0.95, [one[0] for one in told if not one[1]]


def place(parsed: Parsed) -> str:
    return "/".join(getattr(parsed, name).value for name in ("province", "city", "district")) + parsed.whole_street


THERE = "四川省成都市武侯区人民南路四段27号"
HERE = "重庆市渝北区红锦大道88号"
LIES = "重庆市/重庆市/渝北区红锦大道88号"
WHO = "林晓 13800137621"


@pytest.mark.parametrize(
    "text",
    [
        f"新地址：{HERE} 旧地址：{THERE} {WHO}",
        f"旧地址：{THERE} 新地址：{HERE} {WHO}",
        f"寄到{HERE}，别寄{THERE} {WHO}",
        f"原来的地址{THERE}不要了，改成{HERE}，{WHO}",
        f"从{THERE}寄到{HERE} {WHO}",
        f"{THERE}搬走了，换成{HERE}，{WHO}",
        f"不要改成{THERE}，还是寄到{HERE}，{WHO}",
        f"{WHO} {HERE}（之前的{THERE}作废）",
    ],
)
def test_the_address_that_is_meant_is_taken_whatever_else_is_named(text: str) -> None:
    said = parse(text)
    assert (place(said), said.name.value, said.phone.value) == (LIES, "林晓", "13800137621")
    assert set(said.unsure) & set(PLACES) == set()
    assert any("四川省成都市" in one.value for one in said.rest), "what is put aside is told"


@pytest.mark.parametrize(
    "text",
    [
        f"{HERE}或者{THERE} {WHO}",
        f"{WHO}\n{HERE}\n{THERE}",
        f"别寄{THERE}了 {WHO}",
        f"{THERE}，地址有变，{WHO}",
        f"不是寄{THERE}吗？{HERE}是公司 {WHO}",
        f"{HERE}，不对，是90号，{WHO}",
        f"{HERE}，下次改成{THERE}，{WHO}",
    ],
)
def test_where_nobody_says_which_the_whole_address_wants_a_look(text: str) -> None:
    said = parse(text)
    assert {name for name in PLACES if getattr(said, name)} <= set(said.unsure)


def test_another_place_that_is_named_is_offered_instead() -> None:
    said = parse(f"{WHO} {HERE} {THERE}")
    for name, both in (("province", {"重庆市", "四川省"}), ("city", {"重庆市", "成都市"}), ("district", {"渝北区", "武侯区"})):
        assert {getattr(said, name).value, *getattr(said, name).others} == both


def test_two_people_on_two_lines_leave_nothing_of_the_person_sure() -> None:
    said = parse(f"张小满 13900021111 {HERE}\n李木子 13900021112 {THERE}")
    assert {name for name in PERSON if getattr(said, name)} <= set(said.unsure)
    one = parse(f"张小满 13900021111 13900021112 {HERE}")
    assert one.unsure == (), "one person may have two numbers"


def test_what_the_sender_says_of_himself_is_nobody_elses() -> None:
    said = parse(f"寄件人：小店\n电话：13900021190\n地址：{THERE}\n收件人：林晓\n电话：13800137621\n地址：{HERE}")
    assert (place(said), said.name.value, said.phone.value, said.phone2.value) == (LIES, "林晓", "13800137621", "")


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("苹果要3个，不对，2个就行", 2),
        ("苹果3箱改成5箱", 5),
        ("苹果两箱，算了，一箱吧", 1),
        ("苹果不是3箱，是2箱", 2),
    ],
)
def test_a_number_that_was_taken_back_is_the_later_one_and_never_sure(text: str, many: int) -> None:
    assert [(line.text, line.quantity, line.sure) for line in parse(text).goods] == [("苹果", many, False)]


def test_a_number_said_twice_is_not_sure_and_goods_of_their_own_are() -> None:
    assert [(line.quantity, line.sure) for line in parse("苹果3箱，2箱").goods] == [(3, False)]
    assert [(line.text, line.quantity, line.sure) for line in parse("苹果3箱，红枣2袋").goods] == [("苹果", 3, True), ("红枣", 2, True)]


ORDINARY: list[dict[str, Any]] = [
    {"text": f"{WHO} 广东省广州市从化区新城东路48号", "district": "从化区"},
    {"text": f"{WHO} 江苏省南京市鼓楼区上海路82号", "city": "南京市"},
    {"text": f"{WHO} {HERE}，不要放驿站，千万别发错了", "city": "重庆市"},
    {"text": f"新疆大枣2袋 {WHO} {HERE}", "city": "重庆市"},
    {"text": f"之前买过的T恤再来1件，颜色换成红色，{WHO}，{HERE}", "city": "重庆市"},
    {"text": f"{WHO}，老地址：{HERE}", "city": "重庆市"},
]


@pytest.mark.parametrize("one", ORDINARY, ids=lambda one: one["text"])
def test_an_ordinary_message_is_not_doubted_for_its_words(one: dict[str, Any]) -> None:
    said = parse(one["text"])
    for name in one.keys() - {"text"}:
        assert (getattr(said, name).value, name in said.unsure) == (one[name], False)
    assert set(said.unsure) & {"phone", *PLACES} == set()


def test_a_hostile_message_of_old_and_new_costs_no_more_than_an_honest_one() -> None:
    honest = f"{WHO} {HERE} 青釉盖碗 2 个 合计 136 元，麻烦快点发，谢谢\n" * 80
    most = 10 * spent(honest[:4_000]) + 0.1
    pieces = (
        "旧地址：", "改成", f"别寄{THERE}", f"新地址{HERE}", "不是", "不是3箱", "3箱改成", "从上海市", "寄：", "收：", "寄件人：1\n电话：",
        "张三13900021111\n", f"{HERE}或者", "不对，", "原来的", "不要", "（", "重庆市", "3个 ", "地址换",
    )  # fmt: skip
    for piece in pieces:
        assert spent(piece * (4_000 // len(piece))) < most, piece
    for text in ("3箱" + "不" * 3_900, "不是" + " " * 3_900 + "3箱", "苹果3箱" + " " * 3_900 + "吧", "旧" + " " * 3_900 + HERE):
        assert spent(text) < most, text[:6]
