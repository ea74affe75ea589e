"""What may stand in clear of what people write beside an order: no phone, no mail address. Pure."""

from zhanggui.kernel.masking import masked

__all__ = ["masked"]
