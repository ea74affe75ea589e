"""How goods are found by what somebody types: every place in a name where one may begin to type, and its pinyin's initials. Pure.

What is looked for anywhere in a name is looked for at the beginning of what is left of it from some place on: so one walk down
an index finds it, however many goods there are.
"""

import re
import unicodedata

LONGEST, MOST_INITIALS = 16, 64
# So many places of a name and of its initials are begun at; what stands behind them is found by its beginning no more.
MOST = 48
# A Chinese character is a place by itself; of Latin letters and of figures only where a run of them begins.
PLACE = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]")


def folded(text: str) -> str:
    """How a text is compared: NFKC, no blanks, lower case. ``青釉 盖碗１５０ML`` is ``青釉盖碗150ml``."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def initials(text: str) -> str:
    """The first letter of each character's pinyin, what is no Chinese as it stands: ``青釉盖碗 150ml`` gives ``qygw150ml``."""
    # 20 MB of dictionary: only a process that defines goods pays for it.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  # see above

    return folded("".join(lazy_pinyin(folded(text), style=Style.FIRST_LETTER)))[:MOST_INITIALS]


def endings(name: str, spec: str, letters: str) -> list[str]:
    """Each text one may have begun to type to mean these goods, cut to what the index holds."""
    whole = folded(f"{name}{spec}")
    places = [found.start() for found in PLACE.finditer(whole)]
    own = [whole[at : at + LONGEST] for at in places[:MOST]]
    # The initials themselves are a column of their own: here is what follows their first.
    later = [letters[at : at + LONGEST] for at in range(1, min(len(letters), MOST))]
    return list(dict.fromkeys(text for text in (*own, *later) if text))
