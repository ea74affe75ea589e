"""Which goods there are."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

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
