"""Which goods there are."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from zhanggui.catalog.findable import LONGEST, folded
from zhanggui.catalog.models import Sku, normal
from zhanggui.kernel import db


def ids_by_norm(codes: Iterable[str]) -> dict[str, int]:
    """Normal form of a code → SKU id, for those of ``codes`` that are ours and not retired; one statement."""
    norms = {normal(code) for code in codes if code}
    if not norms:
        return {}
    chosen, wanted = db.among("norm", sorted(norms))
    return dict(db.fetch(f"SELECT norm, id FROM catalog_sku WHERE {chosen} AND retired_at IS NULL", [wanted]))


def by_scan(code: str) -> list[Sku]:
    """SKUs a scanner may mean: barcode first, then the code itself."""
    return list(Sku.objects.filter(Q(barcode=code.strip()) | Q(norm=normal(code))).order_by("id")[:10])


def listed(*, search: str = "") -> QuerySet[Sku]:
    """The goods list, by code."""
    rows = Sku.objects.filter(retired_at=None)
    if search:
        rows = rows.filter(Q(code__icontains=search) | Q(name__icontains=search) | Q(barcode=search))
    return rows.order_by("code")


def found(text: str, *, limit: int = 12) -> list[Sku]:
    """Goods for what somebody typed or scanned, the likeliest first: the barcode or the code itself, codes that begin so,
    initials of the pinyin that begin so, and names, specs and initials that hold it. Two statements, each by an index."""
    plain, norm = folded(text), normal(text)
    if not plain:
        return []
    ways = [
        _way(0, "id", "catalog_sku", "barcode = %s AND NOT (barcode = '')", [text.strip()], "id"),
        _way(0, "id", "catalog_sku", "norm = %s", [norm], "id"),
        _way(1, "id", "catalog_sku", *_begins("norm", norm)),
        _way(2, "id", "catalog_sku", *_begins("initials", plain)),
        _way(3, "sku_id", "catalog_ending", *_begins("text", plain[:LONGEST])),
    ]
    sql = " UNION ALL ".join(f"SELECT * FROM ({said} LIMIT %s) way{nth}" for nth, (said, _) in enumerate(ways))
    # Of one piece of goods several endings may begin so, and some goods are retired.
    rows = db.fetch(sql, [value for _, params in ways for value in (*params, limit * 2)])
    ids = list(dict.fromkeys(id_ for id_, _ in sorted(rows, key=lambda row: row[1])))
    by_id = Sku.objects.filter(retired_at=None).in_bulk(ids)
    there = [by_id[id_] for id_ in ids if id_ in by_id]
    return [sku for sku in there if len(plain) <= LONGEST or _holds(sku, plain, norm)][:limit]


def _way(rank: int, column: str, table: str, said: str, params: list[str], order: str) -> tuple[str, list[str]]:
    return f"SELECT {column}, {rank} AS turn FROM {table} WHERE {said} ORDER BY {order}", params


def _begins(column: str, text: str) -> tuple[str, list[str], str]:
    """(condition, parameters, order) for what begins with ``text``, byte by byte: down one index, in its order."""
    beyond = text + "\U0010ffff"
    if connection.vendor == "sqlite":
        return f"{column} >= %s AND {column} < %s", [text, beyond], column
    return f"{column} ~>=~ %s AND {column} ~<~ %s", [text, beyond], f"{column} USING ~<~"


def _holds(sku: Sku, plain: str, norm: str) -> bool:
    """Whether something longer than what the index holds is really there."""
    return plain in folded(f"{sku.name}{sku.spec}") or plain in sku.initials or sku.norm.startswith(norm) or sku.barcode == plain
