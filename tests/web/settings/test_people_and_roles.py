"""People, invitations and roles on screen: found, explained, narrowed, exported; a fixed number of statements."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.people.door import sign_in
from zhanggui.accounts.commands import access, inviting, people
from zhanggui.accounts.models import Invitation, Role, User
from zhanggui.accounts.policy import policy
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders.models import Shop
from zhanggui.stock.models import Warehouse

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def many(count: int, *, start: int = 0) -> None:
    for nth in range(start, start + count):
        people.add(f"p{nth}@example.com", f"同事{nth}", "kettle-lamp-42", "sales", by=SYSTEM, at=clock.now())
        inviting.invite("readonly", name=f"新人{nth}", by=SYSTEM, at=clock.now())


@pytest.mark.capability("L-08")
def test_the_list_of_people_costs_the_same_however_many_there_are(owner_in: Client) -> None:
    many(2)
    few = statements(owner_in, "/settings/people/")
    many(12, start=2)
    assert statements(owner_in, "/settings/people/") == few
    assert few <= 30
    one = statements(owner_in, "/settings/roles/")
    Role.objects.create(code="own-1", name="晚班", grants={"order.view": "O"}, origin="sales")
    assert statements(owner_in, "/settings/roles/") == one


@pytest.mark.capability("L-08")
def test_people_are_found_by_any_name_and_sorted(owner_in: Client, person: Person) -> None:
    sales, gone = person("sales"), person("finance")
    access.give_logins(sales.pk, username="wang", phone="13800138000", by=SYSTEM, at=clock.now())
    access.switch_off(gone.pk, by=SYSTEM, at=clock.now())

    def found(query: str) -> list[str]:
        page = owner_in.get(f"/settings/people/?{query}")
        return [row.email.split("@")[0] for row in page.context["page"].rows]

    assert found("q=wang") == found("q=138 0013 8000") == found("q=SALES@") == ["sales"]
    assert found("state=off") == ["finance"]
    assert found("role=owner") == ["owner"]
    assert found("factor=off&sort=name") == ["finance", "owner", "sales"]
    assert found("factor=on") == []
    assert found("sort=-name")[0] == "sales"
    assert "没有这样的人" in text(owner_in.get("/settings/people/?q=nobody"))


def sheet(answer: Any) -> str:
    """Everything written in a workbook."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith((".xml",)))


@pytest.mark.capability("L-08")
def test_lists_are_exported_and_addresses_masked(owner_in: Client, person: Person) -> None:
    person("sales")
    written = sheet(owner_in.get("/settings/people/export/"))
    assert "s***@example.com" in written
    assert "sales@example.com" not in written
    matrix = sheet(owner_in.get("/settings/roles/export/"))
    assert all(each.zh in matrix for each in policy().capabilities.values())
    assert "隐去，可看明文、要写原因、要再验证" in matrix


@pytest.mark.capability("L-08")
def test_the_matrix_says_every_right_of_every_role_in_words(owner_in: Client) -> None:
    page = owner_in.get("/settings/roles/")
    areas = page.context["areas"]
    assert sum(len(area.lines) for area in areas) == 49
    assert all(cell for area in areas for line in area.lines for cell in line.cells)
    assert not re.search(r">\s*[YAMSRO]( [ASRO])*\s*<", text(page)), "no letters of the policy"
    some = owner_in.get("/settings/roles/?q=退款&role=sales&role=finance").context
    assert [line.name for area in some["areas"] for line in area.lines] == ["提出退款", "批准退款"]
    assert [one.code for one in some["columns"]] == ["sales", "finance"]
    differ = owner_in.get("/settings/roles/?role=aftersales&role=readonly&differ=1").context["areas"]
    names = [line.code for area in differ for line in area.lines]
    assert "order.edit_approved_address" in names
    assert "order.view" not in names
    assert "没有这件事" in text(owner_in.get("/settings/roles/?q=zzz"))


