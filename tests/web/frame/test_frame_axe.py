"""Every page a person can look at, read by axe: nothing serious, nothing critical, wide and narrow, light and dark by turns."""

import contextlib
import json
import os
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

from tests.web.frame.conftest import chromium, page
from tests.web.orders.bench import Bench
from tests.web.test_every_address import EVERY
from zhanggui.fulfilment.commands import waves
from zhanggui.fulfilment.models import Wave
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.lessons.commands import writing
from zhanggui.lessons.commands.writing import Words
from zhanggui.orders.commands import shops
from zhanggui.orders.models import Order
from zhanggui.stock.commands import warehouses
from zhanggui.stock.models import Warehouse
from zhanggui.web.frame import gate

__all__ = ["chromium", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.one_leg, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(1366, "light"), (390, "dark"), (1366, "dark"), (390, "light")]
# What answers with something else than a page, with a part of one, or ends the session that looks.
NO_PAGES = {
    "doors:places", "orders:entry_places", "orders:entry_skus", "orders:menu", "orders:views_menu", "settings:number_example",
    "account_logout", "frame:pulse", "frame:here", "machine:healthz", "machine:readyz", "machine:metrics", "orders:newer", "orders:skus",
    "orders:tabs", "orders:export", "goods:export", "stock:export", "tracking:export", "imports:template", "imports:rejects", "warehouse:sheet",
    "lessons:export", "lessons:report_export",
}  # fmt: skip
ASK = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"], "preload": False}


# The frame is the same on every page: read with one page of every eight.
FRAME = {"exclude": [["nav.rail"], ["header.top"], ["nav.thumbs-bar"]]}


def pages() -> list[tuple[str, str]]:
    found = [(name, path) for name, path in EVERY if "GET" in gate.methods(name) and name not in NO_PAGES and not path.startswith("/api/")]
    return [*found, ("no such page", "/nope/"), ("orders:list", "/orders/?tab=all"), ("orders:list", "/orders/?q=T1")]


def house() -> None:
    """Something of everything, so that pages are full rather than empty."""
    at = clock.now()
    warehouses.open_one("HZ", "杭州一仓", by=SYSTEM, at=at)
    bench = Bench(shops.open_one("shanye", "山野杂货", platform="taobao", by=SYSTEM, at=at), at)
    for nth in range(3):
        bench.put(f"T{nth}", buyer_note="送人", due_h=3 * nth - 1)
    met = [bench.put(name, 99).pk for name in ("SHORT", "SHORTER")]
    writing.add(met[1:], Words("缺货", "活动卖超", "从二仓发", "stock", ["急"]), code="out-of-stock", by=SYSTEM, at=at)
    approved = list(Order.objects.filter(stage="approved").values_list("pk", flat=True))
    if approved:
        waves.plan(approved[:2], warehouse_id=Warehouse.objects.get().pk, by=SYSTEM, at=at)
        waves.release([Wave.objects.latest("pk").pk], by=SYSTEM, at=at)


def test_no_page_has_a_serious_finding(page: Page) -> None:
    house()
    axe, found, seen, turned = Axe(), [], 0, set[tuple[int, int, str]]()
    chosen = pages()
    for nth, (name, path) in enumerate(chosen):
        for width, scheme in LOOKS if os.environ.get("ZHANGGUI_EVERY_LOOK") else [LOOKS[nth % len(LOOKS)]]:
            page.set_viewport_size({"width": width, "height": 844})
            # At rest: what is still fading in is judged when it stands.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            answer = None
            # A file to keep is no page to read.
            with contextlib.suppress(Error):
                answer = page.goto(path)
            if answer is None:
                continue
            seen += answer.status == 200
            if answer.status != 200:
                # A page that says no is one page, whoever says it.
                if (answer.status, width, scheme) in turned:
                    continue
                turned.add((answer.status, width, scheme))
            around = None if nth % 32 < len(LOOKS) else FRAME
            for one in axe.run(page, around, ASK).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    found.append((name, path, width, scheme, one["id"], [says(node) for node in one["nodes"][:3]], len(one["nodes"])))
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
    assert seen > len(chosen) / 2


def says(node: dict[str, Any]) -> str:
    why = next((check["message"] for check in [*node["any"], *node["all"], *node["none"]]), "")
    return f"{node['html'][:140]} — {why[:160]}"
