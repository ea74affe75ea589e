"""The control page: which parcels there are and how far, with buttons to move them. Plain HTML, no script."""

from collections.abc import Sequence
from html import escape
from typing import Any

STATES = {
    "announced": "已取号", "voided": "已作废", "handed-over": "已交寄", "COLLECT": "已揽收", "HUB": "运输中",
    "DELIVERING": "派送中", "SIGNED": "已签收", "ATTEMPT": "派送失败", "REJECT": "拒收", "RETURN": "已退回", "LOST": "遗失",
}
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>练习快递 Practice courier</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }} 
td, th {{ border-bottom: 1px solid #ccc; padding: .3rem .5rem }} th {{ text-align: left }}
form {{ display: inline }} button {{ font: inherit; padding: .15rem .6rem }} td:first-child {{ font-family: monospace }}
</style></head><body>
<h1>练习快递 Practice courier</h1>
<p>这里的包裹都是练习用的，不会真的寄出。No parcel here is real.</p>
<p>{everything} <a href="/">刷新 Refresh</a></p>
<form method="post" action="/control/faults">
<label>故障 Faults <input name="spec" value="{faults}" size="40" placeholder="error@book:1, hang/before=0.05"></label>
<button>生效 Set</button></form>
<table><thead><tr><th>运单号 Waybill</th><th>参考号 Reference</th><th>目的地 To</th><th>状态 State</th><th></th></tr></thead>
<tbody>
{rows}
</tbody></table>
</body></html>
"""
FORM = """<form method="post" action="/control/advance">{fields}<button>{word}</button></form>"""


def page(parcels: Sequence[dict[str, Any]], faults: str) -> str:
    """Every text that came from outside is escaped."""
    rows = "\n".join(map(_row, parcels)) or '<tr><td colspan="5">还没有包裹。No parcel yet.</td></tr>'
    everything = _form("全部前进一步 Move all one step", steps="1") + " " + _form("全部送达 Deliver all", to="delivered")
    return PAGE.format(rows=rows, everything=everything, faults=escape(faults))


def _row(parcel: dict[str, Any]) -> str:
    state = f"{STATES[parcel['state']]} {parcel['steps']}/{parcel['size']}"
    cells = "".join(f"<td>{escape(text)}</td>" for text in (parcel["waybill"], parcel["reference"], parcel["station"], state))
    moving = parcel["state"] not in ("announced", "voided") and not parcel["ended"]
    waybill = parcel["waybill"]
    buttons = _form("前进 Move", waybills=waybill, steps="1") + _form("送达 Deliver", waybills=waybill, to="delivered")
    return f"<tr>{cells}<td>{buttons if moving else ''}</td></tr>"


def _form(word: str, **fields: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    return FORM.format(fields=hidden, word=word)