@pytest.mark.capability("L-08")
def test_a_role_is_copied_narrowed_given_and_given_up_on_screen(owner_in: Client, person: Person) -> None:
    assert "内置，只能看" in text(owner_in.get("/settings/roles/sales/"))
    where = owner_in.post("/settings/roles/sales/copy/", {"name": "晚班客服"})["Location"]
    role = Role.objects.get(name="晚班客服")
    assert where == f"/settings/roles/{role.code}/"
    page = text(owner_in.get(where))
    assert "从「客服」来，不会比它宽" in page
    assert "没有人可以，哪个角色都不行。" in page
    kept = [code for code in role.grants if code != "order.create"]
    told = {"name": "晚班客服", "may": kept, "most:export.masked": "200", "mark:order.hold": ["R"], "part:order.recipient": "masked"}
    assert owner_in.post(where, told).status_code == 302
    sales = person("sales")
    hers = Client()
    hers.force_login(sales)
    access.give_role(sales.pk, role.code, by=SYSTEM, at=clock.now())
    role.refresh_from_db()
    assert "order.create" not in role.grants
    assert (role.grants["export.masked"], role.grants["order.hold"]) == ("O ≤200", "R O hold")
    assert "R" not in role.grants["order.recipient"].split(), "only what is masked"
    wider = {"name": "晚班客服", "may": [*kept, "people.manage"], "most:export.masked": "99999", "part:order.hold": ""}
    owner_in.post(where, wider)
    role.refresh_from_db()
    assert role.grants["export.masked"] == "O ≤1000", "the policy's own bound stays"
    assert role.grants["order.hold"] == "O hold"
    assert role.grants["people.manage"] == "A S", "with the marks it has for the owner"
    # Whoever may manage people is somebody to be asked; here nobody is.
    Role.objects.filter(pk=role.pk).update(grants={code: said for code, said in role.grants.items() if code != "people.manage"})
    assert owner_in.post(where, {"name": "客服", "may": kept}).status_code == 422
    assert owner_in.post(where, {"name": "x", "may": ["order.delete"]}).status_code == 404
    assert "还有 1 人是" in text(owner_in.post(f"{where}drop/", {}))
    assert owner_in.post(f"{where}drop/", {"move_to": "readonly"})["Location"] == "/settings/roles/"
    assert User.objects.get(pk=sales.pk).role.code == "readonly"


@pytest.mark.capability("L-08")
def test_an_invitation_on_screen_is_shown_once_renewed_and_withdrawn(owner_in: Client, shop_id: int) -> None:
    told = {"name": "小王", "email": "", "role": "sales", "which_shops": "some", "which_warehouses": "all"}
    assert "至少选一家店铺" in text(owner_in.post("/settings/people/invite/", told))
    page = owner_in.post("/settings/people/invite/", {**told, "shops": [str(shop_id)]})
    link = re.search(r"http://testserver(/welcome/join/[^<\"]+)", text(page))
    assert link
    assert page["Referrer-Policy"] == "same-origin"
    made = Invitation.objects.get()
    assert (made.shop_ids, made.warehouse_ids) == ([shop_id], None)
    listed = text(owner_in.get("/settings/people/"))
    assert "小王" in listed
    assert link[1] not in listed
    stranger = Client()
    assert stranger.get(link[1]).status_code == 200
    owner_in.post(f"/settings/people/invitations/{made.pk}/renew/")
    assert stranger.get(link[1]).status_code == 410
    owner_in.post(f"/settings/people/invitations/{made.pk}/withdraw/")
    assert "小王" not in text(owner_in.get("/settings/people/"))
    assert owner_in.post(f"/settings/people/invitations/{made.pk}/link/").status_code == 404


@pytest.mark.capability("L-08")
def test_a_persons_page_says_what_they_may_and_where_and_changes_it(owner_in: Client, person: Person, shop_id: int) -> None:
    sales = person("sales")
    house = Warehouse.objects.get()
    hers = Client()
    sign_in(hers, "sales@example.com")
    where = f"/settings/people/{sales.pk}/"
    reach = {"what": "reach", "which_shops": "some", "shops": [str(shop_id)], "which_warehouses": "some", "warehouses": [str(house.pk)]}
    assert owner_in.post(where, reach).status_code == 302
    row = User.objects.get(pk=sales.pk)
    assert (row.shop_ids, row.warehouse_ids) == ([shop_id], [house.pk])
    page = text(owner_in.get(where))
    assert Shop.objects.get().name in page
    assert "只限自己的店铺" in page
    assert "登录着的地方" in page
    there = re.search(rf"/settings/people/{sales.pk}/sessions/(\d+)/", page)
    assert there
    owner_in.post(there[0])
    assert hers.get("/").status_code == 302, "signed out there, at the next click"
    assert "已经有人用它登录了" not in text(owner_in.post(where, {"what": "logins", "username": "wang", "phone": ""}))
    assert "登录名用小写字母开头" in text(owner_in.post(where, {"what": "logins", "username": "1", "phone": ""}))


@pytest.mark.capability("L-08")
def test_what_needs_a_second_person_is_said_kindly_and_not_done(owner_in: Client, person: Person) -> None:
    sales = person("sales")
    people.add("two@example.com", "二", "kettle-lamp-42", "owner", by=SYSTEM, at=clock.now())
    answer = owner_in.post(f"/settings/people/{sales.pk}/", {"what": "role", "role": "finance"}, follow=True)
    assert "等另一人同意" in text(answer)
    assert User.objects.get(pk=sales.pk).role.code == "sales"
    asked = {"name": "x", "role": "sales", "which_shops": "all", "which_warehouses": "all"}
    answer = owner_in.post("/settings/people/invite/", asked, follow=True)
    assert "等另一人同意" in text(answer)
    assert not Invitation.objects.exists()
    owner_in.post(f"/settings/people/{sales.pk}/off/")
    assert not User.objects.get(pk=sales.pk).is_active, "to shut somebody out nobody is waited for"
