"""Every verb that is asked of a second person: who agrees reads whom or what it is about and what would change, nothing that is
secret; and what they read is what is done, or what the asker may then do, once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from django.utils import translation
from reference import registries

from tests.web.orders.bench import Bench
from zhanggui.accounts.commands import access, inviting, people, rescue, roles
from zhanggui.accounts.models import Invitation, Role, User
from zhanggui.accounts.queries import actor_of
from zhanggui.customers.commands import limits
from zhanggui.customers.models import Recipient
from zhanggui.fulfilment.commands import readdressing
from zhanggui.journal import approvals, figures
from zhanggui.journal.book import COMMANDS
from zhanggui.journal.commands.figures import set_figures
from zhanggui.journal.models import Approval, Entry
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import SecondPersonAsked
from zhanggui.ops.backups import making
from zhanggui.ops.commands import backups, plain, privacy
from zhanggui.ops.models import Backup
from zhanggui.orders.commands import change, money, progress
from zhanggui.orders.commands.money import Back
from zhanggui.orders.models import Line, Order, Shop
from zhanggui.orders.revisions import LineChange, Revision
from zhanggui.stock.commands import receipts
from zhanggui.stock.commands.receipts import Receipt
from zhanggui.stock.models import Shelf, Warehouse

PASSWORD, OTHER = "kettle-lamp-42", "river-stone-77"
PHONE, MAIL, DOOR = "13977778882", "new.face@example.com", "中山路 71 号"
# What the asker says goes before what the verb's own argument says, everywhere.
WHY = "店里要"
# Nobody who agrees may read these.
SECRETS = (PASSWORD, OTHER, PHONE, MAIL, DOOR, "lisi.newname", "AGE-SECRET-KEY")
pytestmark = pytest.mark.django_db


class Case(NamedTuple):
    """A verb as ``ask`` calls it; ``named`` is what the agreer reads, ``done`` whether it has happened. ``by`` who asks: ann."""

    verb: str
    ask: Callable[[Actor], Any]
    named: tuple[str, ...]
    done: Callable[[], Any]
    by: str = "ann"


class House:
    """Three owners of three days, a role of one's own, a hand of the warehouse, orders of somebody, a backup."""

    def __init__(self, shop_id: int, at: datetime, folder: Path) -> None:
        self.at = at
        for name, role, day in (("ann", "owner", 3), ("bob", "owner", 3), ("cen", "owner", 3), ("hand", "warehouse", 0), ("fay", "finance", 3)):
            people.add(f"{name}@example.com", name, PASSWORD, role, by=SYSTEM, at=at - timedelta(days=day))
        self.shop, self.place = Shop.objects.get(), Warehouse.objects.get()
        self.role = roles.copy("sales", "晚班", by=SYSTEM, at=at)
        self.li = people.add("li@example.com", "李四", PASSWORD, self.role, by=SYSTEM, at=at)
        User.objects.filter(pk=self.li).update(username="lisi.old", phone_shown="138****0000")
        Authenticator.objects.create(user_id=self.li, type="totp", data={"secret": "x"})
        self.invited = inviting.invite(self.role, name="小王", email="wang@example.com", by=SYSTEM, at=at)
        Role.objects.filter(code="finance").update(second_factor=True)
        self.bench = Bench(shop_id, at)
        self.orders = [self.bench.put(f"S{nth}") for nth in range(2)]
        progress.cancel([self.orders[0].pk], reason="buyer", by=SYSTEM, at=at)
        (folder / "a.zgb").write_bytes(b"sealed")
        self.backup = Backup.objects.create(name="a.zgb", made_at=at, bytes=6, sha256="0" * 64).pk

    def of(self, name: str) -> Actor:
        return replace(actor_of(User.objects.select_related("role").get(name=name), fresh=True), why=WHY)

    def user(self, pk: int) -> User:
        return User.objects.select_related("role").get(pk=pk)

    def person(self, name: str) -> User:
        return User.objects.select_related("role").get(name=name)

    def lot(self, pieces: int) -> list[Receipt]:
        return [Receipt(self.place.pk, "A-01", self.bench.other, pieces)]

    def lies(self) -> int:
        return int(Shelf.objects.get(sku=self.bench.other, bin__code="A-01").pieces)

    def found(self, by: Actor, number: str) -> dict[str, Any]:
        held = privacy.find(number, by=by, at=self.at)
        return {"recipient_ids": held.ids, "found": privacy.sign(held, by=by)}

    def cases(self) -> Iterator[Case]:
        at, li, cen = self.at, self.li, self.person("cen").pk
        where = {"shops": [self.shop.pk], "warehouses": [self.place.pk]}
        yield Case(
            "accounts.access.give_logins", lambda by: access.give_logins(li, username="lisi.newname", phone=PHONE, by=by, at=at),
            ("李四", "138****0000 → 139****8882"), lambda: self.user(li).username == "lisi.newname",
        )  # fmt: skip
        yield Case(
            "accounts.access.give_reach", lambda by: access.give_reach(li, **where, by=by, at=at),
            ("李四", f"全部 → {self.shop.name}", f"全部 → {self.place.name}"), lambda: self.user(li).shop_ids == [self.shop.pk],
        )  # fmt: skip
        yield Case(
            "accounts.access.renew_password", lambda by: access.renew_password(li, OTHER, by=by, at=at),
            ("李四", "晚班"), lambda: self.user(li).check_password(OTHER),
        )  # fmt: skip
        yield Case(
            "accounts.rescue.hand_link", lambda by: rescue.hand_link(li, why="手机丢了", by=by, at=at), ("李四", "晚班", WHY),
            lambda: Entry.objects.filter(name="AccessChanged", facts__why=WHY).exists(),
        )  # fmt: skip
        yield Case(
            "accounts.rescue.clear_second_factor", lambda by: rescue.clear_second_factor(li, why="换了手机", by=by, at=at),
            ("李四", WHY),
            lambda: Entry.objects.filter(name="AccessChanged", facts__what="second:cleared", facts__why=WHY).exists()
            and not Authenticator.objects.filter(user_id=li).exists(),
        )  # fmt: skip
        yield Case(
            "accounts.access.give_role", lambda by: access.give_role(li, "readonly", by=by, at=at),
            ("李四", "晚班", "只读"), lambda: self.user(li).role.code == "readonly",
        )  # fmt: skip
        yield Case(
            "accounts.access.switch_off", lambda by: access.switch_off(cen, by=by, at=at), ("cen", "店主"),
            lambda: not self.user(cen).is_active,
        )  # fmt: skip
        yield Case(
            "accounts.access.switch_on",
            lambda by: access.switch_on(cen, by=by, at=at),
            ("cen", "店主"),
            lambda: self.user(cen).is_active,
        )
        yield Case(
            "accounts.inviting.invite", lambda by: inviting.invite("sales", name="新人", email=MAIL, **where, by=by, at=at),
            ("新人", "n***@example.com", "客服", self.shop.name, self.place.name), lambda: Invitation.objects.filter(name="新人").exists(),
        )  # fmt: skip
        ends = at + timedelta(days=1)
        Invitation.objects.filter(pk=self.invited).update(expires_at=ends)
        yield Case(
            "accounts.inviting.renew", lambda by: inviting.renew(self.invited, by=by, at=at), ("小王", "晚班", "全部"),
            lambda: Invitation.objects.get(pk=self.invited).expires_at > ends,
        )  # fmt: skip
        yield Case(
            "accounts.people.add", lambda by: people.add(MAIL, "新手", PASSWORD, "sales", **where, by=by, at=at),
            ("新手", "n***@example.com", "客服", self.shop.name), lambda: User.objects.filter(email=MAIL).exists(),
        )  # fmt: skip
        yield Case(
            "accounts.rescue.ask_second_factor", lambda by: rescue.ask_second_factor("finance", False, by=by, at=at), ("财务", "不再要"),
            lambda: not Role.objects.get(code="finance").second_factor,
        )  # fmt: skip
        fewer = {code: said for code, said in Role.objects.get(code=self.role).grants.items() if code != "order.create"}
        yield Case(
            "accounts.roles.change", lambda by: roles.change(self.role, "夜班", fewer, by=by, at=at), ("晚班 → 夜班", "手工建单", "→ 不可以"),
            lambda: (Role.objects.get(code=self.role).name, "order.create" in Role.objects.get(code=self.role).grants) == ("夜班", False),
        )  # fmt: skip
        yield Case(
            "accounts.roles.drop", lambda by: roles.drop(self.role, move_to="readonly", by=by, at=at), ("夜班", "只读"),
            lambda: not Role.objects.filter(code=self.role).exists(),
        )  # fmt: skip
        yield Case(
            "customers.limits.put", lambda by: limits.put({limits.A_DAY: 60, limits.KEPT: 30}, by=by, at=at), ("50 → 60", "90 → 30"),
            lambda: (figures.of(limits.A_DAY), limits.days_kept()) == (60, 30),
        )  # fmt: skip
        sent = self.orders[1]
        yield Case(
            "fulfilment.readdressing.readdress",
            lambda by: readdressing.readdress(sent.pk, {"street": DOOR}, seen=sent.version, reason="写错了门牌", by=by, at=at),
            (sent.number, WHY),
            lambda: Entry.objects.filter(name="OrderChanged", subject_id=sent.pk, facts__why=WHY).exists(),
        )
        yield Case(
            "journal.figures.set_figures", lambda by: set_figures({"stock.adjust": 300}, by=by, at=at),
            ("一次盘点最多差多少件", "200 → 300"), lambda: figures.of("stock.adjust") == 300,
        )  # fmt: skip
        yield Case(
            "ops.backups.hand_out", lambda by: backups.hand_out(self.backup, by=by, at=at), ("a.zgb",),
            lambda: Entry.objects.filter(name="BackupTaken").exists(),
        )  # fmt: skip
        yield Case(
            "ops.backups.hand_out_key", lambda by: backups.hand_out_key(by=by, at=at), ("备份的钥匙",),
            lambda: Entry.objects.filter(name="BackupKeyTaken").exists(),
        )  # fmt: skip
        ids = [order.pk for order in self.orders]
        yield Case(
            "ops.plain.orders", lambda by: plain.orders(ids, by=by, at=at), ("2 单", *(order.number for order in self.orders), self.shop.name),
            lambda: Entry.objects.filter(name="OrdersTakenInPlain", facts__many=2).exists(),
        )  # fmt: skip
        one, other = self.orders
        who = Recipient.objects.get(pk=one.recipient_id)
        seen = ("1 位", who.masked_name, who.masked_phone, one.number)
        yield Case(
            "ops.privacy.hand_out", lambda by: privacy.hand_out(**self.found(by, one.number), by=by, at=at), seen,
            lambda: Entry.objects.filter(name="PersonTaken", subject_id=who.pk).exists(),
        )  # fmt: skip
        yield Case(
            "ops.privacy.erase", lambda by: privacy.erase(**self.found(by, one.number), by=by, at=at), seen,
            lambda: [Recipient.objects.get(pk=pk).erased_at is None for pk in (who.pk, other.recipient_id)] == [False, True],
        )  # fmt: skip
        priced = self.bench.put("P1", idle=False)
        line = Line.objects.get(order=priced)
        cheaper = Revision(priced.pk, lines=[LineChange(line.pk, unit_minor=6000)], freight_minor=500)
        yield Case(
            "orders.change.reprice", lambda by: change.reprice([cheaper], by=by, at=at),
            ("1 单", f"{priced.number} 运费：0.00 → 5.00", f"{priced.number} GW-150-QY 单价：68.00 → 60.00"),
            lambda: Order.objects.get(pk=priced.pk).total_minor == 6500, "fay",
        )  # fmt: skip
        dear = self.bench.put("R1", 4, idle=False)
        yield Case(
            "orders.money.refund", lambda by: money.refund([Back(dear.pk, 20_100)], reason="退货", by=by, at=at),
            (dear.number, "201.00", WHY), lambda: Order.objects.get(pk=dear.pk).paid_minor == dear.paid_minor - 20_100,
        )  # fmt: skip
        yield Case(
            "stock.receipts.count", lambda by: receipts.count(self.lot(400), why="年底盘点", by=by, at=at),
            ("350 件", f"GDB-350 · A-01 · {self.lies()} → 400", WHY), lambda: self.lies() == 400,
        )  # fmt: skip
        yield Case(
            "stock.receipts.receive", lambda by: receipts.receive(self.lot(10_001), by=by, at=at), ("10001 件", "GDB-350 · A-01 · +10001"),
            lambda: self.lies() == 10_401, "hand",
        )  # fmt: skip


