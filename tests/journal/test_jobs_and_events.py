"""What happened is told once it is certain, heard until it is done, and never lost: leases, back-off, quarantine, slots."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.journal.bells import STRIKE, BellRang, heard, poison, ring, ring_within, sweep
from zhanggui.journal import book, events, jobs, queries
from zhanggui.journal.book import ask, tell
from zhanggui.journal.events import Event, slot_before
from zhanggui.journal.models import Beat, Entry, Job, Slot
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.errors import NotAllowed, Refused
from zhanggui.kernel.flow import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    heard.clear()
    poison.clear()
    yield
    heard.clear()


@pytest.fixture
def only_strike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all periodic tasks only ours."""
    monkeypatch.setattr(jobs, "TASKS", STRIKE)


def work(at: datetime, many: int = 100, worker: str = "w") -> tuple[int, int]:
    return jobs.do(jobs.take("quick", worker=worker, at=at, many=many), worker=worker, now=lambda: at)


# Telling


def test_a_handler_hears_what_is_committed_and_nothing_that_was_rolled_back(at: datetime) -> None:
    with pytest.raises(Refused):
        ring([1], by=SYSTEM, at=at, fall=True)
    assert (Entry.objects.count(), Job.objects.count()) == (0, 0)
    ring([2, 3], by=SYSTEM, at=at)
    assert heard == []
    assert work(at) == (2, 0)
    assert heard == [[2, 3], [2, 3]]
    assert Job.objects.count() == 0


def test_the_book_says_who_did_what_to_which(at: datetime, roles: dict[str, Actor]) -> None:
    ring([7], by=roles["reviewer"], at=at)
    event, act = Entry.objects.order_by("id")
    assert (event.name, event.subject_kind, event.subject_id, event.actor_name) == ("BellRang", "bell", 7, "reviewer")
    assert event.facts == {"bell_id": 7, "seen_at": at.isoformat()}
    assert (act.name.rsplit(".", 1)[1], act.subject_id, act.facts) == ("ring", None, {"asked": 1, "done": 1, "refused": 0})
    assert [line.name for line in queries.timeline("bell", 7)] == ["BellRang"]
    tell([BellRang(8)], by=SYSTEM, at=at, moves=[Move(8, 1, "", "ringing")], facts={8: {"why": "测试"}})
    line = queries.timeline("bell", 7, also=[("bell", 8)])[-1]
    assert (line.before, line.after, line.facts) == ("", "ringing", {"bell_id": 8, "seen_at": None, "why": "测试"})


def test_who_may_not_is_refused_before_anything_is_written_and_within_another_verb_it_is_one_act(
    at: datetime, roles: dict[str, Actor]
) -> None:
    with pytest.raises(NotAllowed) as told:
        ring([1], by=roles["readonly"], at=at)
    assert told.value.facts == {"needs": "order.review", "who": "readonly"}
    assert Entry.objects.count() == 0
    # Finance may look at tracking and not review: what a verb calls in its own act is that act.
    ring_within([1], by=roles["finance"], at=at)
    acts = [entry.name.rsplit(".", 1)[1] for entry in Entry.objects.filter(subject_kind="")]
    assert acts == ["ring_within"]


def test_every_verb_is_known_with_its_promise() -> None:
    known = book.COMMANDS[next(name for name in book.COMMANDS if name.endswith(".ring"))]
    assert (known.needs, known.promise) == ("order.review", "Ring these bells. And more words.")
    assert all(each.promise for each in book.COMMANDS.values() if each.call.__module__.startswith("zhanggui."))


def test_many_events_are_heard_in_bundles_that_stay_short(at: datetime) -> None:
    tell([BellRang(n) for n in range(1201)], by=SYSTEM, at=at)
    assert [len(job.payload) for job in Job.objects.order_by("id")] == [500, 500, 201]
    work(at)
    assert [n for bundle in heard for n in bundle] == list(range(1201))


def test_an_event_read_back_is_the_event_and_a_field_since_lost_is_let_go(at: datetime) -> None:
    (facts,) = events.facts_of_all([BellRang(5, at)])
    assert events.event_from(BellRang, {**facts, "gone": 1}).subject_id == 5
    with pytest.raises(TypeError, match="names no subject"):
        type("Nameless", (Event,), {})


# Leases


def test_a_job_in_hand_is_nobody_elses_until_its_lease_ends(at: datetime) -> None:
    ring([1], by=SYSTEM, at=at)
    mine = jobs.take("quick", worker="a", at=at)
    assert len(mine) == 2
    assert jobs.take("quick", worker="b", at=at + jobs.LEASE - timedelta(seconds=1)) == []
    later = at + jobs.LEASE + timedelta(seconds=1)
    theirs = jobs.take("quick", worker="b", at=later)
    assert [(job.id, job.attempts) for job in theirs] == [(job.id, 2) for job in mine]
    # The slow one comes back: what it did is done, what is in another's hands is theirs to tick off.
    assert jobs.do(mine, worker="a", now=lambda: later) == (2, 0)
    assert Job.objects.count() == 2
    poison.add(1)
    assert jobs.do(mine, worker="a", now=lambda: later) == (0, 2)
    assert set(Job.objects.values_list("leased_by", "error")) == {("b", "")}
    poison.clear()
    assert jobs.do(theirs, worker="b", now=lambda: later) == (2, 0)
    assert Job.objects.count() == 0
    poison.add(1)
    assert jobs.do(mine, worker="a", now=lambda: later) == (0, 2)
    assert Job.objects.count() == 0


