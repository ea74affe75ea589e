"""``parse``: phones first, then what is labelled, the address, the name, the goods, the sums; the rest is told as rest."""

import re
from dataclasses import replace

from zhanggui.customers.pasting import amounts, corrected, doors, doubts, goods, labels, names, notes, people, phones, which
from zhanggui.customers.pasting.kinds import ADDRESS, LABEL, NAME, NOTE, NUMBER, OTHERS, PHONE, POSTCODE, SENDER
from zhanggui.customers.pasting.parsed import NO_SUM, NOTHING, Goods, Parsed, Said
from zhanggui.customers.pasting.sheet import Sheet, Token, trimmed

NUMBER_IN = re.compile(r"[A-Za-z]{0,6}-?\d[\dA-Za-z-]{4,34}")
POST = re.compile(r"(?<![\dA-Za-z.-])[0-8]\d{5}(?![\dA-Za-z.-])")
LONGEST = 4_000
# Chat, that can stand beside a phone as well.
NO_NAME = re.compile(r"[吗呢吧啊哦了呀嘛]$|谢|[您你]|麻烦|老板|亲|这个|地址|电话|手机|微信|下单|收货|[发寄送]")
# 郝建(郝先生): said twice.
ALIAS = re.compile(r"\([^()]{1,12}\)?$")
SHOP_ID = re.compile(r"(?=[\w.@*-]*[\d_*@])[A-Za-z0-9_.@*-]{3,40}(?![\u4e00-\u9fff])|[\w.-]*_[\w.-]*")
FULL_NAME = re.compile(r"[A-Z][A-Za-z'’-]*[a-z](?: [A-Z][A-Za-z'’.-]*){1,3}")


def parse(text: str, *, skus: Goods | None = None) -> Parsed:
    """Take a message apart. It never fails, and what nobody understood is in ``rest``.

    Only the first 4,000 characters are read; what follows them is rest.
    """
    sheet = Sheet(text[:LONGEST])
    spoke = labels.chat(sheet)
    zones = labels.find(sheet)
    _of_others(sheet, zones)
    people.senders(sheet, zones)
    number = _number(sheet, zones)
    numbers = phones.find(sheet)
    doubtful = which.put_aside(sheet, _of(zones, "note"))
    called = phones.chosen(numbers, sheet)
    postcode = _postcode(sheet, zones)
    told = _notes(sheet, zones)
    name = _labelled_name(sheet, zones)
    address = doors.take(sheet, _of(zones, "address", "region"))
    if not name:
        name = _name(sheet, address, spoke)
        address = doors.whole(sheet, address)
    address = doors.with_building(sheet, address)
    _quantities(sheet, zones)
    back = corrected.take_back(sheet)
    sums = amounts.labelled(sheet)
    payment = amounts.means(sheet, _of(zones, "payment"))
    _wishes(sheet, told)
    bought, whole = goods.take(sheet, _of(zones, "goods"), skus, back=back)
    _wishes(sheet, told)
    if not name:
        # 苹果2箱李红: what the goods have left.
        name = _name(sheet, address, spoke)
    if "total" not in sums:
        sums["total"] = amounts.bare(sheet)
        if whole is not None and sums["total"].value is None:
            sums["total"] = Said(whole, False, bought[0].spans)
    single = len(bought) == 1 and bought[0].quantity == 1 and bought[0].unit_minor is None
    if single and sums["total"].value is not None and not sums.keys() & {"freight", "discount"}:
        # One piece costs what all of it costs, unless the way is in it.
        bought = (replace(bought[0], unit_minor=sums["total"].value, sure=False),)
    if not postcode:
        postcode = _bare_postcode(sheet)
    sender = Said(spoke[0], False, ((spoke[1], spoke[2]),)) if spoke[0] else NOTHING
    parsed = Parsed(
        text,
        name=name,
        phone=called.phone,
        phone2=called.phone2,
        extension=called.extension,
        country=address.country,
        province=address.province,
        city=address.city,
        district=address.district,
        town=address.town,
        street=address.street,
        postcode=postcode,
        goods=bought,
        total_minor=sums["total"],
        paid_minor=sums.get("paid", NO_SUM),
        freight_minor=sums.get("freight", NO_SUM),
        discount_minor=sums.get("discount", NO_SUM),
        payment=payment,
        note=_told(told),
        number=number,
        sender=sender,
        rest=_rest(sheet, text),
        aside=_aside(sheet, text),
    )
    if not name and _hangs(sheet, address):
        parsed = replace(parsed, street=replace(parsed.street, sure=False))
    two = people.several(sheet, numbers)
    return doubts.told(parsed, sheet, numbers, address.rivals, address=doubtful, people=two)


def _hangs(sheet: Sheet, address: doors.Address) -> bool:
    """131号先红梅138…: where nobody was named, whoever lives there may stand at the end of the door."""
    if not address.street.spans:
        return False
    end = address.street.spans[-1][1]
    return sheet.text[end : end + 1] != "\n" and sheet.beside(end - 1, end, PHONE) and not doors.DOOR_ENDS.search(address.street.value)


