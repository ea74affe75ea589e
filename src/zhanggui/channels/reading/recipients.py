"""To whom an order goes, from the columns that say so."""

from collections.abc import Mapping
from operator import itemgetter

from zhanggui.channels.port import ChannelRecipient
from zhanggui.channels.reading.cells import phone
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.countries import country_of
from zhanggui.channels.reading.findings import Findings
from zhanggui.channels.reading.places import taken_apart

FIELDS = ("name", "phone", "phone2", "province", "city", "district", "town", "street", "street2", "postcode", "country", "account")


class Recipients:
    """``places`` is field → column; without a province column the address is taken apart."""

    def __init__(self, places: Mapping[str, int], *, whole_address: bool) -> None:
        self._of = itemgetter(*(places[field] for field in FIELDS))
        self._whole_address = whole_address

    def read(self, cells: list[object], found: Findings) -> ChannelRecipient:
        (name, mobile, landline, province_cell, city_cell, district_cell, town, street_cell, more, postcode_cell, country_cell,
         account) = self._of(cells)
        words = found.words
        province, city, district = words("province", province_cell), words("city", city_cell), words("district", district_cell)
        street, postcode = words("street", street_cell), words("postcode", postcode_cell)
        if postcode[:1] == "'":
            postcode = postcode[1:]
        if more:
            street = f"{street} {words('street2', more)}".strip()
        if town:
            street = f"{words('town', town)}{street}"
        country = "CN"
        if country_cell:
            said = words("country", country_cell)
            country = country_of(said) or ""
            if not country and said:
                found.warn("country", Code.COUNTRY_UNKNOWN, country_cell)
        if self._whole_address and street and country == "CN":
            province, city_found, district_found, street, code = taken_apart(street)
            city, district, postcode = city or city_found, district or district_found, postcode or code
        first = _number("phone", mobile, found)
        second = _number("phone2", landline, found) if landline else ""
        if not first:
            first, second = second, ""
        return ChannelRecipient(words("name", name), first, second if second != first else "", province, city, district, street, country,
                                postcode, words("account", account))


def _number(field: str, cell: object, found: Findings) -> str:
    if cell is None or cell == "":
        return ""
    read = phone(cell)
    if isinstance(read, Code):
        found.bad(field, read, cell)
        return ""
    number, note = read
    if note is not None:
        found.warn(field, note, cell)
    return number
