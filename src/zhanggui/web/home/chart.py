"""The day as a line, drawn on the server: pure arithmetic, no date and no database."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 58.0, 722.0, 14.0, 168.0


@dataclass(frozen=True)
class Tick:
    y: float
    value: int


@dataclass(frozen=True)
class Chart:
    """Paths in a box of 786 × 200: ``was`` the whole day before, ``now`` until this minute."""

    ticks: list[Tick]
    was: str
    now: str
    here_x: float
    here_y: float
    end_y: float
    then_y: float
    then: int

    @property
    def label_y(self) -> float:
        """Where today's word stands: above its point, but never off the paper."""
        return max(self.here_y - 11, TOP + 2)

    @property
    def leftwards(self) -> bool:
        return self.here_x > 600

    @property
    def hour_marks(self) -> list[tuple[float, str, str]]:
        places = (
            (0, "0:00", "start"),
            (6, "6:00", "middle"),
            (12, "12:00", "middle"),
            (18, "18:00", "middle"),
            (24, "24:00", "end"),
        )
        return [(_x(hour), word, anchor) for hour, word, anchor in places]


def draw(today: Sequence[int], yesterday: Sequence[int], hours: float) -> Chart:
    """Cumulated hour by hour; ``hours`` of today are over, the last one in part."""
    now_sums, was_sums = _sums(today), _sums(yesterday)
    whole = int(hours)
    top = _round_up(max(now_sums[-1], was_sums[-1], 1))
    full = [(float(hour), was_sums[hour]) for hour in range(25)]
    mine = [(float(hour), now_sums[hour]) for hour in range(whole + 1)] + [(hours, now_sums[-1])]
    after = min(whole + 1, 24)
    then = was_sums[whole] + (was_sums[after] - was_sums[whole]) * (hours - whole)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    return Chart(
        ticks=[Tick(y(value), value) for value in sorted({0, top // 2, top})],
        was=_path([(_x(hour), y(value)) for hour, value in full]),
        now=_path([(_x(hour), y(value)) for hour, value in mine]),
        here_x=_x(hours),
        here_y=y(now_sums[-1]),
        end_y=y(was_sums[24]),
        then_y=y(then),
        then=round(then),
    )


def _sums(counts: Sequence[int]) -> list[int]:
    found = [0]
    for count in counts:
        found.append(found[-1] + count)
    return found


def _x(hour: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * hour / 24, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _round_up(value: int) -> int:
    """The next 2, 4, 10 … at the head of the scale, so that its half is a whole number too."""
    size = 1
    while True:
        for step in (2, 4, 6, 10):
            if value <= step * size:
                return step * size
        size *= 10
