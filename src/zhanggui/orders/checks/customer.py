"""Can a carrier find the buyer?"""

from zhanggui.customers.places.agreement import disagreement
from zhanggui.orders.checks.check import WORDS, Check, Dial, Dials
from zhanggui.orders.checks.facts import Facts, Finding


def recipient_is_whole(facts: Facts, dials: Dials) -> Finding | None:
    """A parcel without a name, a phone or a door comes back."""
    if not facts.recipient_problems or not facts.needs_address:
        return None
    return Finding("address-incomplete", True, {"problems": facts.recipient_problems.split(" ")})


def region_agrees(facts: Facts, dials: Dials) -> Finding | None:
    """A district that lies in another city sends the parcel astray; names the table does not know are let pass."""
    if not facts.needs_address or not (facts.district or facts.city):
        return None
    wrong = disagreement(facts.province, facts.city, facts.district)
    # A former name is no mistake: carriers know it.
    if wrong is None or wrong.code == "former-name":
        return None
    return Finding("region-disagrees", False, {"given": wrong.given, "lies_in": wrong.lies_in, "not_in": wrong.not_in})


def goes_where_we_send(facts: Facts, dials: Dials) -> Finding | None:
    """Some places a shop does not send to, or not now: the far ones, the closed ones."""
    if not facts.needs_address:
        return None
    where = ((facts.province, "省"), (facts.city, "市"), (facts.district, "区县"))
    for place in dials["places"]:
        for name, ends in where:
            # 新疆 is 新疆维吾尔自治区, and 南京市 a city written 南京.
            if name and (name.startswith(place) or (place[:-1] == name and place[-1] in ends)):
                return Finding("not-sent-there", False, {"place": place})
    return None


def carrier_goes_there(facts: Facts, dials: Dials) -> Finding | None:
    """A carrier that does not serve the place gives no waybill, or sends the parcel back."""
    if facts.unserved is None or not facts.needs_address:
        return None
    carrier, area = facts.unserved
    return Finding("no-service", False, {"carrier": carrier, "area": area})


def lies_in(area: str, places: tuple[str, str, str]) -> bool:
    """Whether somewhere (province, city, district) lies in an area written from the outside in: ``西藏``, ``新疆 和田``."""
    said = area.split()
    return bool(said) and len(said) <= len(places) and all(place.startswith(word) for word, place in zip(said, places, strict=False))


def buyer_is_welcome(facts: Facts, dials: Dials) -> Finding | None:
    """Somebody wrote down why orders to this phone wait."""
    return Finding("blacklisted", False, {"why": facts.blocked}) if facts.blocked else None


CHECKS = (
    Check("recipient", "收货信息齐全", "没有姓名、电话或门牌的包裹会退回来", recipient_is_whole, ("address-incomplete",)),
    Check("blacklist", "不在黑名单上", "黑名单上的电话下的单，先停下来看", buyer_is_welcome, ("blacklisted",)),
    Check("region", "省市区对得上", "区县不在所写的城市里，包裹会绕路", region_agrees, ("region-disagrees",)),
    Check("service", "收货地快递能到", "用的快递（没选就是默认的）不到的地方，停下来换快递", carrier_goes_there, ("no-service",)),
    Check(
        "destination", "不发的地区", "偏远或停发的地方先停下来看", goes_where_we_send, ("not-sent-there",),
        (Dial("places", "不发到", WORDS, (), help="省、市或区县的名字，一行一个"),), on=False,
    ),
)  # fmt: skip