@pytest.fixture
def house(shop_id: int, at: datetime, settings: Any, tmp_path: Path) -> House:
    registries()
    settings.BACKUPS = tmp_path / "backups"
    making.folder().mkdir(parents=True, exist_ok=True)
    return House(shop_id, at, making.folder())


def read(row: Approval) -> str:
    """Everything the page shows of it."""
    return " | ".join([approvals.sentence(row), *approvals.lines(row), row.reason])


@pytest.mark.capability("L-08")
@pytest.mark.parametrize("asked_in", ["zh-hans", "en"])
def test_what_is_agreed_to_with_open_eyes_is_what_is_done(house: House, asked_in: str) -> None:
    """Whoever agrees reads it in their own language, whichever it was asked in."""
    told = set()
    for case in house.cases():
        with translation.override(asked_in), pytest.raises(SecondPersonAsked) as asked:
            case.ask(house.of(case.by))
        row = Approval.objects.get(pk=asked.value.facts["approval_id"])
        assert (row.verb, row.asker_name, bool(case.done())) == (case.verb, case.by, False), case.verb
        with translation.override("zh-hans"):
            text = read(row)
        assert [each for each in case.named if each not in text] == [], (case.verb, text)
        assert [each for each in SECRETS if each in text or each in str(row.about)] == [], case.verb
        with translation.override("en"):
            assert approvals.sentence(row).isascii() or row.about, case.verb
        done = approvals.agree(row.pk, by=house.of("bob"), at=house.at)
        verb = COMMANDS[case.verb]
        assert verb.second is not None
        if verb.second.answers:
            assert (done.state, bool(case.done())) == ("ready", False), case.verb
            assert case.ask(house.of(case.by)), case.verb
        assert case.done(), case.verb
        assert Approval.objects.get(pk=row.pk).state == "done", case.verb
        told.add(case.verb)
    ours = {name for name, verb in COMMANDS.items() if verb.second is not None and verb.call.__module__.startswith("zhanggui.")}
    assert told == ours


