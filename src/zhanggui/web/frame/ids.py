"""Ids as an address or a form says them."""

from collections.abc import Iterable

from zhanggui.kernel.errors import NotFound

# No database of ours counts further.
LONGEST = 18


def ids_in(said: Iterable[str]) -> list[int]:
    """Those that are numbers, in their order. Raises NotFound for one longer than any there is."""
    numbers = [one for one in said if one.isdecimal()]
    for one in numbers:
        if len(one) > LONGEST:
            raise NotFound(what=f"{one[:LONGEST]}…")
    return [int(one) for one in numbers]
