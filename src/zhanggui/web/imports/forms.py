"""Handing a file over."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhanggui.channels.models import Import
from zhanggui.kernel.actor import Reach
from zhanggui.orders import reaching
from zhanggui.orders.models import Shop

MOST_BYTES = 20 * 1024 * 1024
ENDS = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".zip", ".txt", ".tsv")
KINDS = (("orders", _("订单")), ("goods", _("商品资料")), ("stock", _("库存件数")))


class ManyFiles(forms.FileInput):
    """Two files may be dropped together: the orders and their details."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """One file, or the orders and their details. Not empty, not too large."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [super(FilesField, self).clean(one, initial) for one in data] if data else []
        if not given:
            raise forms.ValidationError(_("还没有选文件。把导出的表拖进来，或点这里选。"), code="required")
        if len(given) > 2:
            raise forms.ValidationError(_("一次最多两个文件：订单表，和它的明细表。"), code="many")
        for one in given:
            if one.size > MOST_BYTES:
                raise forms.ValidationError(
                    _("%(name)s 超过 20 MiB。分成几份，或用命令行导入。") % {"name": one.name}, code="large"
                )
        return given


class UploadForm(forms.Form):
    """A file, what is in it, and for orders whose they are."""

    kind = forms.ChoiceField(label=_("里面是什么"), choices=KINDS, initial="orders", widget=forms.RadioSelect)
    shop = forms.TypedChoiceField(label=_("哪个店铺的订单"), required=False, coerce=int, empty_value=None)
    file = FilesField(label=_("文件"), error_messages={"empty": _("文件是空的，里面一行也没有。")})

    def __init__(self, *args: Any, kinds: tuple[str, ...], reach: Reach, begin: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Shop.objects.filter(reaching.shop_rows(reach), enabled=True)
        shops = list(mine.order_by("name").values_list("pk", "name"))
        self.fields["kind"].choices = [(kind, word) for kind, word in KINDS if kind in kinds]  # type: ignore[attr-defined]
        # The default shop of whoever brings it; any other may be chosen.
        self.fields["shop"].initial = begin
        self.fields["shop"].choices = [("", _("选一个店铺")), *shops] if len(shops) != 1 else shops  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == Import.Kind.ORDERS and not said.get("shop") and "shop" not in self.errors:
            self.add_error("shop", _("订单要归到一个店铺：选一个。"))
        return said


class ListForm(forms.Form):
    """Which imports to show."""

    kind = forms.ChoiceField(label=_("里面是什么"), required=False)
    shop = forms.TypedChoiceField(label=_("店铺"), required=False, coerce=int, empty_value=None)
    q = forms.CharField(label=_("文件名或导入号"), required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: tuple[str, ...], reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = Shop.objects.filter(reaching.shop_rows(reach)).order_by("name").values_list("pk", "name")
        self.fields["kind"].choices = [("", _("都看")), *((kind, word) for kind, word in KINDS if kind in kinds)]  # type: ignore[attr-defined]
        self.fields["shop"].choices = [("", _("全部店铺")), *shops]  # type: ignore[attr-defined]

    def narrowed(self) -> Q:
        """What is asked for; nothing where it makes no sense."""
        self.is_valid()
        said = self.cleaned_data
        words = " ".join(said.get("q", "").split())
        found = Q(**{name: said[name] for name in ("kind", "shop") if said.get(name)})
        return found & (Q(file_name__icontains=words) | Q(companion_name__icontains=words) | Q(number__istartswith=words)) if words else found
