"""A whole address in one cell taken apart; what cannot be told apart stays in the street."""

import re

_POSTCODE = re.compile(r"\s*[（(](\d{6})[)）]\s*$")
_ENDS_PROVINCE = ("省", "自治区", "特别行政区", "市")
_MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
_PARTS = re.compile(
    r"(?P<province>[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区)|(?:北京|上海|天津|重庆)市?)\s*"
    r"(?P<city>[\u4e00-\u9fff]{2,10}?(?:市|自治州|地区|盟))?\s*"
    r"(?P<district>[\u4e00-\u9fff]{1,10}?(?:区|县|市|旗))?\s*(?P<street>.*)",
    re.DOTALL,
).fullmatch


def taken_apart(address: str) -> tuple[str, str, str, str, str]:
    """(province, city, district, street, postcode) of ``浙江省 杭州市 西湖区 文三路 100 号(310000)`` or the same unspaced."""
    postcode = ""
    if found := _POSTCODE.search(address):
        postcode, address = found[1], address[: found.start()]
    address = address.strip()
    parts = address.split(None, 3)
    if len(parts) >= 3 and (parts[0].endswith(_ENDS_PROVINCE) or parts[0] in _MUNICIPALITIES):
        if len(parts) == 4:
            return parts[0], parts[1], parts[2], parts[3], postcode
        return parts[0], parts[1], "", parts[2], postcode
    if match := _PARTS(address):
        province, city, district = match["province"], match["city"] or "", match["district"] or ""
        if province.startswith(_MUNICIPALITIES):
            province = province if province.endswith("市") else f"{province}市"
            city = city or province
        return province, city, district, match["street"].strip(), postcode
    return "", "", "", address, postcode
