"""What the demo shop sells, and where: a small house of tea and tableware."""

from zhanggui.catalog.commands.goods import Definition

# code, name, spec, price and cost in yuan, grams, pieces on the shelf
_GOODS = (
    ("GW-150-QY", "青釉盖碗", "青釉 150ml", 68, 31, 320, 180), ("GW-150-BY", "白釉盖碗", "白釉 150ml", 68, 31, 320, 150),
    ("GDB-350", "玻璃公道杯", "透明 350ml", 39.9, 14, 210, 214), ("CUP-500-GN", "不锈钢保温杯", "墨绿 500ml", 129, 52, 390, 160),
    ("CUP-500-BK", "不锈钢保温杯", "墨黑 500ml", 129, 52, 390, 302), ("TEA-DH-250", "云南滇红", "特级 250g", 88, 36, 270, 530),
    ("TEA-LJ-125", "龙井绿茶", "明前 125g", 168, 92, 140, 90), ("TEA-PE-357", "普洱熟饼", "357g", 128, 55, 380, 120),
    ("BSK-L", "竹编收纳篮", "大号", 79, 30, 640, 110), ("BSK-S", "竹编收纳篮", "小号", 45, 16, 320, 140),
    ("MAT-4060-GY", "硅藻泥地垫", "40×60 灰", 29.9, 11, 980, 200), ("MAT-5080-WH", "硅藻泥地垫", "50×80 米", 59, 22, 1650, 95),
    ("MUG-TQ", "手作马克杯", "天青 320ml", 59, 21, 350, 120), ("MUG-ML", "手作马克杯", "墨蓝 320ml", 59, 21, 350, 118),
    ("LMP-H-WM", "纸艺台灯", "暖光 高款", 329, 150, 1200, 37), ("LMP-L-WM", "纸艺台灯", "暖光 矮款", 259, 118, 900, 42),
    ("CLO-140-WH", "棉麻桌布", "140×200 米白", 188, 80, 520, 64), ("CLO-140-GR", "棉麻桌布", "140×200 灰绿", 188, 80, 520, 58),
    ("MAT-TEA-30", "竹制茶席", "30×120 原竹色", 111.1, 45, 410, 90), ("POT-SC-600", "朱泥茶壶", "600ml", 298, 140, 560, 48),
    ("JAR-TEA-M", "锡制茶叶罐", "中号", 158, 70, 430, 75), ("SPN-BM-5", "竹茶则", "5 支装", 25, 7, 90, 260),
    ("TRY-WD-45", "胡桃木茶盘", "45×28", 368, 190, 1900, 33), ("INC-SD-20", "檀香线香", "20 支", 36, 12, 60, 310),
    ("VAS-WT-25", "粗陶花瓶", "米白 25cm", 99, 38, 1100, 70), ("BWL-RC-6", "青花饭碗", "6 只装", 119, 48, 1300, 85),
    ("CHP-WN-10", "鸡翅木筷", "10 双", 49, 17, 240, 240), ("TWL-CT-3", "纯棉毛巾", "3 条装", 59, 22, 360, 190),
    ("CND-SY-200", "大豆香薰", "雪松 200g", 89, 33, 420, 66), ("BAG-LN-M", "亚麻购物袋", "原色", 39, 13, 180, 205),
)  # fmt: skip

SHOPS = (
    ("tmall", "山野旗舰店", "tmall"), ("taobao", "山野杂货", "taobao"), ("jd", "山野京东店", "jd"),
    ("pdd", "山野好物", "pdd"), ("douyin", "山野器物", "douyin"), ("wechat", "山野小店", "wechat"),
)  # fmt: skip


def definitions() -> list[Definition]:
    return [
        Definition(code, name, spec, f"69{nth:010d}{nth % 10}", "", grams, round(price * 100), round(cost * 100), "CNY")
        for nth, (code, name, spec, price, cost, grams, _pieces) in enumerate(_GOODS, 1)
    ]


def pieces() -> dict[str, int]:
    """Code → what lies on the shelf at the opening."""
    return {code: lies for code, *_rest, lies in _GOODS}
