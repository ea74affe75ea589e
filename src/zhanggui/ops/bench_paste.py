"""Messages pasted and taken apart: how many a second, and how long the slow ones take. The limit is one bare look at the text."""

import random
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from zhanggui.customers.pasting import parse
from zhanggui.customers.pasting.scripts import plain
from zhanggui.customers.sealing import Person
from zhanggui.ops.sample_people import people

PROMISE_MS = 2.0
WARM = 50
# The least anything could do: fold the text, and look once for figures and for words.
LOOK = re.compile(r"\d[\d -]{6,}|[\u4e00-\u9fff]+|[A-Za-z]+")
GOODS = (
    "黑色T恤 XL 2件 59.9元/件",
    "苹果两箱，一共136元",
    "A1001*2 B2003*1",
    "青釉盖碗 x3 合计204元，包邮",
    "燕麦片3袋 微信已付87",
    "白茶2饼，备注：生日礼物，轻拿轻放",
)


@dataclass(frozen=True)
class Read:
    """``limit_per_s``: messages a second through the bare look, in the same run."""

    messages: int
    seconds: float
    per_s: float
    limit_per_s: float
    ratio_to_limit: float
    p50_ms: float
    p95_ms: float
    worst_ms: float

    def facts(self) -> dict[str, Any]:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}

    def says(self) -> str:
        verdict = "kept" if self.p95_ms <= PROMISE_MS else "NOT kept"
        return (
            f"paste: {self.messages:,} messages in {self.seconds:.2f} s = {self.per_s:,.0f} a second\n"
            f"  half under {self.p50_ms:.2f} ms, p95 {self.p95_ms:.2f} ms (promised {PROMISE_MS:g} ms: {verdict}), worst {self.worst_ms:.2f} ms\n"
            f"  a bare look at the same text in the same run {self.limit_per_s:,.0f} a second, ratio {self.ratio_to_limit:.3f}"
        )


def pasted(messages: int) -> Read:
    """Chat messages with a receiver, an address and goods, taken apart one by one: p95 at most 2 ms. The limit is a bare look."""
    texts = written(messages)
    for text in texts[:WARM]:
        parse(text)
    times = _timed(parse, texts)
    bare = sum(_timed(_look, texts))
    seconds = sum(times)
    times.sort()
    return Read(
        messages, seconds, messages / seconds, messages / bare, bare / seconds, times[messages // 2] * 1000,
        times[min(messages - 1, messages * 95 // 100)] * 1000, times[-1] * 1000,
    )  # fmt: skip


def written(messages: int) -> list[str]:
    """As people write them, the same every time."""
    dice = random.Random(11)  # noqa: S311  # samples, not secrets
    return [dice.choice(WAYS)(person, dice.choice(GOODS)) for person in people(messages)]


def _row(person: Person, goods: str) -> str:
    return f"{person.name} {person.phone} {person.province}{person.city}{person.district}{person.street} {goods}"


def _labelled(person: Person, goods: str) -> str:
    place = f"{person.province} {person.city} {person.district} {person.street}"
    return f"收货人：{person.name}\n电话：{person.phone[:3]} {person.phone[3:7]} {person.phone[7:]}\n地址：{place}\n商品：{goods}"


def _chat(person: Person, goods: str) -> str:
    city = person.city.removesuffix("市")
    return f"小王 10:32\n老板好，{goods}，麻烦尽快发😊\n寄{city}{person.district}{person.street}，{person.name}收，{person.phone}"


def _joined(person: Person, goods: str) -> str:
    return f"{person.name}{person.phone}{person.province}{person.city}{person.district}{person.street.replace(' ', '')}\n{goods}"


WAYS: tuple[Callable[[Person, str], str], ...] = (_row, _labelled, _chat, _joined)


def _look(text: str) -> int:
    return len(LOOK.findall(plain(text)))


def _timed(work: Callable[[str], Any], texts: list[str]) -> list[float]:
    taken = []
    for text in texts:
        began = time.perf_counter()
        work(text)
        taken.append(time.perf_counter() - began)
    return taken
