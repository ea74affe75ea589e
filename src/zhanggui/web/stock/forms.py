"""What is asked at the shelves."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.catalog import queries as catalog
from zhanggui.catalog.models import Sku
from zhanggui.kernel.actor import Reach
from zhanggui.stock import reaching
from zhanggui.stock.commands.receipts import MOST
from zhanggui.stock.models import Level, Shelf, Warehouse

WHY = (
    ("cycle", gettext_lazy("盘点数的")),
    ("damaged", gettext_lazy("破损，不能卖了")),
    ("lost", gettext_lazy("找不到了")),
    ("found", gettext_lazy("多出来的")),
    ("mistake", gettext_lazy("上次记错了")),
    ("other", gettext_lazy("别的原因，写在下面")),
)
COUNTED = {
    "invalid": gettext_lazy("请填整数。"),
    "min_value": gettext_lazy("件数不能是负数。"),
    "max_value": gettext_lazy("一次最多 1,000,000 件。"),
    "required": gettext_lazy("请填几件。"),
}


def pieces(label: Any, *, least: int = 0, required: bool = True, help_text: Any = "") -> forms.IntegerField:
    field = forms.IntegerField(
        label=label, min_value=least, max_value=MOST, required=required, error_messages=COUNTED, help_text=help_text
    )
    field.widget.attrs |= {"inputmode": "numeric"}
    if least:
        field.error_messages["min_value"] = gettext_lazy("至少 %(limit_value)d 件。")
    return field


class WarehouseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The building; not asked where there is only one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=Warehouse.objects.none(),
            label=gettext_lazy("仓库"),
            empty_label=None,
            error_messages={"required": gettext_lazy("请选仓库。"), "invalid_choice": gettext_lazy("没有这个仓库。")},
            **options,
        )

    def offer(self, reach: Reach) -> None:
        """Only the buildings within ``reach`` are there to choose."""
        self.queryset = Warehouse.objects.filter(reaching.warehouse_rows(reach)).order_by("-is_default", "id")


class ReceiveForm(forms.Form):
    """Pieces that came in. Without ``sku`` the goods are asked too, by code or barcode."""

    goods = forms.CharField(
        label=gettext_lazy("哪样货"),
        max_length=64,
        help_text=gettext_lazy("扫条码，或填商品编码。"),
        error_messages={"required": gettext_lazy("请填商品编码或扫条码。")},
    )
    warehouse = WarehouseField()
    bin = forms.CharField(
        label=gettext_lazy("放到哪个库位"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("例如 A-03-12。新库位会自动建；留空放在「-」。"),
    )
    pieces = pieces(gettext_lazy("入几件"), least=1)
    note = forms.CharField(
        label=gettext_lazy("备注"), max_length=200, required=False, help_text=gettext_lazy("采购单号、谁送来的。以后查账看得到。")
    )

    def __init__(self, *args: Any, reach: Reach, sku: Sku | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].offer(reach)  # type: ignore[attr-defined]
        self.sku = sku
        if sku is not None:
            del self.fields["goods"]
        first = "goods" if sku is None else "pieces"
        self.fields[first].widget.attrs["autofocus"] = True

    def clean_goods(self) -> str:
        code: str = self.cleaned_data["goods"].strip()
        found = catalog.by_scan(code)
        if not found:
            raise forms.ValidationError(_("没有编码或条码是 %s 的商品。先在「商品」里建。") % code)
        if len(found) > 1:
            raise forms.ValidationError(_("%s 有好几样货用，请填商品编码。") % code)
        self.sku = found[0]
        return code


class CountForm(forms.Form):
    """What was counted of one SKU, shelf by shelf; a shelf left empty was not counted."""

    why = forms.ChoiceField(label=gettext_lazy("为什么改"), choices=WHY)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=160, required=False)

    def __init__(self, *args: Any, reach: Reach, shelves: Sequence[Shelf], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shelves = list(shelves)
        for shelf in self.shelves:
            self.fields[f"bin_{shelf.bin_id}"] = pieces(shelf.bin.code, required=False)
        self.fields["bin"] = forms.CharField(label=gettext_lazy("别的库位"), max_length=32, required=False)
        self.fields["bin_pieces"] = pieces(gettext_lazy("实有几件"), required=False)
        home = self.fields["warehouse"] = WarehouseField(required=False)
        home.offer(reach)

    @property
    def rows(self) -> list[tuple[Shelf, forms.BoundField]]:
        return [(shelf, self[f"bin_{shelf.bin_id}"]) for shelf in self.shelves]

    def counted(self) -> list[tuple[int, str, int]]:
        """(warehouse, bin, pieces) of each shelf that was counted."""
        said = self.cleaned_data
        found = [(shelf.bin.warehouse_id, shelf.bin.code, said[f"bin_{shelf.bin_id}"]) for shelf in self.shelves]
        if said.get("bin_pieces") is not None:
            found.append((said["warehouse"].pk, said.get("bin", ""), said["bin_pieces"]))
        return [row for row in found if row[2] is not None]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("bin") and said.get("bin_pieces") is None and "bin_pieces" not in self.errors:
            self.add_error("bin_pieces", _("%s 数出来几件？") % said["bin"])
        if not self.errors and not any(value is not None for name, value in said.items() if name.startswith("bin_")):
            raise forms.ValidationError(_("一个数都没填。数了哪个库位，就填哪个。"))
        if said.get("why") == "other" and not said.get("note"):
            self.add_error("note", _("请写一句原因，以后查账看得到。"))
        return said

    def reason(self) -> str:
        word = "" if self.cleaned_data["why"] == "other" else str(dict(WHY)[self.cleaned_data["why"]])
        return " · ".join(part for part in (word, self.cleaned_data["note"]) if part)


class SafetyForm(forms.Form):
    """How many pieces are kept back, warehouse by warehouse."""

    def __init__(self, *args: Any, levels: Sequence[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = list(levels)
        for level in self.levels:
            field = pieces(level.warehouse.name)
            field.initial = level.safety
            self.fields[f"level_{level.pk}"] = field

    def wanted(self) -> list[tuple[int, int]]:
        """(warehouse, pieces)."""
        return [(level.warehouse_id, self.cleaned_data[f"level_{level.pk}"]) for level in self.levels]
