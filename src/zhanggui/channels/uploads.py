"""An upload looked at before it is taken in, and handed to the worker."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from zhanggui.channels import keeping, offering, queries, remarks, telling, words
from zhanggui.channels.commands import imports, mappings
from zhanggui.channels.formats import formats
from zhanggui.channels.jobs import run_import
from zhanggui.channels.models import Import
from zhanggui.channels.outcome import Result
from zhanggui.channels.reading import asking
from zhanggui.channels.reading.asking import Offer
from zhanggui.channels.reading.cells import CONTROL, normal
from zhanggui.channels.reading.choices import Choices
from zhanggui.channels.reading.choose import choose, known_by
from zhanggui.channels.reading.codes import Code
from zhanggui.channels.reading.fields import ORDER_FIELDS, known_words
from zhanggui.channels.reading.limits import MIB, WEB
from zhanggui.channels.reading.matching import propose
from zhanggui.channels.reading.matching import unsure as guesses
from zhanggui.channels.reading.numbering import HEADING
from zhanggui.channels.reading.opening import open_table
from zhanggui.channels.reading.quoting import kept
from zhanggui.channels.refusals import FileTooLarge
from zhanggui.channels.taking import Options, Taking, digest_of
from zhanggui.channels.taking_orders import OrdersIn
from zhanggui.channels.taking_rows import GoodsIn, StockIn
from zhanggui.channels.telling import Alike, Why
from zhanggui.journal import reaches
from zhanggui.journal.book import ask, command
from zhanggui.kernel import masking
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.errors import Refused
from zhanggui.orders.models import Shop

MOST_MIB = 20
PREVIEWED = 20
NEEDED = ("order_no", "quantity")
# Columns whose cells are a person's: shown masked before and after.
PERSONAL = {
    "name": masking.name,
    "phone": masking.phone,
    "phone2": masking.phone,
    "street": masking.street,
    "street2": masking.street,
    "account": masking.account,
}
# What reports call an account somebody pays or buys with.
ACCOUNTS = frozenset(normal(word) for word in ("买家支付宝账号", "买家支付宝帐号", "支付宝账号", "支付账号", "付款账号", "Alipay Account"))


@dataclass(frozen=True)
class Trouble:
    """One problem of one row, in words. ``file`` is the name of the file it stands in, ``beside`` says it is the second; the first
    problem of a row ``leads``."""

    row: int
    column: str
    code: str
    message: str
    fix: str
    file: str
    beside: bool
    leads: bool = True


@dataclass(frozen=True)
class Look:
    """What a file is, how it would be read, and what would become of it. ``problems``, ``warnings`` and the rejects of ``totals`` are
    the first of them, the figures those of all; ``alike`` says what is worth knowing of rows that come in, each once; ``changed``
    rows are of orders that are here and say something else."""

    format_code: str
    format_title: str
    ranked: list[tuple[str, str, int]]
    kind: str
    encoding: str
    certain: bool
    delimiter: str
    sheet: str
    other_sheets: list[str]
    header: list[str]
    header_row: int
    mapping: dict[str, str]
    saved: bool
    mapped: bool
    preview: list[tuple[int, list[str]]]
    problems: list[Trouble]
    warnings: list[Trouble]
    alike: list[Alike]
    totals: Result
    changed: int
    offers: list[Offer]
    bare: int
    unsure: list[str]
    remarks: list[str]
    companion: bool


def opened(
    kind: str, content: bytes, name: str, *, companion: bytes | None, companion_name: str, shop_id: int | None, by: Actor, options: Options
) -> Taking:
    """The upload as a Taking of its kind. Raises FileTooLarge, or whatever refuses the whole file."""
    if len(content) > MOST_MIB * MIB or len(companion or b"") > MOST_MIB * MIB:
        raise FileTooLarge(mib=MOST_MIB)
    if kind == "orders":
        reaches.within(by.reach, "shop", shop_id or 0)
        shop = Shop.objects.get(pk=shop_id or 0)
        return OrdersIn(
            content, shop=shop, by=by, limits=WEB, options=options, companion=companion, name=name, companion_name=companion_name
        )
    return {"goods": GoodsIn, "stock": StockIn}[kind](content, by=by, limits=WEB, options=options, name=name)


def look(
    content: bytes,
    name: str,
    *,
    kind: str = "orders",
    companion: bytes | None = None,
    companion_name: str = "",
    shop_id: int | None = None,
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
    header_row: int | None = None,
    sheet: str | None = None,
    choices: Mapping[str, str] | None = None,
    create_goods: bool = False,
    update: bool = False,
    strict: bool = False,
    by: Actor,
) -> Look:
    """Everything worth knowing before a file is taken in; nothing is written."""
    matched = dict(mapping) if mapping else None
    options = Options(
        format, matched, create_goods=create_goods, update=update, strict=strict, header_row=header_row, sheet=sheet,
        choices=choices or {},
    )  # fmt: skip
    taking = opened(kind, content, name, companion=companion, companion_name=companion_name, shop_id=shop_id, by=by, options=options)
    table = taking.table
    ranked = [(c.format.code, c.format.title, c.score) for c in choose(table, formats(kind))]
    chosen, saved, unsure = dict(mapping or {}), False, []
    if taking.format.code == "generic" and not chosen:
        known = queries.saved_mapping(kind, header_digest(table.header), shop_id)
        if known is not None:
            chosen, saved = dict(known.mapping), True
        else:
            proposed = propose(table.header)
            chosen, unsure = {field: match.header for field, match in proposed.items()}, guesses(proposed)
    seen = Troubles(taking.names)
    taking.most_told = seen.most
    totals = taking.dry(seen.note)
    return Look(
        format_code=taking.format.code,
        format_title=taking.format.title,
        ranked=ranked,
        kind=table.kind,
        encoding=table.encoding,
        certain=table.certain,
        delimiter=table.delimiter,
        sheet=table.sheet,
        other_sheets=list(table.other_sheets),
        header=list(table.header),
        header_row=table.header_row,
        mapping=chosen,
        saved=saved,
        mapped=kind == "orders",
        preview=tasted(preview_of(table), table.header, chosen),
        problems=seen.problems,
        warnings=seen.warnings,
        alike=seen.alike,
        totals=totals,
        changed=taking.refused["CHANGED"],
        offers=offering.of(taking),
        bare=_bare(taking, totals),
        unsure=unsure,
        remarks=remarks.of(taking),
        companion=taking.companion is not None,
    )


def _bare(taking: Taking, totals: Result) -> int:
    """How many orders that would come in lack whom or where to send them."""
    columns = offering.columns_of(taking)
    if columns is not None and not any(field in columns for field in ("name", "phone", "street")):
        return totals.orders_taken
    return taking.problems[Code.RECIPIENT_BLANK]


class Troubles:
    """What keeps rows out, and what is only worth a look: gathered while the file is read, the first rows of each kept; of what is
    said alike of many rows, how many."""

    def __init__(self, names: Sequence[str], most: int = 200) -> None:
        self.names, self.most = names, most
        self._out: list[tuple[bool, int, list[Why]]] = []
        self._in: list[tuple[bool, int, list[Why]]] = []
        self._alike: dict[Why, tuple[list[int], list[int]]] = {}

    def note(self, outcome: str, rows: Mapping[int, list[Why]], beside: Mapping[int, list[Why]]) -> None:
        """What is said of these rows, and of these of the companion."""
        into = self._out if outcome == "rej" else self._in
        into += [(False, row, whys) for row, whys in rows.items()]
        into += [(True, row, whys) for row, whys in beside.items()]
        if len(into) > 2 * self.most:
            into.sort(key=_place)
            del into[self.most :]
        if into is self._in:
            for row, whys in rows.items():
                for why in whys:
                    self._count(why, row)

    def _count(self, why: Why, row: int) -> None:
        found = self._alike.get(why)
        if found is None:
            if len(self._alike) >= self.most:
                return
            found = self._alike[why] = ([], [0])
        named, many = found
        many[0] += 1
        named.append(row)
        if len(named) > 2 * telling.NAMED:
            named.sort()
            del named[telling.NAMED :]

    @property
    def problems(self) -> list[Trouble]:
        return self._troubles(self._out)

    @property
    def warnings(self) -> list[Trouble]:
        return self._troubles(self._in)

    @property
    def alike(self) -> list[Alike]:
        """What is said of rows that come in, each once, in the order of the rows."""
        found = [telling.alike(why, sorted(named)[: telling.NAMED], many) for why, (named, [many]) in self._alike.items()]
        return sorted(found, key=lambda one: one.rows)

    def _troubles(self, rows: list[tuple[bool, int, list[Why]]]) -> list[Trouble]:
        each = (
            Trouble(row, why.column, why.code, telling.sentence(why, row), words.fix(why.code), self.names[beside], beside, not nth)
            for beside, row, whys in sorted(rows, key=_place)
            for nth, why in enumerate(whys)
        )
        return list(islice(each, self.most))


def _place(one: tuple[bool, int, list[Why]]) -> tuple[bool, int]:
    return one[:2]


def preview_of(table: Any) -> list[tuple[int, list[str]]]:
    """The first rows as text, as they stand."""
    return [
        (row, ["" if cell is None else str(getattr(cell, "raw", cell))[:80] for cell in cells[: WEB.columns]])
        for row, cells in table.preview(PREVIEWED)
    ]


def tasted(rows: Sequence[tuple[int, list[str]]], header: Sequence[str], mapping: Mapping[str, str]) -> list[tuple[int, list[str]]]:
    """These rows as they may be shown: what is a person's is masked by what its column is taken for or called, phones and mail
    addresses wherever they stand; of a column nobody knows only a little is left."""
    taken = {normal(word): field for field, word in mapping.items() if word}
    called = {normal(word): field for field, words in reversed(list(ORDER_FIELDS.items())) for word in words}
    masks = [_mask_of(said, taken.get(said) or called.get(said)) for said in map(normal, header)]
    return [(row, [(masks[at] if at < len(masks) else kept)(text) for at, text in enumerate(cells)]) for row, cells in rows]


def _mask_of(said: str, field: str | None) -> Callable[[str], str]:
    if field in PERSONAL:
        return PERSONAL[field]
    if said in ACCOUNTS:
        return masking.account
    return masking.masked if field is not None or said in known_words() else kept


def header_of(
    content: bytes, name: str, *, kind: str, choices: Mapping[str, str], header_row: int | None, sheet: str | None
) -> list[str]:
    """The words of a file's header; none where it cannot be told yet."""
    knows = known_by(formats(kind))
    try:
        table = open_table(content, limits=WEB, knows=knows, name=name, choices=Choices.of(choices, header_row), sheet=sheet)
    except Refused:
        return []
    return list(table.header)