def test_one_slow_lane_never_takes_from_the_quick(at: datetime) -> None:
    ring([1], by=SYSTEM, at=at)
    assert jobs.take("slow", worker="a", at=at) == []
    ask(sweep, [2], at=at, run_at=at + timedelta(minutes=1))
    assert len(jobs.take("quick", worker="a", at=at)) == 2
    assert len(jobs.take("quick", worker="a", at=at + timedelta(minutes=1))) == 1


# Failing


def test_what_fails_waits_ever_longer_and_then_rests_in_quarantine_without_quoting_anybody(at: datetime) -> None:
    tell([BellRang(1)], by=SYSTEM, at=at)
    poison.add(1)
    now, waits = at, []
    while Job.objects.filter(state="waiting").exists():
        assert work(now) == (0, 1)
        job = Job.objects.get()
        waits.append((job.run_at - now).total_seconds())
        now = max(job.run_at, now + timedelta(seconds=1))
    assert waits[:-1] == [2, 4, 8]
    assert (job.state, job.attempts, job.leased_until) == ("quarantined", 4, None)
    assert job.error.startswith("ValueError at bells.py:")
    assert "secret" not in job.error
    assert work(now + timedelta(days=9)) == (0, 0)
    assert queries.waiting(at=now) == queries.Waiting(due=0, later=0, quarantined=1, oldest_at=None)


def test_one_bad_event_in_a_bundle_does_not_hold_up_the_others(at: datetime) -> None:
    tell([BellRang(n) for n in range(10)], by=SYSTEM, at=at)
    poison.add(4)
    assert work(at) == (0, 1)
    assert work(at + timedelta(seconds=2)) == (0, 1)
    assert Job.objects.count() == 10
    assert work(at + timedelta(seconds=2)) == (9, 1)
    assert [bundle for bundle in heard[2:] if len(bundle) > 1] == []
    left = Job.objects.get()
    assert left.payload == [{"bell_id": 4, "seen_at": None}]


def test_a_job_nobody_knows_any_more_is_shown_not_dropped(at: datetime) -> None:
    db.insert_many(Job, book.JOB, [("gone.forever", "quick", "[1]", None, "waiting", at, at, 0, "", "")])
    assert work(at) == (0, 1)
    assert Job.objects.get().state == "quarantined"


def test_a_failing_job_does_not_undo_those_beside_it(at: datetime) -> None:
    for n in range(5):
        ask(sweep, [n], at=at)
    poison.add(2)
    assert work(at) == (4, 1)
    assert Job.objects.get().payload == [2]


# Asking and slots


def test_asking_twice_while_it_waits_is_asking_once_and_asking_lets_it_out_of_quarantine(at: datetime) -> None:
    for _ in range(3):
        ask(sweep, [1], at=at, key="sweep:1")
    assert Job.objects.count() == 1
    poison.add(1)
    work(at)
    work(at + timedelta(hours=1))
    assert Job.objects.get().state == "quarantined"
    poison.clear()
    ask(sweep, [1], at=at, key="sweep:1")
    assert (Job.objects.get().state, Job.objects.get().attempts) == ("waiting", 0)
    assert work(at) == (1, 0)
    ask(sweep, [1], at=at, key="sweep:1")
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("only_strike")
def test_each_slot_strikes_once_however_many_ask_and_a_missed_one_is_not_made_up(at: datetime) -> None:
    assert [jobs.queue_due(at=at + timedelta(seconds=n)) for n in (0, 1, 60, 299)] == [1, 0, 0, 0]
    assert jobs.queue_due(at=at + timedelta(minutes=5)) == 1
    # A clock that was put back strikes nothing again.
    assert jobs.queue_due(at=at - timedelta(hours=1)) == 0
    assert jobs.queue_due(at=at + timedelta(hours=3)) == 1
    assert Job.objects.count() == 3
    assert Slot.objects.get().due_at == at + timedelta(hours=3)
    work(at + timedelta(hours=3))
    assert heard == [[-1]] * 3


def test_slots_are_counted_from_the_epoch_so_that_all_agree(at: datetime) -> None:
    for seconds in (1, 59, 299):
        assert slot_before(at + timedelta(seconds=seconds), timedelta(minutes=5)) == at
    assert slot_before(at - timedelta(microseconds=1), timedelta(hours=1)) == at - timedelta(hours=1)


# A worker that lives


def test_everything_due_is_done_and_what_it_leads_to(at: datetime) -> None:
    ring([1, 2], by=SYSTEM, at=at)
    assert jobs.run_until_idle(at=lambda: at) == 2
    assert jobs.run_until_idle(at=lambda: at) == 0


def test_a_worker_says_that_it_lives(at: datetime) -> None:
    assert not queries.worker_alive(at=at)
    jobs.Worker()._beat("w", at, 5)
    jobs.Worker()._beat("w", at + timedelta(seconds=5), 9)
    assert (Beat.objects.get().done, queries.worker_alive(at=at + timedelta(seconds=30))) == (9, True)
    assert not queries.worker_alive(at=at + timedelta(minutes=2))
    jobs.Worker()._beat("v", at + timedelta(hours=2), 0)
    assert Beat.objects.get().worker == "v"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("only_strike")
def test_a_worker_whose_starter_is_gone_ends(at: datetime) -> None:
    worker = jobs.Worker(parent=1)
    worker.run()
    assert worker.stopping.is_set()


def test_numbers_are_given_in_turn_and_one_rolled_back_leaves_a_gap_at_most(at: datetime) -> None:
    assert list(book.numbers("a", 3)) == [1, 2, 3]
    assert list(book.numbers("b", 1)) == [1]
    assert list(book.numbers("a", 2)) == [4, 5]
