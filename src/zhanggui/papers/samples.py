"""Invented facts to print: for the bench, the tests and the template gallery. Nobody and no parcel in them is real."""

from zhanggui.papers.facts import (
    GoodsLine,
    Label,
    Note,
    PackingSlip,
    PickRow,
    PickSheet,
    Receiver,
    Sender,
    SlipLine,
    SlotShare,
    Total,
)

# The first three are written with characters that many faces lack.
SURNAMES = ("䶮", "㛃", "𬭎", "欧阳", "诸葛", "张", "王", "李", "刘", "陈", "杨", "赵", "黄", "周", "吴", "龘", "令狐")
PLACES = (
    ("浙江省", "杭州市", "余杭区", "五常街道文一西路", "571", "杭转·余杭五常"),
    ("上海市", "上海市", "浦东新区", "张江镇祖冲之路", "021", "沪东·张江"),
    ("广东省", "深圳市", "南山区", "粤海街道科苑路", "755", "深转·南山"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "新华北路街道人民路", "991", "乌市·天山"),
    ("北京市", "北京市", "朝阳区", "望京街道阜通东大街", "010", "京北·望京"),
    ("湖北省", "恩施土家族苗族自治州", "恩施市", "舞阳坝街道施州大道", "718", "鄂西·恩施"),
    ("四川省", "成都市", "武侯区", "桂溪街道天府大道", "028", "蓉南·武侯"),
    ("黑龙江省", "哈尔滨市", "香坊区", "建筑街道中山路", "451", "哈转·香坊"),
)
CARRIERS = (
    ("中通快递", "标准快递", "784"),
    ("顺丰速运", "特快", "SF14"),
    ("京东快递", "特惠送", "JDVA"),
    ("圆通速递", "标准快递", "YT88"),
)
GOODS = (
    ("A12-QY", "手工青釉盖碗 150 ml", "青釉"),
    ("A12-BY", "手工白釉盖碗 150 ml", "白釉"),
    ("B07-L", "粗陶公道杯", "大号"),
    ("B07-S", "粗陶公道杯", "小号"),
    ("C33-N", "竹编茶席 30×180 cm", "原色"),
    ("D01-6", "建盏主人杯", "兔毫 / 六只装"),
    ("E20-XL", "亚麻围裙", "墨黑 XL"),
)
NOTES = ("", "", "请放前台，谢谢！", "", "多包一层气泡膜，上次的杯子碎了一只。", "", "送人的，请不要放价格单")
SHOP = "山野茶器"
SENDER = Sender(SHOP, "400****234", "江西省景德镇市珠山区陶溪川工业园 3 号仓")
PRINTED_AT = "11-22 10:42"


def sample_labels(count: int) -> list[Label]:
    """``count`` labels, all different, the same ones every time."""
    return [_label(nth) for nth in range(count)]


def sample_pick_sheet(stops: int = 25) -> PickSheet:
    """A wave of ``stops`` rows in walking order."""
    return PickSheet("W1122-07", "杭州一仓·二楼", tuple(_stop(nth) for nth in range(stops)), "小周", stops * 2, PRINTED_AT)


def sample_packing_slip(kinds: int = 3) -> PackingSlip:
    """A paid order of ``kinds`` lines, with a note and its sums."""
    lines = tuple(SlipLine(*what, 1 + nth % 3, 6800 + 100 * nth) for nth, what in enumerate(_some(0, kinds)))
    goods = sum(line.total_minor or 0 for line in lines)
    return PackingSlip(
        order_number="251122-389127745120",
        shop=SHOP,
        lines=lines,
        notes=(Note("买家留言", "多包一层气泡膜，上次的杯子碎了一只。"), Note("赠品", "茶样两包，随箱附上。")),
        totals=(Total("货品合计", goods), Total("优惠", -500), Total("运费", 0), Total("实付", goods - 500)),
        receiver_name="䶮**",
        placed_at="11-22 09:31",
        printed_at=PRINTED_AT,
        waybill="78412345678901",
        thanks="收到后有任何问题，凭上方条码联系我们。",
    )


def _label(nth: int) -> Label:
    province, city, district, street, area, station = PLACES[nth % len(PLACES)]
    carrier, service, prefix = CARRIERS[nth % 3 if nth % 11 else 3]
    return Label(
        parcel_number=f"P251122{nth:06d}",
        order_numbers=tuple(f"251122-{389127000000 + nth * 7919 + more}" for more in range(1 + (nth % 9 == 4) + (nth % 27 == 4))),
        carrier=carrier,
        service=service,
        waybill=f"{prefix}{10_000_000_000 + nth * 7919:011d}",
        sort_code=f"{area}-{'ABCDE'[nth % 5]}{100 + nth % 89}-{nth % 40:02d}",
        station=station,
        receiver=Receiver(
            f"{SURNAMES[nth % len(SURNAMES)]}**", f"13{nth % 10}******{nth % 100:02d}", province, city, district, f"{street} ***"
        ),
        sender=SENDER,
        goods=tuple(GoodsLine(*what, 1 + (nth + at) % 3) for at, what in enumerate(_some(nth, 1 + nth % 8))),
        weight_g=180 + nth % 40 * 55,
        buyer_note=NOTES[nth % len(NOTES)],
        printed_at=PRINTED_AT,
        shop_mark="淘·山野茶器",
        reprints=int(nth % 50 == 7),
        wave_number=f"W1122-{1 + nth // 40:02d}",
        slot=str(1 + nth % 40),
        collect_minor=12800 if nth % 33 == 5 else 0,
    )


def _stop(nth: int) -> PickRow:
    sku, name, spec = GOODS[nth % len(GOODS)]
    slots = tuple(SlotShare(str(1 + (nth + at) % 40), 1 + at % 2) for at in range((1, 3, 2, 5, 9, 4)[nth % 6]))
    bin_code = f"A{1 + nth // 8:02d}-{1 + nth // 2 % 4:02d}-{1 + nth % 2:02d}"
    return PickRow(bin_code, sku, name, spec, sum(share.pieces for share in slots), f"69012345{nth:05d}", slots)


def _some(start: int, count: int) -> list[tuple[str, str, str]]:
    return [GOODS[(start + at) % len(GOODS)] for at in range(count)]
