"""Many at once, each on a connection of their own: one wins, nobody is overwritten."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from appointments.stages import Stage
from assessments.models import Receipt, Score, ScoreSheet
from assessments.services import sheets as service
from audit.models import Entry
from audit.verify import verify_chain
from tests.assessments.worlds import AT, criteria_of, fill_member, lock, make_world

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls):
    """Run every call in its own thread, all from one starting line; return results or errors."""
    line = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            line.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def change(sheet, criterion, value, key):
    def call():
        return service.save_score(
            sheet=ScoreSheet.objects.get(pk=sheet.pk),
            criterion=criterion,
            key=key,
            version=0,
            change=service.Change(value=value, evidence=f"Note {value}"),
            by=sheet.member.person.user,
            at=AT,
        )

    return call


def test_save_score_forty_at_once_on_one_version_one_is_saved():
    world = make_world(1, 1)
    sheet = world.sheet()
    criterion = criteria_of(sheet)[0]
    results = at_once([change(sheet, criterion, 1 + n % 5, uuid4()) for n in range(40)])
    assert Counter(type(result).__name__ for result in results) == {
        "dict": 1,
        "ChangedElsewhere": 39,
    }
    score = Score.objects.get()
    assert (score.version, score.value) == (1, 1 + results.index(_won(results)) % 5)
    saved = {error.saved["value"] for error in results if not isinstance(error, dict)}
    assert saved == {score.value}
    assert Receipt.objects.count() == 1
    assert Entry.objects.filter(action="score.saved").count() == 1
    assert Entry.objects.filter(action="blueprint.frozen").count() == 1
    assert verify_chain(world.appointment.chain).faults == ()


def _won(results):
    return next(result for result in results if isinstance(result, dict))


def test_save_score_one_change_sent_ten_times_at_once_gets_one_reply():
    world = make_world(1, 1)
    sheet, key = world.sheet(), uuid4()
    results = at_once([change(sheet, criteria_of(sheet)[0], 3, key) for _ in range(10)])
    assert results == [{"version": 1, "saved_at": AT.isoformat()}] * 10
    assert (Score.objects.count(), Receipt.objects.count()) == (1, 1)
    assert Entry.objects.filter(action="score.saved").count() == 1


def test_lock_sheets_two_last_members_at_once_move_the_stage_once():
    world = make_world(3, 2)
    for member in range(3):
        fill_member(world, member, 4)
    lock(world, 0)
    results = at_once([lambda: lock(world, 1), lambda: lock(world, 2)])
    assert [len(result) for result in results] == [2, 2]
    assert world.stage() == Stage.SCORED
    assert not ScoreSheet.objects.filter(locked_at=None).exists()
    moves = Entry.objects.filter(action="appointment.moved", new='{"stage":"SCORED"}')
    assert moves.count() == 1
    assert verify_chain(world.appointment.chain).faults == ()


def test_lock_sheets_the_same_member_twice_at_once_locks_once():
    world = make_world(2, 2)
    fill_member(world, 0, 4)
    results = at_once([lambda: lock(world, 0), lambda: lock(world, 0)])
    assert sorted(len(result) for result in results) == [0, 2]
    assert Entry.objects.filter(action="sheet.locked").count() == 2


def test_lock_and_save_at_once_never_change_a_locked_sheet():
    world = make_world(2, 1)
    fill_member(world, 0, 4)
    sheet = world.sheet()
    criterion = criteria_of(sheet)[0]

    def save_again():
        return service.save_score(
            sheet=sheet,
            criterion=criterion,
            key=uuid4(),
            version=1,
            change=service.Change(value=2),
            by=world.user(0),
            at=AT,
        )

    saved, locked = at_once([save_again, lambda: lock(world, 0)])
    assert len(locked) == 1
    assert isinstance(saved, dict | service.SheetLocked)
    kept = Score.objects.get(sheet=sheet, criterion=criterion)
    assert (kept.value, kept.version) == ((2, 2) if isinstance(saved, dict) else (4, 1))
