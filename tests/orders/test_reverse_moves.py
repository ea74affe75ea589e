"""Every two moves that take something back, in either order and at once: nothing is lost, the sums are right, the books agree."""

from collections.abc import Iterator
from itertools import combinations, permutations
from pathlib import Path

import pytest

from tests.flows.team import Team, begun
from tests.fulfilment.floor import Floor
from tests.orders import reversing
from tests.orders.reversing import BACK, MOVES

HANDS = 2
WHOLE = 6_000


@pytest.fixture
def team(tmp_path: Path, transactional_db: None) -> Iterator[Team]:
    yield from begun(HANDS, tmp_path, "tests.orders.reversing")


def after(moves: dict[str, bool]) -> tuple[int, int, int, int]:
    """What six pieces at ten yuan come to once these moves were done or refused."""
    left = WHOLE - (BACK if moves.get("refund") else 0)
    return 6, WHOLE, left, left


@pytest.mark.django_db
@pytest.mark.one_leg
@pytest.mark.capability("A-10", "A-13", "P-06")
def test_one_after_the_other_in_either_order(floor: Floor) -> None:
    pairs = list(permutations(MOVES, 2))
    ids = reversing.prepare(pairs, floor)
    done = dict.fromkeys(MOVES, 0)
    for (one, other), order_id in zip(pairs, ids, strict=True):
        made = {move: reversing.act(move, order_id) for move in (one, other)}
        assert reversing.sums(order_id) == after(made), (one, other, made)
        for move, was in made.items():
            done[move] += was
    # Each of them really happened with most of the others, before and after.
    assert all(many > len(MOVES) / 2 for many in done.values()), done
    reversing.clean()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(240)
@pytest.mark.xdist_group("race")
@pytest.mark.capability("A-10", "A-13", "P-06", "A-16")
def test_both_at_once_and_only_by_their_guards(team: Team, on_postgres: bool) -> None:
    pairs = list(combinations(MOVES, 2))
    for pair, order_id in zip(pairs, team.one("prepare", pairs), strict=True):
        made = dict(zip(pair, team.all("act", each=[(move, order_id) for move in pair]), strict=True))
        assert team.one("sums", order_id) == after(made), (pair, made)
    team.one("clean")

    asked = team.one("waits_for_finance", 4)
    for order_id in asked[:2]:
        # Money that is in order and a hold: whoever is first, the hold stays.
        team.all("at_once", each=[("accept", order_id), ("hold", order_id)])
        stage, stops, open_, _told = team.one("stands", order_id)
        assert (stops, open_) == (1, 1)
        assert stage in ("approved", "pending_review")
    # Given back while it is cancelled: nothing is held that is over.
    team.all("at_once", each=[("give_back", asked[2]), ("cancel", asked[2])])
    assert team.one("stands", asked[2])[:3] == ("cancelled", 0, 0)
    # Let go by two, it is let go once.
    before = team.one("stands", asked[0])[3]
    assert sorted(team.all("at_once", "let_go", asked[0])) == [False, True]
    assert team.one("stands", asked[0])[2:] == (0, before + 1)
    gone, stopped, unguarded = team.one("packed", 3)
    for order_id in (gone, stopped):
        # All its money goes back while it leaves: either it is gone, or it is stopped, never both.
        shipped, back = team.all("at_once", each=[("ship", order_id), ("refund", order_id)])
        assert back
        assert team.one("stands", order_id)[:2] == (("shipped", 0) if shipped else ("fulfilling", 1))
    team.one("clean")

    if not on_postgres:
        return
    # The same without their guards. SQLite has one writer, a guard of its own.
    team.all("at_once", each=[("give_back", asked[3], "orders.lock"), ("cancel", asked[3], "orders.lock")])
    assert team.one("stands", asked[3])[:3] == ("cancelled", 1, 1)
    team.one("on_hold", [asked[1]])
    before = team.one("stands", asked[1])[3]
    team.all("at_once", "let_go", asked[1], "orders.lock")
    assert team.one("stands", asked[1])[3] == before + 2
    team.all("at_once", each=[("ship", unguarded, "payments.lock"), ("refund", unguarded, "payments.lock")])
    stage, _stops, open_, _told = team.one("stands", unguarded)
    assert (stage, open_) == ("shipped", 1)
