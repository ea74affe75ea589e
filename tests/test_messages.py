"""The English catalogue: whole, with every hole where the Chinese has it, and English throughout."""

import messages
import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, ngettext, override, pgettext

# Whoever has read the code asks everything of it.
pytestmark = pytest.mark.xdist_group("house")


def test_everything_a_person_reads_has_english() -> None:
    assert messages.missing(messages.known()) == [], "run `make messages`"


def test_nothing_stays_in_the_catalogue_that_nobody_says() -> None:
    assert set(messages.known()) - set(messages.gathered()) == set(), "run `make messages`"


def test_every_hole_of_the_chinese_is_in_the_english() -> None:
    wrong = []
    for zh, said in messages.known().items():
        holes = sorted(set(messages.HOLE.findall(zh)))
        # The form for one may say “one” in words.
        for nth, en in enumerate([said] if isinstance(said, str) else said):
            got = sorted(set(messages.HOLE.findall(en)))
            if got != holes and not (nth == 0 and not isinstance(said, str) and set(got) <= set(holes)):
                wrong.append((zh, en))
    assert not wrong, wrong


def test_the_english_is_english() -> None:
    spoken = [en for said in messages.known().values() for en in ([said] if isinstance(said, str) else said)]
    chinese = [en for en in spoken if messages.CHINESE.search(en.replace("掌柜", ""))]
    assert not chinese, chinese


def test_the_catalogue_is_sorted_and_says_nothing_of_where_and_when() -> None:
    text = messages.CATALOGUE.read_text("utf-8")
    assert "#:" not in text
    assert "POT-Creation-Date" not in text
    with messages.CATALOGUE.open("rb") as stream:
        keys = [messages.key_of(message) for message in read_po(stream, locale="en") if message.id]
    assert keys == sorted(keys)


def test_the_same_word_in_both_languages() -> None:
    with override("zh-hans"):
        assert gettext("订单列表") == "订单列表"
        assert ngettext("%(d)d 天", "%(d)d 天", 1) == ngettext("%(d)d 天", "%(d)d 天", 2) == "%(d)d 天"
    with override("en"):
        assert gettext("订单列表") != "订单列表"
        assert ngettext("%(d)d 天", "%(d)d 天", 1) % {"d": 1} == "1 day"
        assert ngettext("%(d)d 天", "%(d)d 天", 3) % {"d": 3} == "3 days"
        assert (pgettext("button", "反审核"), gettext("反审核")) == ("Unapprove", "Unapprove orders"), (
            "a button, and what a role may"
        )