def remembered(digest: str, header: Sequence[str], *, kind: str, shop_id: int | None) -> dict[str, str]:
    """What was answered before: of the last file of this shop with these columns, and before that of this very file, by its digest."""
    of_file = queries.answers_of_file(kind, digest, shop_id)
    of_columns = queries.answers_of_columns(kind, header_digest(header), shop_id) if header else {}
    return {**of_columns, **of_file}


def header_digest(header: Sequence[str]) -> str:
    """The same for the same headers in the same order, however they are written; the column of numbers we made is not the file's."""
    words = [normal(word) for word in header if word != HEADING]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def submit(
    content: bytes,
    name: str,
    *,
    companion: bytes | None = None,
    companion_name: str = "",
    kind: str = "orders",
    shop_id: int | None = None,
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
    header: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Keep the file sealed and let the worker take it in. Returns the import. ``options``: strict, create_goods, draft, update,
    header_row, sheet, choices. Where ``header`` is said, how it matches our fields, and the choices, are kept for the next file
    that has the same."""
    # A name may hold anything, and one of the databases does not take all of it.
    name, companion_name = CONTROL.sub("", name), CONTROL.sub("", companion_name)
    given = [content] if companion is None else [content, companion]
    digest, size = digest_of(*given, sheet=(options or {}).get("sheet"))
    path, beside = keeping.keep(content), keeping.keep(companion) if companion is not None else ""
    upload = imports.Upload(name, digest, size, path, companion_name, beside)
    taken = False
    try:
        import_id = queue(kind, upload, shop_id, format, dict(mapping or {}), header, dict(options or {}), by=by, at=at)
        taken = Import.objects.filter(pk=import_id, path=path).exists()
    finally:
        # Refused, or the same file was cut off before and goes on with the copy kept then: this one is nobody's.
        if not taken:
            keeping.forget(path)
            keeping.forget(beside)
    return import_id


@command(needs="import.files", takes=("stock",), over="shop@shop_id")
def queue(
    kind: str,
    upload: imports.Upload,
    shop_id: int | None,
    format: str,
    mapping: dict[str, str],
    header: Sequence[str],
    options: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Open the import, ask the worker for it and remember how its header was matched, together."""
    if options.get("update"):
        by.require("order.edit")
    if header:
        said = options.get("choices", {})
        answers = {key: said.get(key, "") for key in asking.OF_COLUMNS if key in said}
        mappings.remember(kind, header_digest(header), mapping, answers, name=upload.file_name, shop_id=shop_id, by=by, at=at)
    import_id = imports.begin(kind, upload, shop_id=shop_id, format=format, mapping=mapping, options=options, by=by, at=at)
    ask(run_import, [import_id], at=at, key=f"import:{import_id}")
    return import_id