def test_of_many_the_rest_is_counted(house: House) -> None:
    orders = [house.bench.put(f"M{nth}", idle=False).pk for nth in range(25)]
    with pytest.raises(SecondPersonAsked) as asked:
        plain.orders(orders, by=house.of("ann"), at=house.at)
    lines = list(approvals.lines(Approval.objects.get(pk=asked.value.facts["approval_id"])))
    assert len(lines) == 21
    assert lines[-1] == "还有 5 行"
    assert lines[0].startswith(Order.objects.get(pk=orders[0]).number)


def test_what_became_something_else_meanwhile_is_not_done_under_the_old_yes(house: House) -> None:
    """A finding is signed: other ids under the same leave are nobody's."""
    ann = house.of("ann")
    first, second = (house.found(ann, order.number) for order in house.orders)
    with pytest.raises(SecondPersonAsked) as asked:
        privacy.hand_out(**first, by=ann, at=house.at)
    approvals.agree(asked.value.facts["approval_id"], by=house.of("bob"), at=house.at)
    with pytest.raises(SecondPersonAsked) as again:
        privacy.hand_out(**second, by=ann, at=house.at)
    assert again.value.facts["approval_id"] != asked.value.facts["approval_id"]
    assert not Entry.objects.filter(name="PersonTaken").exists()
