"""The whole way in a scratch database: a file of orders from import to the buyer's door, step by step, then the auditor."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from zhanggui.customers.commands import recipients
from zhanggui.customers.models import Recipient
from zhanggui.customers.sealing import Person
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.ops.importing import take_files
from zhanggui.ops.journey import WAVE_SIZE, Journey, Road
from zhanggui.ops.sample_people import people
from zhanggui.ops.verify import verify
from zhanggui.orders.commands import review, shops
from zhanggui.orders.models import Hold, Order
from zhanggui.tracking.commands.ending import complete_due

# Every so many SKUs one comes in short, so that the tour shows what is done with orders that cannot be filled.
SHORT_EVERY, SHORT_PERCENT = 250, 60
Tell = Callable[[str], None]


class Tour:
    """``tell`` prints a line; ``road`` is the practice carrier, already enrolled."""

    def __init__(self, tell: Tell, road: Road) -> None:
        self.tell, self.road = tell, road
        self.journey = Journey(by=SYSTEM, now=clock.now)
        self.began = time.perf_counter()

    @contextmanager
    def step(self, name: str) -> Iterator[Counter[str]]:
        """Time one step; what it counts under ``orders`` also gives its speed."""
        counts: Counter[str] = Counter()
        began = time.perf_counter()
        yield counts
        seconds = time.perf_counter() - began
        said = ", ".join(f"{many:,} {what}" for what, many in counts.items())
        speed = f"{counts['orders'] / seconds:>9,.0f} orders/s" if counts["orders"] and seconds > 0 else ""
        self.tell(f"{name:<22}{seconds:>8.2f} s {speed:<18}  {said}")

    def go(self, file: Path, *, currency: str = "CNY") -> bool:
        """Everything, in order. True when orders arrived and the auditor finds nothing."""
        shops.open_one("tour", "巡游店", platform="file", currency=currency, by=SYSTEM, at=clock.now())
        with self.step("import") as n:
            result = take_files("orders", [file], shop="tour", create_goods=True)
            n |= Counter(orders=result.orders_created)
            n["rows"], n["rows rejected"], n["orders rejected"] = result.rows_in, result.rows_rejected, result.orders_rejected
        why = Counter(reject.code for reject in result.rejects)
        for code, many in why.most_common(5):
            self.tell(f"{'':<12}rejected {many:,} × {code}")
        self._addresses()
        with self.step("receive stock") as n:
            n["SKUs"], n["pieces"] = self.journey.stock_up(percent=lambda nth: SHORT_PERCENT if nth % SHORT_EVERY == 0 else 100)
        with self.step("review by rules") as n:
            self.journey.drain()
            n["orders"] = Order.objects.count()
            n["approved"] = Order.objects.filter(stage="approved").count()
        self._holds()
        with self.step("review by a person") as n:
            waiting = list(Order.objects.filter(stage="pending_review").order_by("ship_by", "id").values_list("id", flat=True))
            n["orders"] = len(waiting)
            for chunk in db.in_chunks(waiting, 500):
                n["approved"] += len(review.approve(list(chunk), by=SYSTEM, at=clock.now()).done)
        self._fulfil()
        self._road()
        return self._verify()

    def _addresses(self) -> None:
        """A file without receivers gets sample ones, and the tour says so: a label needs a door."""
        bare = list(Recipient.objects.filter(problems__contains="no-name").order_by("id").values_list("id", "country"))
        if not bare:
            return
        with self.step("sample addresses") as n:
            n["orders"] = len(bare)
            for chunk in db.in_chunks(list(zip(bare, people(len(bare)), strict=True)), 1000):
                recipients.rewrite({id_: Person(*person) for (id_, _country), person in chunk}, by=SYSTEM, at=clock.now())
        self.tell(f"{'':<12}the file names no receivers: each order got an invented one")

    def _holds(self) -> None:
        held = Counter(Hold.objects.filter(cleared_at=None).values_list("code", flat=True))
        for code, many in held.most_common():
            self.tell(f"{'':<12}held {many:,} × {code}")

    def _fulfil(self) -> None:
        """Wave by wave; each step's time is summed over the waves."""
        spent: Counter[str] = Counter()
        counts: Counter[str] = Counter()

        def timed(name: str, work: Callable[[], int]) -> None:
            began = time.perf_counter()
            counts[name] += work()
            spent[name] += time.perf_counter() - began  # type: ignore[assignment]

        walk, waves = self.journey, 0
        while True:
            boxes: list[int] = []
            timed("wave", lambda boxes=boxes: boxes.extend(walk.wave(limit=WAVE_SIZE)) or len(boxes))  # type: ignore[misc]
            if not boxes:
                break
            waves += 1
            timed("pick (stops)", lambda boxes=boxes: walk.pick(boxes))  # type: ignore[misc]
            timed("pack", lambda boxes=boxes: walk.pack(boxes))  # type: ignore[misc]
            numbered: list[int] = []
            timed("waybills", lambda boxes=boxes, numbered=numbered: numbered.extend(walk.label(boxes)) or len(numbered))  # type: ignore[misc]
            timed("labels (bytes)", lambda numbered=numbered: walk.print_labels(numbered))  # type: ignore[misc]
            timed("ship", lambda numbered=numbered: len(walk.ship(numbered)))  # type: ignore[misc]
        shipped = counts["ship"]
        for name in ("wave", "pick (stops)", "pack", "waybills", "labels (bytes)", "ship"):
            seconds = float(spent[name])
            speed = f"{shipped / seconds:>9,.0f} orders/s" if shipped and seconds else ""
            self.tell(f"{name:<22}{seconds:>8.2f} s {speed:<18}  {counts[name]:,}")
        self.tell(f"{'':<12}{waves} waves of at most {WAVE_SIZE}")

    def _road(self) -> None:
        with self.step("hand over") as n:
            self.journey.drain()
            n["orders"] = Order.objects.filter(stage="shipped").count()
        with self.step("on the road") as n:
            self.journey.deliver(self.road)
            n["orders"] = Order.objects.filter(stage__in=("delivered", "completed")).count()
            n["delivered"] = n["orders"]
            n["came back or still out"] = Order.objects.filter(stage="shipped").count()
        with self.step("complete") as n:
            n["orders"] = complete_due(at=clock.now() + timedelta(days=12), batches=10_000)

    def _verify(self) -> bool:
        with self.step("verify"):
            asked = verify()
        broken = [each for each in asked if each.rows]
        for each in broken:
            self.tell(f"✗ {each.code} {each.says}: {list(each.rows[:3])}")
        stages = Counter(Order.objects.values_list("stage", flat=True))
        self.tell("orders now: " + ", ".join(f"{many:,} {stage}" for stage, many in stages.most_common()))
        self.tell(f"{'all':<22}{time.perf_counter() - self.began:>8.2f} s")
        self.tell(f"verify: clean, all {len(asked)} hold" if not broken else f"verify: {len(broken)} of {len(asked)} do NOT hold")
        if not stages["completed"]:
            self.tell("nothing arrived: no order of this file reached its buyer")
        return not broken and bool(stages["completed"])
