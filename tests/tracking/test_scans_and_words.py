"""The pure rules of the road: scans in any order, how often to ask, when it arrives, what may be kept."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.carriers.port import Status, TrackEvent
from zhanggui.tracking.rules import eta, pace, status, words
from zhanggui.tracking.rules.status import Standing

START = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
BEGIN = Standing(Status.ANNOUNCED)


def scan(hours: float, word: Status, text: str = "") -> TrackEvent:
    return TrackEvent("SB1", f"{hours}-{word}", START + timedelta(hours=hours), word, text or word.value)


ROAD = [
    scan(1, Status.PICKED_UP),
    scan(5, Status.IN_TRANSIT),
    scan(20, Status.OUT_FOR_DELIVERY),
    scan(22, Status.FAILED_ATTEMPT),
    scan(30, Status.DELIVERED),
]


def test_every_order_of_hearing_ends_delivered() -> None:
    for heard in itertools.permutations(ROAD):
        now = BEGIN
        for event in heard:
            before = now
            now = status.after(now, [event])
            assert before.status not in status.FINAL or now == before
        assert now.status is Status.DELIVERED
        assert status.after(BEGIN, heard) == status.after(BEGIN, ROAD)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(list(Status))), max_size=6), st.randoms())
def test_what_is_heard_in_one_answer_may_come_in_any_order(said: list[tuple[int, Status]], chance: object) -> None:
    events = [scan(hours, word) for hours, word in said]
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert status.after(BEGIN, events).status is status.after(BEGIN, shuffled).status


def test_a_late_scan_changes_nothing_but_an_end_counts_whenever_it_comes() -> None:
    now = status.after(BEGIN, [scan(20, Status.OUT_FOR_DELIVERY, "派送中")])
    assert status.after(now, [scan(5, Status.IN_TRANSIT)]) == now
    ended = status.after(now, [scan(10, Status.DELIVERED, "已签收")])
    assert (ended.status, ended.at, ended.text) == (Status.DELIVERED, START + timedelta(hours=20), "已签收")
    assert status.after(ended, [scan(99, Status.IN_TRANSIT)]) == ended


def test_a_refused_parcel_travels_back_refused_until_it_is_returned() -> None:
    now = status.after(BEGIN, [scan(1, Status.REFUSED), scan(5, Status.IN_TRANSIT, "退回途中")])
    assert (now.status, now.text) == (Status.REFUSED, "退回途中")
    assert status.after(now, [scan(9, Status.RETURNED)]).status is Status.RETURNED
    assert status.after(BEGIN, [scan(1, Status.LOST), scan(2, Status.IN_TRANSIT)]).status is Status.IN_TRANSIT


def test_a_parcel_at_the_door_is_asked_about_sooner_than_one_on_the_motorway() -> None:
    waits = {word: pace.next_check(word, at=START, since=START) for word in Status}
    assert waits[Status.DELIVERED] is None
    assert waits[Status.RETURNED] is None
    door, motorway = waits[Status.OUT_FOR_DELIVERY], waits[Status.IN_TRANSIT]
    assert door is not None
    assert motorway is not None
    assert door < motorway
    assert pace.next_check(Status.IN_TRANSIT, at=START + timedelta(days=61), since=START) is None


def test_questions_that_fail_wait_ever_longer_up_to_six_hours() -> None:
    waits = [(pace.after_failure(n, at=START) - START).total_seconds() for n in range(1, 12)]
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-1] == 6 * 3600
    assert pace.after_failure(10_000, at=START) - START == timedelta(hours=6)


def test_arrival_is_the_median_of_the_lane_or_three_days() -> None:
    lane, other = ("浙江省", "湖北省"), ("浙江省", "西藏自治区")
    known = eta.medians([(lane, timedelta(hours=h)) for h in (20, 30, 500)] + [(other, timedelta(hours=1))])
    assert eta.expected(START, lane, known) == START + timedelta(hours=30)
    assert eta.expected(START, other, known) == START + timedelta(days=3)


def test_phones_and_signers_are_not_kept() -> None:
    assert words.fit("快递员 13812345678 正在派送，电话 0571-87654321") == "快递员 138****5678 正在派送，电话 ********4321"
    assert words.fit("已签收，签收人：张三丰。") == "已签收，签收人：张**。"
    assert words.fit("快件已签收，签收人：本人") == "快件已签收，签收人：本人"
    assert words.fit("签收人: 丰巢快递柜") == "签收人: 丰巢快递柜"
    assert words.fit("Signed by JOHN at door") == "Signed by J** at door"
    assert words.fit("快件到达【杭州转运中心】 20261020123456") == "快件到达【杭州转运中心】 20261020123456"
    assert len(words.fit("很长" * 400)) == 200
