"""What each kind of paper says. Pure facts: whoever asks for paper fills them, whoever prints only reads them.

Text in them may come from buyers and is printed as it stands, never understood as markup. What must be masked on
paper (GB/T 41833: names, phones, doors) is masked before it gets here; nothing is hidden or revealed while printing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One kind of goods and how many pieces of it."""

    sku: str
    name: str
    spec: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the parcel goes, already masked for a parcel that strangers will see."""

    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Where the parcel comes from; ``address`` is one line."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Label:
    """The 面单 of one parcel, 100 × 150 mm.

    ``sort_code`` is the 三段码 and ``station`` the 大头笔; a carrier that gives neither gets city and district in
    their place. ``waybill`` becomes a Code 128, ``parcel_number`` a QR. ``reprints`` is 0 on the first print.
    ``collect_minor`` is cash on delivery, 0 for none. ``parcel_at`` of ``parcel_count`` counts an order's parcels.
    """

    parcel_number: str
    order_numbers: tuple[str, ...]
    carrier: str
    service: str
    waybill: str
    receiver: Receiver
    sender: Sender
    goods: tuple[GoodsLine, ...]
    sort_code: str = ""
    station: str = ""
    weight_g: int = 0
    buyer_note: str = ""
    printed_at: str = ""
    shop_mark: str = ""
    reprints: int = 0
    wave_number: str = ""
    slot: str = ""
    parcel_at: int = 1
    parcel_count: int = 1
    collect_minor: int = 0
    currency: str = "CNY"

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.goods)


@dataclass(frozen=True, slots=True)
class SlotShare:
    """How many pieces of a picked row go into one slot of the put wall."""

    slot: str
    pieces: int


@dataclass(frozen=True, slots=True)
class PickRow:
    """One stop on the way: go to ``bin``, take ``pieces``. ``slots`` is empty when nothing is sorted while picking."""

    bin: str
    sku: str
    name: str
    spec: str
    pieces: int
    barcode: str = ""
    slots: tuple[SlotShare, ...] = ()


@dataclass(frozen=True, slots=True)
class PickSheet:
    """The 拣货单 of one wave, A4. Rows are printed in the order given, which is the way to walk."""

    wave_number: str
    warehouse: str
    rows: tuple[PickRow, ...]
    picker: str = ""
    orders: int = 0
    printed_at: str = ""

    @property
    def pieces(self) -> int:
        return sum(row.pieces for row in self.rows)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One kind of goods in the box. ``total_minor`` is None where prices stay off the paper (a gift)."""

    sku: str
    name: str
    spec: str
    pieces: int
    total_minor: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark with its heading: 「买家留言」, 「赠品」."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Total:
    """One line under the goods: 「优惠」 −500. The last one given is printed bold."""

    heading: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """The 装箱单 that lies in the box, A5. Amounts are in minor units of ``currency``."""

    order_number: str
    shop: str
    lines: tuple[SlipLine, ...]
    notes: tuple[Note, ...] = ()
    totals: tuple[Total, ...] = ()
    currency: str = "CNY"
    receiver_name: str = ""
    placed_at: str = ""
    printed_at: str = ""
    waybill: str = ""
    parcel_at: int = 1
    parcel_count: int = 1
    thanks: str = ""

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)


Fact = Label | PickSheet | PackingSlip
