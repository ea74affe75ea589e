"""What must always be true, each as a question whose right answer is no rows."""

from typing import NamedTuple

from zhanggui.fulfilment.states import PARCEL, WAVE
from zhanggui.orders.holding import stopping
from zhanggui.orders.states import ORDER

# As both databases read it; MATCHES in a question becomes each one's own word.
MOBILE = "(^|[^0-9])1[3-9][0-9]{9}([^0-9]|$)"
MATCHES = {"sqlite": "REGEXP", "postgresql": "~"}


class Invariant(NamedTuple):
    code: str
    says: str
    sql: str


def _pairs(pairs: set[tuple[str, str]]) -> str:
    return ", ".join(f"('{before}', '{after}')" for before, after in sorted(pairs))


def _history(kind: str, table: str, pairs: str, starts: tuple[str, ...], stays: str = "") -> list[Invariant]:
    """``stays``: an event that counts as a step and leaves its subject where it stands."""
    still = f" AND NOT (name = '{stays}' AND before = after)" if stays else ""
    begins = ", ".join(f"'{state}'" for state in starts)
    return [
        Invariant(
            "I08",
            f"every step of every {kind} is in its table of moves",
            f"SELECT subject_id, seq, before, after FROM journal_entry WHERE subject_kind = '{kind}' AND seq IS NOT NULL "
            f"AND (before, after) NOT IN (VALUES {pairs}) AND NOT (seq = 1 AND before = '' AND after IN ({begins})){still}",
        ),
        Invariant(
            "I08",
            f"the history of every {kind} has no gap and ends at its state now",
            f"SELECT t.id, t.stage, t.version, h.steps, h.last FROM {table} t LEFT JOIN ("
            "SELECT subject_id, COUNT(*) AS steps, MAX(seq) AS last FROM journal_entry "
            f"WHERE subject_kind = '{kind}' AND seq IS NOT NULL GROUP BY subject_id) h ON h.subject_id = t.id "
            "LEFT JOIN journal_entry e ON e.subject_kind = '" + kind + "' AND e.subject_id = t.id AND e.seq = h.last "
            "WHERE h.steps IS NULL OR h.steps <> h.last OR h.last <> t.version OR e.after <> t.stage",
        ),
    ]


