"""What flags there are, and what platforms and people call them. Pure."""

COLOURS = ("red", "yellow", "green", "blue", "purple")
FLAGS = ("", *COLOURS)
# By its colour, or by its number in the row of flags.
CALLED = {**dict(zip("红黄绿蓝紫", COLOURS, strict=True)), **dict(zip("12345", COLOURS, strict=True)), "灰": "", "无": "", "0": ""}


def flag_of(text: str) -> str:
    """``红旗``, ``红``, ``1`` and ``Red`` are red; anything else stays as it came."""
    word = text.strip().casefold().removesuffix("旗").removesuffix("色")
    return CALLED.get(word, word if word in FLAGS else text)
