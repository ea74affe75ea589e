"""The words of the wire: ids as text, moments with their zone, texts and numbers within what a table holds."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

LARGEST = 2**63 - 1
MOST = 1000
ID_PATTERN = "^[1-9][0-9]{0,18}$"
# What a column of whole pieces or grams holds on every database.
MOST_PIECES = 2**31 - 1
# A hundred billion of the largest money: sums of many lines stay within 64 bits.
MOST_MINOR = 10**13
FIRST_YEAR, LAST_YEAR = 1970, 2199
NOT_DIGITS = PydanticCustomError("id_digits", "an id is a string of digits")


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise NOT_DIGITS
    if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) <= 19):
        raise NOT_DIGITS
    found = int(value)
    if not 1 <= found <= LARGEST:
        raise PydanticCustomError("id_range", "an id is from 1 to 2^63 - 1")
    return found


def _sensible(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise PydanticCustomError(
            "moment_range", "a moment lies between {first} and {last}", {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return at.astimezone(UTC)


_ID_SCHEMA = {"type": "string", "pattern": ID_PATTERN, "maxLength": 19, "examples": ["1024"]}
# Handed in: text, or a whole number from those whose language keeps 64 bits.
IdIn = Annotated[int, BeforeValidator(_number), WithJsonSchema(_ID_SCHEMA)]
KeyIn = Annotated[str, Field(pattern=ID_PATTERN), AfterValidator(_number)]
MomentIn = Annotated[
    AwareDatetime,
    AfterValidator(_sensible),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-10-20T02:00:00Z"]}),
]
Whole = Annotated[int, Field(ge=0, le=MOST_PIECES)]
Minor = Annotated[int, Field(ge=-MOST_MINOR, le=MOST_MINOR, description="In minor units: fen, cents.")]
Scalar = str | int | bool | None

Moment = datetime

# Handed out: marked, so that whoever fills a row knows to write the number as text.
Id = Annotated[str, "id", Field(pattern=ID_PATTERN, examples=["1024"])]
MaybeId = Annotated[str | None, "id", Field(pattern=ID_PATTERN)]
