"""Invented receivers for the demo, the tour and the bench: names, doors and numbers are dice."""

import random

from zhanggui.customers.sealing import Person

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英晓文雨晨子轩梓涵思远一诺"
DOORS = (
    ("浙江省", "杭州市", "西湖区", "文三路"), ("浙江省", "宁波市", "鄞州区", "百丈东路"), ("江苏省", "南京市", "鼓楼区", "中山北路"),
    ("江苏省", "苏州市", "姑苏区", "人民路"), ("广东省", "广州市", "天河区", "体育东路"), ("广东省", "深圳市", "南山区", "科苑路"),
    ("湖北省", "武汉市", "洪山区", "珞喻路"), ("四川省", "成都市", "武侯区", "天府大道"), ("北京市", "北京市", "朝阳区", "建国路"),
    ("上海市", "上海市", "浦东新区", "张杨路"), ("山东省", "青岛市", "市南区", "香港中路"), ("湖南省", "长沙市", "岳麓区", "麓山南路"),
    ("福建省", "厦门市", "思明区", "湖滨南路"), ("陕西省", "西安市", "雁塔区", "长安中路"), ("重庆市", "重庆市", "渝中区", "中山一路"),
)  # fmt: skip


def people(many: int, seed: int = 7) -> list[Person]:
    """``many`` receivers, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # samples, not secrets
    found = []
    for nth in range(many):
        province, city, district, road = dice.choice(DOORS)
        name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2))))
        street = f"{road} {dice.randrange(1, 800)} 号 {dice.randrange(1, 30)} 幢 {dice.randrange(101, 2900)} 室"
        found.append(Person(name, f"199{(seed * 100_003 + nth * 7_919) % 100_000_000:08d}", "", street, "", "CN", province, city, district))
    return found