INVARIANTS: list[Invariant] = [
    Invariant(
        "I01",
        "nothing is oversold: 0 ≤ claimed ≤ on hand",
        "SELECT id, sku_id, on_hand, claimed FROM stock_level WHERE claimed < 0 OR on_hand < 0 OR claimed > on_hand",
    ),
    Invariant(
        "I02",
        "the ledger adds up to every level",
        "SELECT l.id, l.sku_id, l.on_hand, COALESCE(g.total, 0) FROM stock_level l LEFT JOIN "
        "(SELECT level_id, SUM(delta) AS total FROM stock_ledger GROUP BY level_id) g ON g.level_id = l.id "
        "WHERE l.on_hand <> COALESCE(g.total, 0)",
    ),
    Invariant(
        "I02",
        "the ledger adds up to every shelf",
        "SELECT s.id, s.bin_id, s.sku_id, s.pieces, COALESCE(g.total, 0) FROM stock_shelf s LEFT JOIN "
        "(SELECT bin_id, sku_id, SUM(delta) AS total FROM stock_ledger GROUP BY bin_id, sku_id) g "
        "ON g.bin_id = s.bin_id AND g.sku_id = s.sku_id WHERE s.pieces <> COALESCE(g.total, 0)",
    ),
    Invariant(
        "I02",
        "shelves add up to levels",
        "SELECT l.id, l.sku_id, l.on_hand, COALESCE(t.total, 0) FROM stock_level l LEFT JOIN ("
        "SELECT b.warehouse_id, s.sku_id, SUM(s.pieces) AS total FROM stock_shelf s JOIN stock_bin b ON b.id = s.bin_id "
        "GROUP BY b.warehouse_id, s.sku_id) t ON t.warehouse_id = l.warehouse_id AND t.sku_id = l.sku_id "
        "WHERE l.on_hand <> COALESCE(t.total, 0)",
    ),
    Invariant(
        "I03",
        "open claims add up to what is claimed",
        "SELECT l.id, l.sku_id, l.claimed, COALESCE(c.total, 0) FROM stock_level l LEFT JOIN "
        "(SELECT level_id, SUM(pieces) AS total FROM stock_claim WHERE state = 'open' GROUP BY level_id) c ON c.level_id = l.id "
        "WHERE l.claimed <> COALESCE(c.total, 0)",
    ),
    Invariant(
        "I03",
        "an order the warehouse may work on has every line claimed, no more and no less",
        "SELECT o.id, o.stage, n.id, n.quantity, c.pieces FROM orders_order o JOIN orders_line n ON n.order_id = o.id "
        "LEFT JOIN stock_claim c ON c.for_line = n.id AND c.state = 'open' "
        "WHERE o.stage IN ('approved', 'fulfilling') AND (c.pieces IS NULL OR c.pieces <> n.quantity)",
    ),
    Invariant(
        "I03",
        "no other order holds a claim",
        "SELECT c.id, c.for_order, o.stage FROM stock_claim c LEFT JOIN orders_order o ON o.id = c.for_order "
        "WHERE c.state = 'open' AND (o.id IS NULL OR o.stage NOT IN ('approved', 'fulfilling'))",
    ),
    Invariant(
        "I04",
        "what a claim issued, the ledger wrote once and whole",
        "SELECT c.id, c.pieces, COALESCE(g.total, 0) FROM stock_claim c LEFT JOIN "
        "(SELECT claim_id, SUM(delta) AS total FROM stock_ledger WHERE kind = 'issued' GROUP BY claim_id) g ON g.claim_id = c.id "
        "WHERE (c.state = 'issued' AND COALESCE(g.total, 0) <> -c.pieces) OR (c.state <> 'issued' AND g.total IS NOT NULL)",
    ),
    Invariant(
        "I05",
        "each shop's number is here once",
        "SELECT shop_id, platform_no, part, COUNT(*) FROM orders_order GROUP BY shop_id, platform_no, part HAVING COUNT(*) > 1",
    ),
    Invariant(
        "I10",
        "every order adds up: lines are its goods, goods − discount + freight its total",
        "SELECT o.id, o.goods_minor, n.goods, o.total_minor FROM orders_order o JOIN "
        "(SELECT order_id, SUM(total_minor) AS goods, SUM(quantity) AS pieces, COUNT(*) AS kinds FROM orders_line GROUP BY order_id) n "
        "ON n.order_id = o.id WHERE n.goods <> o.goods_minor OR n.pieces <> o.pieces OR n.kinds <> o.kinds "
        "OR o.total_minor <> o.goods_minor - o.discount_minor + o.freight_minor",
    ),
    Invariant(
        "I11",
        "what came in and what went back is what the book of money adds up to, and no more went back than came",
        "SELECT a.id, a.order_id, a.came_minor, a.back_minor, COALESCE(g.came, 0), COALESCE(g.back, 0) FROM payments_account a LEFT JOIN ("
        "SELECT account_id, SUM(CASE WHEN kind IN ('opening', 'receipt') THEN amount_minor ELSE 0 END) AS came, "
        "SUM(CASE WHEN kind = 'refund' THEN amount_minor ELSE 0 END) AS back FROM payments_ledger GROUP BY account_id) g "
        "ON g.account_id = a.id WHERE a.came_minor <> COALESCE(g.came, 0) OR a.back_minor <> COALESCE(g.back, 0) OR a.back_minor > a.came_minor",
    ),
    Invariant(
        "I11",
        "an order counts as paid what its account holds",
        "SELECT o.id, o.number, o.paid_minor, a.came_minor, a.back_minor FROM payments_account a JOIN orders_order o ON o.id = a.order_id "
        "WHERE o.paid_minor <> a.came_minor - a.back_minor",
    ),
    Invariant(
        "I12",
        "a line ships what was bought, once its order is shipped from here",
        "SELECT n.id, n.quantity, n.shipped, p.pieces FROM orders_line n JOIN "
        "(SELECT l.order_line_id, SUM(l.pieces) AS pieces FROM fulfilment_parcelline l JOIN fulfilment_parcel p ON p.id = l.parcel_id "
        "WHERE p.stage = 'shipped' GROUP BY l.order_line_id) p ON p.order_line_id = n.id "
        "WHERE p.pieces <> n.quantity OR n.shipped <> n.quantity",
    ),
    Invariant(
        "I13",
        "a waybill number is used once",
        "SELECT carrier_id, number, cycle, COUNT(*) FROM fulfilment_waybill WHERE number <> '' "
        "GROUP BY carrier_id, number, cycle HAVING COUNT(*) > 1",
    ),
    Invariant(
        "I14",
        "a parcel has at most one live waybill, and a shipped one has an issued one",
        "SELECT p.id, p.stage, COUNT(w.id) FROM fulfilment_parcel p LEFT JOIN fulfilment_waybill w ON w.parcel_id = p.id "
        "AND w.state IN ('pending', 'issued', 'unknown') GROUP BY p.id, p.stage "
        "HAVING COUNT(w.id) > 1 OR (p.stage = 'shipped' AND COUNT(w.id) = 0)",
    ),
    Invariant(
        "I17",
        "orders and parcels agree on what has left",
        "SELECT o.id, o.stage, p.id, p.stage FROM orders_order o JOIN (SELECT order_id, id, stage FROM fulfilment_parcel "
        "UNION ALL SELECT f.order_id, q.id, q.stage FROM fulfilment_fellow f JOIN fulfilment_parcel q ON q.id = f.parcel_id) p "
        "ON p.order_id = o.id WHERE (p.stage = 'shipped' AND o.stage NOT IN ('shipped', 'delivered', 'completed')) "
        "OR (p.stage IN ('waiting', 'packing', 'packed') AND o.stage <> 'fulfilling')",
    ),
    Invariant(
        "I17",
        "an order carries the number of open holds that stop it",
        f"SELECT o.id, o.holds, COUNT(h.id) FROM orders_order o LEFT JOIN orders_hold h ON {stopping('o')} "
        "GROUP BY o.id, o.holds HAVING o.holds <> COUNT(h.id)",
    ),
    Invariant(
        "I23",
        "a parcel holds the goods of the orders it is made for, and of no other",
        "SELECT l.parcel_id, n.order_id FROM fulfilment_parcelline l JOIN fulfilment_parcel p ON p.id = l.parcel_id "
        "JOIN orders_line n ON n.id = l.order_line_id WHERE p.stage <> 'voided' AND n.order_id <> p.order_id AND NOT EXISTS "
        "(SELECT 1 FROM fulfilment_fellow f WHERE f.parcel_id = l.parcel_id AND f.order_id = n.order_id)",
    ),
    Invariant(
        "I23",
        "merged orders are in the warehouse together or not at all",
        "SELECT o.bundle_id, COUNT(*) FROM orders_order o WHERE o.bundle_id IS NOT NULL GROUP BY o.bundle_id "
        "HAVING SUM(CASE WHEN o.stage IN ('pending_review', 'approved', 'cancelled') THEN 1 ELSE 0 END) NOT IN (0, COUNT(*))",
    ),
    Invariant(
        "I23",
        "a part of an order bears the number its shop knows the whole by",
        "SELECT o.id, o.number, w.number FROM orders_order o LEFT JOIN orders_order w ON w.id = o.split_from_id "
        "WHERE (o.part > 0 OR o.split_from_id IS NOT NULL) AND (w.id IS NULL OR w.split_from_id IS NOT NULL OR o.part = 0 "
        "OR w.platform_no <> o.platform_no OR w.shop_id <> o.shop_id)",
    ),
    Invariant(
        "I20",
        "every row of every finished import has one outcome",
        "SELECT i.id, i.rows_in, i.rows_ok, i.rows_duplicate, i.rows_rejected, i.rows_blank, r.many FROM channels_import i LEFT JOIN "
        "(SELECT of_id, COUNT(*) AS many FROM channels_importrow GROUP BY of_id) r ON r.of_id = i.id WHERE i.state = 'done' AND "
        "(i.rows_in <> i.rows_ok + i.rows_duplicate + i.rows_rejected + i.rows_blank "
        "OR COALESCE(r.many, 0) <> i.rows_ok + i.rows_duplicate + i.rows_rejected)",
    ),
    Invariant(
        "I20",
        "the numbers of every import are those of its rows, however it ended",
        "SELECT i.id, i.state, i.rows_ok, r.ok, i.rows_duplicate, r.dup, i.rows_rejected, r.rej, i.orders_created, r.made "
        "FROM channels_import i LEFT JOIN (SELECT of_id, SUM(CASE WHEN outcome IN ('ok', 'upd') THEN 1 ELSE 0 END) AS ok, "
        "SUM(CASE WHEN outcome = 'dup' THEN 1 ELSE 0 END) AS dup, SUM(CASE WHEN outcome = 'rej' THEN 1 ELSE 0 END) AS rej, "
        "COUNT(DISTINCT CASE WHEN outcome = 'ok' AND file = 0 THEN subject_id END) AS made FROM channels_importrow GROUP BY of_id) r "
        "ON r.of_id = i.id WHERE COALESCE(r.ok, 0) <> i.rows_ok OR COALESCE(r.dup, 0) <> i.rows_duplicate "
        "OR COALESCE(r.rej, 0) <> i.rows_rejected OR (i.kind = 'orders' AND COALESCE(r.made, 0) <> i.orders_created)",
    ),
    Invariant(
        "I22",
        "a parcel packs at most what was bought, and is closed only when whole",
        "SELECT l.id, l.pieces, l.packed, p.stage FROM fulfilment_parcelline l JOIN fulfilment_parcel p ON p.id = l.parcel_id "
        "WHERE l.packed > l.pieces OR (p.stage IN ('packed', 'shipped') AND l.packed <> l.pieces)",
    ),
    Invariant(
        "I27",
        "no phone stands in clear beside a sealed recipient",
        "SELECT id FROM customers_recipient WHERE (masked_phone <> '' AND masked_phone NOT LIKE '%%*%%') "
        "OR (LENGTH(masked_name) > 1 AND masked_name NOT LIKE '%%*%%') OR (masked_street <> '' AND masked_street NOT LIKE '%%*%%')",
    ),
    Invariant(
        "I27",
        "province, city and district hold no door beside a sealed recipient",
        "SELECT id, country FROM customers_recipient WHERE "
        + " OR ".join(f"province || '|' || city || '|' || district LIKE '%%{sign}%%'" for sign in (*"0123456789", "号", "室")),
    ),
    Invariant(
        "I27",
        "no mobile phone stands in clear in a note (one from before they were masked: zhanggui keys reseal)",
        f"SELECT id, number FROM orders_order WHERE buyer_note MATCHES '{MOBILE}' OR seller_note MATCHES '{MOBILE}' "
        f"OR internal_note MATCHES '{MOBILE}' OR id IN (SELECT order_id FROM orders_line WHERE note MATCHES '{MOBILE}')",
    ),
    Invariant(
        "I27",
        "no mobile phone stands in clear in what was noted of problems",
        f"SELECT id, order_id FROM lessons_lesson WHERE problem MATCHES '{MOBILE}' OR cause MATCHES '{MOBILE}' OR solution MATCHES '{MOBILE}' "
        f"OR id IN (SELECT lesson_id FROM lessons_tag WHERE word MATCHES '{MOBILE}')",
    ),
    Invariant(
        "I31",
        "a lesson helped as many orders as it was used for",
        "SELECT l.id, l.helped, COUNT(u.id) FROM lessons_lesson l LEFT JOIN lessons_use u ON u.lesson_id = l.id "
        "GROUP BY l.id, l.helped HAVING l.helped <> COUNT(u.id)",
    ),
    *_history("order", "orders_order", _pairs(ORDER.pairs), ORDER.starts, "OrderChanged"),
    *_history("wave", "fulfilment_wave", _pairs(WAVE.pairs), WAVE.starts),
    *_history("parcel", "fulfilment_parcel", _pairs(PARCEL.pairs), PARCEL.starts),
]
