"""What the practice carrier takes and what it refuses, and what it prints large on the label. Pure."""

from collections.abc import Collection
from typing import Any, TypeGuard

from zhanggui.couriers.sandbox.numbers import draw

HEAVIEST_G = 30_000
LONGEST_REFERENCE = 64
NO_SERVICE = ("西藏", "香港", "澳门", "台湾")
SUFFIXES = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")

Refusal = tuple[str, str]


def refusal_of(shipment: Any, *, no_service: Collection[str] = NO_SERVICE) -> Refusal | None:
    """(code, words) of the first thing wrong with one shipment, or None when it can go."""
    if not isinstance(shipment, dict):
        return "bad-shipment", "包裹资料格式不对。"
    reference = shipment.get("reference")
    if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
        return "bad-reference", f"参考号为空，或超过 {LONGEST_REFERENCE} 个字。"
    sender: Any = shipment.get("sender")
    receiver: Any = shipment.get("receiver")
    if not _is_party(sender) or not _is_party(receiver) or not _is_text(reference):
        return "bad-shipment", "包裹资料格式不对。"
    return _end_refused("寄件人", sender) or _end_refused("收件人", receiver) or _goods_refused(shipment, receiver, no_service)


def _end_refused(who: str, party: dict[str, str]) -> Refusal | None:
    if not party["name"].strip():
        return "no-name", f"{who}没有姓名。"
    phone = party["phone"].strip()
    if not phone:
        return "no-phone", f"{who}没有电话。"
    if "*" in phone or sum(sign.isdigit() for sign in phone) < 7:
        return "bad-phone", f"{who}电话不完整。"
    for field, word in (("province", "省"), ("city", "市"), ("street", "详细地址")):
        if not party[field].strip():
            return "address-incomplete", f"{who}地址缺少{word}。"
    return None


def _goods_refused(shipment: dict[str, Any], receiver: dict[str, str], no_service: Collection[str]) -> Refusal | None:
    province = receiver["province"].strip()
    if receiver.get("country", "CN") != "CN" or any(province.startswith(name) for name in no_service):
        return "no-service", f"暂不派送到{province}。"
    weight_g, cod_minor = shipment.get("weight_g"), shipment.get("cod_minor", 0)
    if not _is_count(weight_g) or weight_g == 0 or not _is_count(shipment.get("pieces")) or shipment["pieces"] == 0:
        return "bad-weight", "重量和件数都要大于零。"
    if weight_g > HEAVIEST_G:
        return "overweight", f"超过 {HEAVIEST_G // 1000} 公斤，请改走物流。"
    if not _is_count(cod_minor):
        return "bad-cod", "代收货款金额不对。"
    if not shipment.get("service") or not _is_text(shipment["service"]):
        return "no-such-service", "没有这个产品类型。"
    return None


def sort_code(receiver: dict[str, str]) -> str:
    """The 三段码: city, district and street, each the same for the same words."""
    city = receiver["province"] + receiver["city"]
    district = city + receiver["district"]
    letter = "ABCDEFGHJKLMNPQRSTUVWXYZ"[draw(district, 24)]
    return f"{100 + draw(city, 900)}-{letter}{draw(district + '#', 100):02d}-{draw(district + receiver['street'], 1000):03d}"


def station(receiver: dict[str, str]) -> str:
    """The 大头笔: province and city shortened, then the district."""
    province, city = short(receiver["province"]), short(receiver["city"])
    return f"{province if province == city else province + city} {receiver['district'].strip()}".strip()


def short(place: str) -> str:
    """``湖北省`` → ``湖北``, ``北京市`` → ``北京``."""
    place = place.strip()
    for suffix in SUFFIXES:
        if len(place) - len(suffix) >= 2 and place.endswith(suffix):
            return place.removesuffix(suffix)
    return place


def _is_party(party: Any) -> bool:
    needed = ("name", "phone", "province", "city", "district", "street")
    return isinstance(party, dict) and all(key in party for key in needed) and all(map(_is_text, party.values()))


def _is_text(value: Any) -> bool:
    """Half a surrogate pair is no text: it could be neither stored nor printed."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