def _of(zones: list[labels.Zone], *kinds: str) -> list[tuple[int, int]]:
    return [(zone.start, zone.end) for zone in zones if zone.kind in kinds]


def _of_others(sheet: Sheet, zones: list[labels.Zone]) -> None:
    """Whoever sends is not who receives: what is said of them is left as rest."""
    for start, end in _of(zones, "sender", "sendernumber"):
        sheet.claim(start, end, OTHERS)


def _number(sheet: Sheet, zones: list[labels.Zone]) -> Said[str]:
    for start, end in _of(zones, "number"):
        match = NUMBER_IN.search(sheet.text, start, end)
        if match and not any(sheet.claims[match.start() : match.end()]):
            sheet.claim(match.start(), match.end(), NUMBER)
            return Said(match.group(), True, ((match.start(), match.end()),))
    return NOTHING


def _postcode(sheet: Sheet, zones: list[labels.Zone]) -> Said[str]:
    for start, end in _of(zones, "postcode"):
        match = POST.search(sheet.free, start, end)
        if match:
            sheet.claim(match.start(), match.end(), POSTCODE)
            return Said(match.group(), True, ((match.start(), match.end()),))
    return NOTHING


def _bare_postcode(sheet: Sheet) -> Said[str]:
    """Six figures beside the address."""
    for match in POST.finditer(sheet.free):
        if sheet.beside(match.start(), match.end(), ADDRESS) or sheet.beside(match.start(), match.end(), PHONE):
            sheet.claim(match.start(), match.end(), POSTCODE)
            return Said(match.group(), False, ((match.start(), match.end()),))
    return NOTHING


def _notes(sheet: Sheet, zones: list[labels.Zone]) -> list[tuple[Said[str], bool]]:
    told = []
    for start, end in _of(zones, "note"):
        # A phone in a note stays a phone; the words around it are the note.
        token = trimmed(Token(sheet.text[start:end], start, end))
        if token.text and token.text not in ("无", "没有", "-"):
            sheet.claim_free(token.start, token.end, NOTE)
            told.append((Said(sheet.written(token.start, token.end), True, ((token.start, token.end),)), True))
        elif token.text:
            sheet.claim(token.start, token.end, NOTE)
    return told


def _wishes(sheet: Sheet, told: list[tuple[Said[str], bool]]) -> None:
    """Clauses that are wishes though nobody said so."""
    for clause in list(sheet.clauses()):
        if notes.looks(clause.text) and not (goods.looks(clause.text) and len(clause.text) < 12):
            sheet.claim(clause.start, clause.end, NOTE)
            told.append((Said(sheet.written(clause.start, clause.end), False, ((clause.start, clause.end),)), False))


def _told(told: list[tuple[Said[str], bool]]) -> Said[str]:
    if not told:
        return NOTHING
    ordered = sorted((said for said, _ in told), key=lambda said: said.spans)
    return Said(
        "，".join(said.value for said in ordered),
        all(sure for _, sure in told),
        tuple(span for said in ordered for span in said.spans),
    )


def _labelled_name(sheet: Sheet, zones: list[labels.Zone]) -> Said[str]:
    """Who receives, before who buys; what a shop calls a buyer is rest where a name is said as well, and never sure."""
    found = NOTHING
    for kind in ("name", "buyer", "nick"):
        for start, end in _of(zones, kind):
            found = found or _name_in(sheet, start, end)
        if kind == "nick" and found:
            found = replace(found, sure=False)
        if found:
            break
    if found:
        for start, end in _of(zones, "buyer", "nick"):
            if not any(sheet.claims[start:end]):
                sheet.claim(start, end, OTHERS)
    return found


def _name_in(sheet: Sheet, start: int, end: int) -> Said[str]:
    while start < end and sheet.text[start] in " \t":
        start += 1
    if SHOP_ID.match(sheet.free, start, end):
        # tb_1234 is nobody's name.
        return NOTHING
    whole = FULL_NAME.match(sheet.free, start, end) or names.SPACED.match(sheet.free, start, end)
    tokens = [Token(whole.group(), whole.start(), whole.end())] if whole else list(sheet.tokens(start, end))[:1]
    for token in tokens:
        kept = _bare_name(token)
        if not kept.text or re.search(r"\d{3}", kept.text) or len(kept.text) > 30:
            continue
        if goods.looks(kept.text) or (NO_NAME.search(kept.text) and names.grade(kept.text) < 2):
            # 客户: 在吗.
            continue
        clear = names.grade(kept.text) >= 2 or len(kept.text) <= 4 or whole is not None
        if not clear and len(kept.text) > 8:
            # An address stands behind it without a gap.
            continue
        sheet.claim(token.start, token.end, NAME)
        return Said(names.joined(sheet.written(kept.start, kept.end)), clear, ((kept.start, kept.end),))
    return NOTHING


