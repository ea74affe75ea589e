"""What is asked in the warehouse."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.carriers.models import Carrier


class NumberForm(forms.Form):
    """A waybill number typed or scanned by hand."""

    carrier = forms.ModelChoiceField(
        label=_("哪家快递"),
        queryset=Carrier.objects.filter(enabled=True).order_by("-is_default", "code"),
        empty_label=None,
        error_messages={"required": _("请选快递。"), "invalid_choice": _("这家快递没有启用。")},
    )
    number = forms.CharField(
        label=_("运单号"),
        max_length=40,
        help_text=_("扫面单上的条码，或照着填。用过的号、不像这家的号都填不进去。"),
        error_messages={"required": _("请填运单号。")},
    )

    def __init__(self, *args: Any, carriers: Sequence[Carrier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs |= {"autofocus": True, "autocomplete": "off", "class": "mono"}
        self.carriers = carriers
