"""What is asked about people and roles: each question says what its answer does, and what holds without one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.accounts.commands import bounds
from zhanggui.accounts.models import Role
from zhanggui.accounts.policy import policy
from zhanggui.kernel.actor import Actor
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse
from zhanggui.web.settings.forms import REQUIRED

ALL, SOME = "all", "some"
Choices = list[tuple[str, str]]


def roles_for(by: Actor) -> Choices:
    """The roles ``by`` may hand on, programs apart: they get keys, not passwords. One statement."""
    rows = {role.code: role for role in Role.objects.all()}
    named = [(code, _(names[0])) for code, names in policy().roles.items() if code != "program"]
    named += sorted((code, role.name) for code, role in rows.items() if not role.built_in)
    return [(code, name) for code, name in named if code not in rows or bounds.may_hand(by, rows[code])]


class RoleChoice(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(label=gettext_lazy("角色"), **options)

    def offer(self, by: Actor, now: Role | None = None) -> None:
        """The roles that may be chosen; the one held now stays in the list."""
        found = roles_for(by)
        if now is not None and now.code not in dict(found):
            found.append((now.code, now.name))
        self.choices = found


class ReachForm(forms.Form):
    """Which shops and which warehouses: all, or these."""

    which_shops = forms.ChoiceField(label=gettext_lazy("店铺"), widget=forms.RadioSelect, initial=ALL, required=False)
    shops = forms.MultipleChoiceField(
        label=gettext_lazy("哪些店铺"), widget=forms.CheckboxSelectMultiple, required=False
    )
    which_warehouses = forms.ChoiceField(label=gettext_lazy("仓库"), widget=forms.RadioSelect, initial=ALL, required=False)
    warehouses = forms.MultipleChoiceField(
        label=gettext_lazy("哪些仓库"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        for name, rows, mine, all_says in (
            ("shops", Shop.objects.order_by("id").values_list("pk", "name"), by.reach.shops, _("全部，以后开的也算")),
            ("warehouses", Warehouse.objects.order_by("id").values_list("pk", "name"), by.reach.warehouses, _("全部，以后建的也算")),
        ):
            which, some = self.fields[f"which_{name}"], self.fields[name]
            assert isinstance(which, forms.ChoiceField)
            assert isinstance(some, forms.ChoiceField)
            some.choices = [(str(pk), said) for pk, said in rows if mine is None or pk in mine]
            which.choices = [*([(ALL, all_says)] if mine is None else []), (SOME, _("只这些"))]
            if mine is not None:
                which.initial = SOME

    @property
    def kinds(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(all or some, which) of shops and of warehouses."""
        return [(self["which_shops"], self["shops"]), (self["which_warehouses"], self["warehouses"])]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        asks = {"shops": _("至少选一家店铺。"), "warehouses": _("至少选一个仓库。")}
        for name, says in asks.items():
            chosen = said.get(name) or []
            everything = ALL in dict(self.fields[f"which_{name}"].choices)  # type: ignore[attr-defined]
            which = said.get(f"which_{name}") or (ALL if everything else SOME)
            if which == SOME and not chosen and name not in self.errors and said.get("role") != "owner":
                self.add_error(name, says)
            said[f"{name}_given"] = [int(pk) for pk in chosen] if which == SOME else None
        return said

    def given(self) -> dict[str, list[int] | None]:
        """``shops`` and ``warehouses`` as the verbs take them; None is every one."""
        return {name: self.cleaned_data[f"{name}_given"] for name in ("shops", "warehouses")}

    @staticmethod
    def told(shops: list[int] | None, warehouses: list[int] | None) -> dict[str, Any]:
        """How it stands, as initial answers."""
        facts: dict[str, Any] = {}
        for name, ids in (("shops", shops), ("warehouses", warehouses)):
            facts |= {f"which_{name}": ALL if ids is None else SOME, name: [str(pk) for pk in ids or []]}
        return facts


class InviteForm(ReachForm):
    """Somebody who is to come."""

    field_order = ("name", "email", "role")
    name = forms.CharField(
        label=gettext_lazy("名字"), max_length=40, required=False, help_text=gettext_lazy("认得出是谁就行，本人进来时可以改。")
    )
    email = forms.EmailField(
        label=gettext_lazy("邮箱"),
        required=False,
        error_messages={"invalid": gettext_lazy("邮箱写得不完整，例如 wang@example.com。")},
    )
    role = RoleChoice(help_text=gettext_lazy("决定看得到什么、做得了什么。默认只读。"), initial="readonly")

    def __init__(self, *args: Any, mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, RoleChoice)
        role.offer(self.by)
        self.fields["email"].help_text = (
            _("链接寄到这里。不填，就给您一个链接转交。") if mail else _("填了，就只能用这个邮箱进来。")
        )
        self.fields["name"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}

    @property
    def who(self) -> list[forms.BoundField]:
        return [self["name"], self["email"], self["role"]]


class PersonForm(ReachForm):
    """Somebody new, with a first password."""

    field_order = ("name", "email", "role", "password")
    name = forms.CharField(
        label=gettext_lazy("名字"), max_length=40, error_messages=REQUIRED, help_text=gettext_lazy("同事在记录里看到的名字。")
    )
    email = forms.EmailField(
        label=gettext_lazy("邮箱"),
        help_text=gettext_lazy("用它登录。"),
        error_messages={**REQUIRED, "invalid": gettext_lazy("邮箱写得不完整，例如 wang@example.com。")},
    )
    role = RoleChoice(help_text=gettext_lazy("决定看得到什么、做得了什么。默认只读。"), initial="readonly")
    password = forms.CharField(
        label=gettext_lazy("第一个密码"),
        min_length=10,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 10 位，当面告诉本人，请他登录后改掉。"),
        error_messages={**REQUIRED, "min_length": gettext_lazy("太短了：至少 10 位。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, RoleChoice)
        role.offer(self.by)

    @property
    def who(self) -> list[forms.BoundField]:
        return [self["name"], self["email"], self["role"], self["password"]]


class RoleForm(forms.Form):
    role = RoleChoice(help_text=gettext_lazy("改了马上算数，不用重新登录。"))

    def __init__(self, data: Any, *, by: Actor, now: Role) -> None:
        super().__init__(data, initial={"role": now.code})
        role = self.fields["role"]
        assert isinstance(role, RoleChoice)
        role.offer(by, now)


class LoginsForm(forms.Form):
    """By what else somebody may sign in."""

    username = forms.CharField(
        label=gettext_lazy("登录名"), max_length=32, required=False, help_text=gettext_lazy("字母开头，例如 wang；清空就不能再用。")
    )
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("加密保存，只用来登录；清空就不能再用。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class WhyForm(forms.Form):
    """Why somebody is helped in from outside; it goes into the book."""

    why = forms.CharField(
        label=gettext_lazy("为什么"),
        max_length=120,
        help_text=gettext_lazy("记在日志里，例如 本人当面来说，手机丢了。"),
        error_messages={"required": gettext_lazy("要写一句为什么，会记在日志里。")},
    )
