"""What the packing bench shows: a box, its lines, and the answer to a beep. Pure."""

from typing import Literal, NamedTuple

Mark = Literal["right", "wrong", "extra", "undone"]


class BenchLine(NamedTuple):
    """Pieces of one SKU that go into the box."""

    line_id: int
    sku_id: int
    sku: str
    sku_norm: str
    barcode: str
    name: str
    spec: str
    pieces: int
    packed: int
    note: str

    @property
    def left(self) -> int:
        return self.pieces - self.packed


class Bench(NamedTuple):
    """One box on the bench. ``reasons``: why its order is held, if it is; ``waybill``: the live number, if any; ``fellows``:
    the numbers of the orders that go in it with this one."""

    parcel_id: int
    number: str
    stage: str
    slot: int
    weight_g: int
    order_id: int
    order_number: str
    buyer_note: str
    seller_note: str
    wave_number: str
    wave_stage: str
    must_scan: bool
    must_weigh: bool
    waybill: str
    reasons: tuple[str, ...]
    lines: tuple[BenchLine, ...]
    fellows: tuple[str, ...] = ()

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)

    @property
    def left(self) -> int:
        return sum(line.left for line in self.lines)


class Answer(NamedTuple):
    """What a beep meant: ``right`` (counted), ``wrong`` (not in this box), ``extra`` (enough of it already), ``undone``.

    ``left`` pieces still go into the box; ``expected`` are the lines they belong to.
    """

    kind: Mark
    line: BenchLine | None
    left: int
    expected: tuple[BenchLine, ...]
