"""To whom an order goes, from the columns that say so."""

from collections.abc import Mapping
from operator import itemgetter

from zhanggui.channels.port import ChannelRecipient
from zhanggui.channels.reading.cells import phone
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.countries import country_of
from zhanggui.channels.reading.findings import Findings
from zhanggui.channels.reading.places import taken_apart

_ONE = ("name", "phone", "phone2", "town", "street", "street2", "postcode", "account")
_AREA = ("province", "city", "district", "country")
FIELDS = (*_ONE, *_AREA)
_REMEMBERED = 5_000


class Recipients:
    """``places`` is field → column; without a province column the address is taken apart."""

    def __init__(self, places: Mapping[str, int], *, whole_address: bool) -> None:
        self._of = itemgetter(*(places[field] for field in _ONE))
        self._area = itemgetter(*(places[field] for field in _AREA))
        self._whole_address = whole_address
        self._known_areas: dict[tuple[object, ...], tuple[str, str, str, str]] = {}

    def read(self, cells: list[object], found: Findings) -> ChannelRecipient:
        name_cell, mobile, landline, town, street_cell, more, postcode_cell, account_cell = self._of(cells)
        area = self._area(cells)
        known = self._known_areas.get(area)
        province, city, district, country = self._read_area(area, found) if known is None else known
        words = found.words
        street = words("street", street_cell) if street_cell else ""
        postcode = words("postcode", postcode_cell).lstrip("'") if postcode_cell else ""
        if more:
            street = f"{street} {words('street2', more)}".strip()
        if town:
            street = f"{words('town', town)}{street}"
        if self._whole_address and street and country == "CN":
            province, city_found, district_found, street, code = taken_apart(street)
            city, district, postcode = city or city_found, district or district_found, postcode or code
        first = _number("phone", mobile, found) if mobile else ""
        second = _number("phone2", landline, found) if landline else ""
        if not first:
            first, second = second, ""
        name, account = words("name", name_cell) if name_cell else "", words("account", account_cell) if account_cell else ""
        second = second if second != first else ""
        return ChannelRecipient(name, first, second, province, city, district, street, country, postcode, account)

    def _read_area(self, area: tuple[object, ...], found: Findings) -> tuple[str, str, str, str]:
        """(province, city, district, country); remembered where there is nothing to remark."""
        province, city, district, country_cell = area
        remarks = len(found.problems) + len(found.warnings)
        said = found.words("country", country_cell)
        country = (country_of(said) or "") if said else "CN"
        if not country:
            found.warn("country", Code.COUNTRY_UNKNOWN, country_cell)
        read = found.words("province", province), found.words("city", city), found.words("district", district), country
        if len(found.problems) + len(found.warnings) == remarks:
            if len(self._known_areas) >= _REMEMBERED:
                self._known_areas.clear()
            self._known_areas[area] = read
        return read


def _number(field: str, cell: object, found: Findings) -> str:
    read = phone(cell)
    if isinstance(read, Code):
        found.bad(field, read, cell)
        return ""
    number, note = read
    if note is not None:
        found.warn(field, note, cell)
    return number
