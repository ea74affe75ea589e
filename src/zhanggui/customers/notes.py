"""What may stand in clear of what people write beside an order: no phone, no mail address. Pure."""

from zhanggui.kernel.masking import masked

__all__ = ["masked", "one_line"]


def one_line(text: str) -> str:
    """Words as a name is kept: on one line, spaced once, with no phone in them."""
    return masked(" ".join(text.split()))
