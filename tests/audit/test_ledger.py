"""Entries are appended in the caller's transaction, one after the other, and name no one."""

import contextlib
import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from audit import ledger
from audit.models import Chain, Entry
from audit.verify import verify
from tests.audit.tampering import AT, CHAIN, change, unlock

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=40)
VALUES = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
ENTRY = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["score.saved", "sheet.locked", "role.granted"]),
        "obj": st.sampled_from(["score:1", "sheet:2", "user:3"]),
        "at": st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.timezones()),
        "old": st.none() | VALUES,
        "new": st.none() | VALUES,
        "texts": st.none() | st.dictionaries(st.sampled_from(["evidence", "reason"]), TEXT),
        "reason": TEXT,
    }
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=st.lists(ENTRY, min_size=1, max_size=8), place=st.integers(0, 7))
def test_any_chain_holds_and_none_holds_after_a_change(entries, place):
    with transaction.atomic():
        for fields in entries:
            ledger.record(chain=CHAIN, by=None, **fields)
        findings = verify()
        assert (findings.entries, findings.faults) == (len(entries), ())
        kept = list(Entry.objects.order_by("sequence"))
        assert [entry.sequence for entry in kept] == list(range(1, len(entries) + 1))
        assert len({entry.hash for entry in kept}) == len(entries)
        number = place % len(entries) + 1
        unlock()
        change("reason", number, kept[number - 1].reason + "x")
        [fault] = verify().faults
        assert (fault.chain, fault.sequence) == (CHAIN, number)
        transaction.set_rollback(True)


@given(value=VALUES)
def test_canonical_text_is_one_and_says_the_same(value):
    text = ledger.canonical(value)
    assert json.loads(text) == value
    assert ledger.canonical(dict(reversed(value.items()))) == text


def test_canonical_text_takes_no_number_that_json_has_not():
    with pytest.raises(ValueError, match="JSON compliant"):
        ledger.canonical({"mean": float("nan")})


@pytest.mark.django_db
def test_entry_says_who_what_and_when_by_reference_only():
    officer = User.objects.create_user("officer@x.example", name="Siân ap Rhys")
    deputy = User.objects.create_user("deputy@x.example", name="Łukasz Zieliński")
    at = datetime(2026, 12, 8, 9, 30, 15, 123999, tzinfo=timezone(timedelta(hours=5)))
    with transaction.atomic():
        entry = ledger.record(
            chain=CHAIN,
            action="score.saved",
            obj="score:41",
            by=deputy,
            on_behalf_of=officer,
            at=at,
            old={"value": 3},
            new={"value": 4},
            texts={"evidence": "She named the risk.", "concern": ""},
            reason="typed",
        )
    entry.refresh_from_db()
    chain = Chain.objects.get()
    assert (chain.key, chain.sequence, chain.hash) == (CHAIN, 1, entry.hash)
    evidence = ledger.digest(chain, "She named the risk.")
    assert {name: getattr(entry, name) for name in ENTRY_FIELDS} == {
        "sequence": 1,
        "previous_hash": ledger.first_hash(CHAIN, chain.salt),
        "actor": f"user:{deputy.pk}",
        "on_behalf_of": f"user:{officer.pk}",
        "action": "score.saved",
        "object": "score:41",
        "old": '{"value":3}',
        "new": f'{{"evidence_digest":"{evidence}","value":4}}',
        "reason": "typed",
        "at": datetime(2026, 12, 8, 4, 30, 15, 123000, tzinfo=UTC),
        "request_id": "",
        "app_version": "0.1.0",
    }


class ChangeFailed(Exception):
    """What the caller does with an entry already written."""


ENTRY_FIELDS = [
    "sequence",
    "previous_hash",
    "actor",
    "on_behalf_of",
    "action",
    "object",
    "old",
    "new",
    "reason",
    "at",
    "request_id",
    "app_version",
]


@pytest.mark.django_db
def test_system_acts_where_nobody_does():
    with transaction.atomic():
        entry = ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT)
    assert entry.actor == "system"


@pytest.mark.django_db
def test_naive_time_is_refused():
    with pytest.raises(ledger.NaiveTime):
        ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT.replace(tzinfo=None))
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(ledger.NotInTransaction):
        ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT)
    assert not Entry.objects.exists()
    assert not Chain.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_change_that_is_rolled_back_leaves_no_entry(write):
    write(CHAIN)
    before = list(Chain.objects.values())
    with contextlib.suppress(ChangeFailed), transaction.atomic():
        ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT)
        ledger.record(chain="appointment:2", action="a.b", obj="x:1", by=None, at=AT)
        assert Entry.objects.count() == 3
        raise ChangeFailed
    assert Entry.objects.count() == 1
    assert list(Chain.objects.values()) == before


def _in_threads(work, count):
    """Run the same work in threads of their own connections; return what each raised."""
    raised, start = [], threading.Barrier(count)

    def run(number):
        start.wait()
        try:
            work(number)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_on_one_chain_leave_no_gap():
    """The first entry too is raced for: the chain does not exist yet."""

    def work(number):
        for turn in range(5):
            with transaction.atomic():
                ledger.record(
                    chain=CHAIN, action="a.b", obj=f"x:{number}", by=None, at=AT, new={"t": turn}
                )

    assert _in_threads(work, 20) == []
    sequences = Entry.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 101))
    findings = verify()
    assert (findings.chains, findings.entries, findings.faults) == (1, 100, ())


@pytest.mark.django_db(transaction=True)
def test_two_chains_do_not_wait_for_each_other(write):
    """One panel's transaction stays open while another's begins and ends."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    write(CHAIN)
    write("appointment:2")
    is_held, is_done = threading.Event(), threading.Event()

    def work(number):
        if number == 0:
            with transaction.atomic():
                ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT)
                is_held.set()
                assert is_done.wait(10), "the other chain waited for this one"
        else:
            assert is_held.wait(10)
            write("appointment:2")
            is_done.set()

    assert _in_threads(work, 2) == []
    assert verify().faults == ()


@pytest.mark.django_db(transaction=True)
def test_one_chain_does_wait(write):
    """The negative control: on the same chain the second writer waits for the first."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    write(CHAIN)
    is_held, is_done = threading.Event(), threading.Event()
    waited = []

    def work(number):
        if number == 0:
            with transaction.atomic():
                ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT)
                is_held.set()
                waited.append(not is_done.wait(0.5))
        else:
            assert is_held.wait(10)
            write(CHAIN)
            is_done.set()

    assert _in_threads(work, 2) == []
    assert waited == [True]


@pytest.mark.django_db
def test_digest_depends_on_the_chain():
    with transaction.atomic():
        for key in (CHAIN, "appointment:2"):
            ledger.record(chain=key, action="a.b", obj="x:1", by=None, at=AT, texts={"e": "same"})
    first, second = Entry.objects.values_list("new", flat=True)
    assert first != second
    assert "same" not in first + second