def _bare_name(token: Token) -> Token:
    """Without (收), 我是 and the like."""
    begin, end = names.bare(token.text)
    text, start = token.text[begin:end], token.start + begin
    text = re.sub(r"[\[(]\d{4}[\])]", "", text)
    alias = ALIAS.search(text)
    if alias and names.grade(text[: alias.start()]):
        text = text[: alias.start()]
    return trimmed(Token(text, start, start + len(text)), extra="()+-#@&·•^.")


def _name(sheet: Sheet, address: doors.Address, spoke: tuple[str, int, int]) -> Said[str]:
    """The likeliest name of those left; the others are its candidates."""
    rated: list[tuple[float, int, Token]] = []
    tokens = list(sheet.tokens())
    for match in FULL_NAME.finditer(sheet.free):
        tokens.append(Token(match.group(), match.start(), match.end()))
    for match in names.SPACED.finditer(sheet.free):
        if sheet.beside(match.start(), match.end(), PHONE) or sheet.beside(match.start(), match.end(), ADDRESS):
            tokens.append(Token(match.group(), match.start(), match.end()))
    for nth, token in enumerate(tokens):
        kept = _bare_name(token)
        grade = names.grade(names.joined(kept.text))
        if not grade:
            continue
        near = 2.0 * sheet.beside(token.start, token.end, PHONE) + 1.0 * sheet.beside(token.start, token.end, ADDRESS)
        taken = kept.text != token.text and names.TAKES.search(token.text) is not None
        near += 2.0 * taken + 0.4 * names.likeness(names.joined(kept.text))
        if address.behind and not address.certain and token.start == address.behind.start:
            continue
        if grade == 1 and near < 1:
            continue
        rated.append((grade * 2 + near + 0.5 * (nth == 0) + 0.1 * len(kept.text.split()), grade, kept))
        if taken and len(kept.text) == 2 and names.grade(token.text) == 3:
            # 李麦收 is a name, and 李麦 receives: a person says which.
            rated.append((grade * 2 + near, grade, token))
    for token_, bonus in ((address.before, 2.0), (address.behind, 3.0 if address.certain else -1.0)):
        if token_ is not None and token_.text:
            grade = names.grade(token_.text)
            rated.append((grade * 2 + bonus + 0.7, grade, token_))
    if not rated:
        rated = _anything(sheet)
    if not rated:
        return Said(spoke[0], False, ((spoke[1], spoke[2]),)) if spoke[0] and names.grade(spoke[0]) >= 2 else NOTHING
    rated.sort(key=lambda one: -one[0])
    score, grade, best = rated[0]
    rivals = [
        one
        for one in rated[1:]
        if one[2].text != best.text and one[0] >= score - 1 and not (one[2].start >= best.start and one[2].end <= best.end)
    ]
    tail = names.TAKES.match(sheet.text, best.end)
    sheet.claim(best.start, tail.end() if tail else best.end, NAME)
    clear = not rivals and ((grade == 3 and score >= 7) or (grade == 2 and score >= 6))
    others = tuple(dict.fromkeys(one[2].text for one in rivals[:4]))
    return Said(names.joined(sheet.written(best.start, best.end)), clear, ((best.start, best.end),), others)


def _anything(sheet: Sheet) -> list[tuple[float, int, Token]]:
    """Where nothing looks like a name: the short words that stand right beside the phone, whatever they are."""
    for clause in sheet.clauses():
        plain = re.fullmatch(r"[\w·.' &-]{2,12}", clause.text) and not re.search(r"\d", clause.text)
        chat = goods.looks(clause.text) or notes.looks(clause.text) or NO_NAME.search(clause.text)
        if plain and not chat and sheet.beside(clause.start, clause.end, PHONE):
            return [(0.0, 0, clause)]
    return []


def _quantities(sheet: Sheet, zones: list[labels.Zone]) -> None:
    """数量: and 规格: belong to the goods before them: their label is freed again, so that goods are read with them."""
    for start, end in _of(zones, "quantity"):
        match = re.compile(r"\d+").search(sheet.text, start, end)
        label = start
        while label and sheet.claims[label - 1] == LABEL:
            label -= 1
        if match:
            sheet.release(label, start)


def _rest(sheet: Sheet, text: str) -> tuple[Said[str], ...]:
    found = [
        Said(text[token.start : token.end], False, ((token.start, token.end),))
        for token in sheet.clauses()
        if re.search(r"\w", token.text)
    ]
    found += _aside(sheet, text)
    if len(text) > LONGEST:
        found.append(Said(text[LONGEST:], False, ((LONGEST, len(text)),)))
    return tuple(sorted(found, key=lambda said: said.spans))


def _aside(sheet: Sheet, text: str) -> tuple[Said[str], ...]:
    return tuple(Said(text[start:end].strip(), False, ((start, end),)) for start, end in _stretches(sheet, OTHERS))


def _stretches(sheet: Sheet, kind: int) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(bytes([kind])) + rb"+", bytes(sheet.claims))]


__all__ = ["SENDER", "parse"]
