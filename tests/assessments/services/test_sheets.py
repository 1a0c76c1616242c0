"""Opening, saving and locking: nothing lost, nothing twice, nothing newer overwritten."""

from datetime import timedelta
from uuid import uuid4

import pytest

from appointments.services import move_stage, withdraw_application
from appointments.stages import MoveNotAllowed, Stage
from assessments.models import Receipt, Score, ScoreSheet
from assessments.queries.outcome import NotEverybodyLocked
from assessments.services.sheets import (
    EVIDENCE_LIMIT,
    CannotOpen,
    CannotSave,
    ChangedElsewhere,
    Incomplete,
    KeyReused,
    ScoringClosed,
    SheetLocked,
    close_scoring,
    save_overall_view,
)
from audit.models import Entry
from panels.services import CompositionFails, OpenAlready, stand_down
from rubrics.models import Blueprint
from tests.assessments import worlds
from tests.assessments.worlds import AT, fill, fill_member, lock, make_world, save

BLANK = {
    "value": None,
    "is_not_assessed": False,
    "not_assessed_reason": "",
    "evidence": "",
    "is_concern": False,
    "concern": "",
}


def scores(sheet):
    return list(
        sheet.scores.order_by("criterion__position").values_list(
            "criterion__position", "value", "evidence", "version"
        )
    )


def entries(world, action):
    chain = world.appointment.chain
    return list(Entry.objects.filter(chain=chain, action=action).order_by("sequence"))


def view_of(sheet, view, version=0, key=None):
    return save_overall_view(
        sheet=sheet,
        key=key or uuid4(),
        version=version,
        view=view,
        by=sheet.member.person.user,
        at=AT,
    )


# --- opening ---------------------------------------------------------------------------------


def test_open_scoring_lays_out_a_sheet_per_scoring_member_candidate_and_exercise(db):
    world = make_world(2, 2, exercises=2, is_open=False)
    worlds.invite(world, "Observer", "observer@north.example", scores=False)
    worlds.declare_none(world, 2)
    worlds.open_world(world)
    exercises = list(world.blueprint.exercises.values_list("pk", flat=True))
    assert set(
        ScoreSheet.objects.values_list("member", "application", "exercise", "locked_at")
    ) == {
        (world.members[m].pk, application.pk, exercise, None)
        for m in (0, 1)
        for application in world.applications
        for exercise in exercises
    }
    assert world.stage() == Stage.IN_SESSION
    (entry,) = entries(world, "scoring.opened")
    assert (entry.new, entry.reason) == ('{"sheets":8}', worlds.OVERRIDE)


def test_open_scoring_recused_member_has_no_sheet_for_that_candidate(db):
    world = make_world(2, 2, is_declared=False)
    worlds.declare_none(world, 0)
    worlds.recuse(world, 1, candidate=0)
    worlds.declare(
        member=world.members[1],
        application=world.applications[1],
        has_interest=False,
        statement="",
        by=world.user(1),
        at=AT,
    )
    worlds.open_world(world)
    assert [s.application_id for s in world.sheets(1)] == [world.applications[1].pk]
    assert len(world.sheets(0)) == 2


def test_open_scoring_declared_interest_that_stays_has_a_sheet(db):
    world = make_world(2, 1, is_declared=False)
    worlds.declare_none(world, 0)
    worlds.recuse(world, 1, candidate=0, outcome="STAYS")
    worlds.open_world(world)
    assert len(world.sheets(1)) == 1


def test_open_scoring_without_candidates_opens_nothing(db):
    world = make_world(2, 0, is_open=False)
    with pytest.raises(CannotOpen, match="Nobody is shortlisted"):
        worlds.open_world(world)
    world.panel.refresh_from_db()
    assert (world.panel.opened_at, world.stage()) == (None, Stage.SHORTLISTING)


def test_open_scoring_undeclared_member_is_named_and_nothing_opens(db):
    world = make_world(2, 2, is_declared=False)
    worlds.declare_none(world, 0)
    with pytest.raises(CannotOpen, match="Łukasz Wiśniewski") as caught:
        worlds.open_world(world)
    assert "Siân" not in str(caught.value)
    world.panel.refresh_from_db()
    assert (world.panel.opened_at, ScoreSheet.objects.count()) == (None, 0)


def test_open_scoring_undecided_interest_does_not_open(db):
    world = make_world(2, 1, is_declared=False)
    worlds.declare_none(world, 0)
    worlds.declare(
        member=world.members[1],
        application=world.applications[0],
        has_interest=True,
        statement="My former registrar.",
        by=world.user(1),
        at=AT,
    )
    with pytest.raises(CannotOpen, match="Łukasz Wiśniewski"):
        worlds.open_world(world)


def test_open_scoring_nobody_who_scores_rolls_everything_back(db):
    world = make_world(0, 1, is_open=False)
    worlds.invite(world, "Observer", "observer@north.example", scores=False)
    worlds.declare_none(world, 0)
    before = Entry.objects.count()
    with pytest.raises(CannotOpen, match="No member of the panel can score"):
        worlds.open_world(world)
    world.panel.refresh_from_db()
    assert (world.panel.opened_at, world.stage()) == (None, Stage.SHORTLISTED)
    assert Entry.objects.count() == before


def test_open_scoring_composition_fails_without_an_override(db):
    world = make_world(is_open=False)
    with pytest.raises(CompositionFails) as caught:
        worlds.open_world(world, override_reason="  ")
    assert caught.value.composition.blockers
    assert (world.stage(), ScoreSheet.objects.count()) == (Stage.SHORTLISTED, 0)


def test_open_scoring_override_is_kept_with_what_was_not_met(db):
    world = make_world()
    world.panel.refresh_from_db()
    assert world.panel.override_reason == worlds.OVERRIDE
    assert any(f["state"] == "FAILS" and f["stops"] for f in world.panel.composition)


def test_open_scoring_sound_panel_keeps_no_override_anywhere(db):
    world = make_world(candidates=1, seats=worlds.SEATS)
    world.panel.refresh_from_db()
    assert world.panel.override_reason == ""
    assert [entry.reason for entry in entries(world, "scoring.opened")] == [""]


def test_open_scoring_twice_opens_once(db):
    world = make_world()
    with pytest.raises(OpenAlready):
        worlds.open_world(world)
    assert (ScoreSheet.objects.count(), len(entries(world, "scoring.opened"))) == (4, 1)


# --- saving ----------------------------------------------------------------------------------


def test_save_score_first_and_next_version(world):
    sheet = world.sheet()
    first = save(sheet, 0, value=3, evidence="Spoke up")
    later = AT + timedelta(minutes=2)
    second = save(sheet, 0, version=1, value=4, evidence="Spoke up, and acted", at=later)
    assert first == {"version": 1, "saved_at": AT.isoformat()}
    assert second == {"version": 2, "saved_at": later.isoformat()}
    assert scores(sheet) == [(1, 4, "Spoke up, and acted", 2)]


def test_save_score_conflict_carries_what_is_saved_and_writes_nothing(world):
    sheet = world.sheet()
    save(sheet, 0, value=3, evidence="From the tablet")
    before = (Entry.objects.count(), Receipt.objects.count())
    for version in (0, 2, 10**9):
        with pytest.raises(ChangedElsewhere) as caught:
            save(sheet, 0, version=version, value=5, evidence="From the phone")
        expected = BLANK | {"value": 3, "evidence": "From the tablet", "version": 1}
        assert caught.value.saved == expected
    assert scores(sheet) == [(1, 3, "From the tablet", 1)]
    assert (Entry.objects.count(), Receipt.objects.count()) == before


def test_save_score_conflict_before_the_first_save_shows_a_blank(world):
    with pytest.raises(ChangedElsewhere) as caught:
        save(world.sheet(), 0, version=7, value=5)
    assert caught.value.saved == BLANK | {"version": 0}
    assert not Score.objects.exists()


def test_save_score_same_key_and_body_gets_the_same_reply_and_no_second_row(world):
    sheet, key = world.sheet(), uuid4()
    first = save(sheet, 0, key=key, value=3, evidence="Once")
    before = Entry.objects.count()
    again = save(sheet, 0, key=key, value=3, evidence="Once", at=AT + timedelta(hours=1))
    assert again == first
    assert scores(sheet) == [(1, 3, "Once", 1)]
    assert (Entry.objects.count(), Receipt.objects.count()) == (before, 1)


def test_save_score_same_key_is_answered_after_the_sheet_is_locked_and_after_newer_saves(world):
    sheet, key = world.sheet(), uuid4()
    first = save(sheet, 0, key=key, value=3)
    save(sheet, 0, version=1, value=4)
    assert save(sheet, 0, key=key, value=3) == first
    ScoreSheet.objects.filter(pk=sheet.pk).update(locked_at=AT)
    assert save(sheet, 0, key=key, value=3) == first
    assert scores(sheet) == [(1, 4, "", 2)]


@pytest.mark.parametrize(
    "other",
    [{"value": 4}, {"value": 3, "evidence": "x"}, {"value": 3, "version": 1}],
    ids=["value", "note", "version"],
)
def test_save_score_same_key_with_another_body_is_refused(world, other):
    sheet, key = world.sheet(), uuid4()
    save(sheet, 0, key=key, value=3)
    with pytest.raises(KeyReused):
        save(sheet, 0, key=key, **other)
    assert scores(sheet) == [(1, 3, "", 1)]


def test_save_score_same_key_on_another_criterion_or_for_the_view_is_refused(world):
    sheet, key = world.sheet(), uuid4()
    save(sheet, 0, key=key, value=3)
    with pytest.raises(KeyReused):
        save(sheet, 1, key=key, value=3)
    with pytest.raises(KeyReused):
        view_of(sheet, "APPOINTABLE", key=key)
    assert scores(sheet) == [(1, 3, "", 1)]


def test_save_score_same_key_on_another_sheet_is_another_change(world):
    key = uuid4()
    for candidate in (0, 1):
        save(world.sheet(0, candidate), 0, key=key, value=3)
    assert [scores(world.sheet(0, c)) for c in (0, 1)] == [[(1, 3, "", 1)]] * 2


def test_save_score_locked_sheet_is_refused(world):
    fill_member(world, 0, 4)
    lock(world, 0)
    with pytest.raises(SheetLocked):
        save(world.sheet(), 0, version=1, value=5)
    with pytest.raises(SheetLocked):
        view_of(world.sheet(), "BORDERLINE", version=1)
    assert scores(world.sheet())[0] == (1, 4, "Said so", 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 0}, "Choose a score from 1 to 5."),
        ({"value": 6}, "Choose a score from 1 to 5."),
        ({"value": -1}, "Choose a score from 1 to 5."),
        ({"value": 3, "is_not_assessed": True}, "not both"),
        ({"evidence": "x" * (EVIDENCE_LIMIT + 1)}, "under 4,000 characters"),
        ({"is_concern": True, "concern": "x" * (EVIDENCE_LIMIT + 1)}, "under 4,000 characters"),
        ({"is_not_assessed": True, "not_assessed_reason": "x" * 201}, "under 200 characters"),
    ],
)
def test_save_score_refuses_what_the_scale_or_the_limits_do_not_allow(world, change, words):
    with pytest.raises(CannotSave, match=words):
        save(world.sheet(), 0, **change)
    assert not Score.objects.exists()
    assert not Receipt.objects.exists()


def test_save_score_keeps_notes_at_their_limits(world):
    save(
        world.sheet(),
        0,
        is_not_assessed=True,
        not_assessed_reason="r" * 200,
        evidence="e" * EVIDENCE_LIMIT,
        is_concern=True,
        concern="c" * EVIDENCE_LIMIT,
    )
    kept = Score.objects.get()
    lengths = (len(kept.not_assessed_reason), len(kept.evidence), len(kept.concern))
    assert lengths == (200, EVIDENCE_LIMIT, EVIDENCE_LIMIT)


def test_save_score_criterion_of_another_exercise_is_refused(db):
    world = make_world(1, 1, exercises=2)
    first, second = world.sheets(0)
    with pytest.raises(CannotSave, match="not on this sheet"):
        save(first, worlds.criteria_of(second)[0], value=3)
    assert not Score.objects.exists()


def test_blueprint_is_frozen_once_and_at_the_first_score_at_the_latest(world):
    for member in (0, 1):
        save(world.sheet(member), 0, value=3, at=AT + timedelta(hours=member))
    assert Blueprint.objects.get(pk=world.blueprint.pk).frozen_at == AT
    assert Entry.objects.filter(action="blueprint.frozen").count() == 1


def test_save_score_ledger_row_holds_numbers_and_digests_but_no_text(world):
    secret = "She faltered when asked about the missed potassium"
    save(
        world.sheet(),
        0,
        is_not_assessed=True,
        not_assessed_reason="Fire alarm in the middle",
        evidence=secret,
        is_concern=True,
        concern="Spoke ill of a patient",
    )
    save(world.sheet(), 0, version=1, value=2, evidence=secret + " result")
    first, second = entries(world, "score.saved")
    assert first.old == ""
    assert '"is_not_assessed":true' in first.new
    assert '"version":1' in first.new
    for key in ("evidence_digest", "concern_digest", "not_assessed_reason_digest"):
        assert key in first.new
    assert second.old == '{"is_concern":true,"is_not_assessed":true,"value":null}'
    assert '"value":2' in second.new
    assert "concern_digest" not in second.new
    everything = "".join(
        f"{e.old}{e.new}{e.reason}{e.object}{e.action}" for e in Entry.objects.all()
    )
    for word in ("faltered", "potassium", "Fire alarm", "ill of"):
        assert word not in everything
    assert (first.actor, second.actor) == (f"user:{world.user(0).pk}",) * 2


def test_save_score_after_the_appointment_is_cancelled_is_refused(world):
    save(world.sheet(), 0, value=3)
    move_stage(
        appointment=world.appointment,
        to=Stage.CANCELLED,
        by=world.officer,
        at=AT,
        reason="The post was withdrawn.",
    )
    with pytest.raises(ScoringClosed):
        save(world.sheet(), 0, version=1, value=5)
    with pytest.raises(ScoringClosed):
        view_of(world.sheet(), "APPOINTABLE")
    with pytest.raises(ScoringClosed):
        lock(world, 0)
    assert scores(world.sheet()) == [(1, 3, "", 1)]


# --- overall view ----------------------------------------------------------------------------


def test_save_overall_view_versions_and_conflict(world):
    sheet, key = world.sheet(), uuid4()
    first = view_of(sheet, "APPOINTABLE", key=key)
    assert first == {"version": 1, "saved_at": AT.isoformat()}
    assert view_of(sheet, "APPOINTABLE", key=key) == first
    with pytest.raises(ChangedElsewhere) as caught:
        view_of(sheet, "NOT_APPOINTABLE")
    assert caught.value.saved == {"view": "APPOINTABLE", "version": 1}
    with pytest.raises(KeyReused):
        view_of(sheet, "BORDERLINE", version=1, key=key)
    assert view_of(sheet, "", version=1)["version"] == 2
    sheet.refresh_from_db()
    assert (sheet.overall_view, sheet.version) == ("", 2)
    assert [(e.old, e.new) for e in entries(world, "overall_view.saved")] == [
        ('{"view":""}', '{"view":"APPOINTABLE"}'),
        ('{"view":"APPOINTABLE"}', '{"view":""}'),
    ]


def test_save_overall_view_off_the_list_is_refused(world):
    with pytest.raises(CannotSave, match="Choose appointable"):
        view_of(world.sheet(), "EXCELLENT")
    assert not Receipt.objects.exists()


# --- locking ---------------------------------------------------------------------------------


def gaps(world, member=0):
    with pytest.raises(Incomplete) as caught:
        lock(world, member)
    return [
        (
            gap.sheet.application.candidate.name,
            gap.criterion.competency.name if gap.criterion else "",
            gap.words,
        )
        for gap in caught.value.gaps
    ]


NO_SCORE = "Give a score, or say that it could not be assessed"
NO_EVIDENCE = "Give the evidence: the lowest and the highest level need it"
NO_REASON = "Say why it could not be assessed"
NO_CONCERN = "Describe the concern you raised, or take it back"
NO_VIEW = "Give your overall view"


def test_lock_sheets_lists_every_gap_in_order_and_locks_nothing(world):
    fill(world.sheet(0, 1), 4)
    assert gaps(world) == [
        ("Dr Amara Okafor", "Patient safety", NO_SCORE),
        ("Dr Amara Okafor", "Leading change", NO_SCORE),
        ("Dr Amara Okafor", "", NO_VIEW),
    ]
    assert not ScoreSheet.objects.exclude(locked_at=None).exists()
    assert entries(world, "sheet.locked") == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"value": 1}, [NO_EVIDENCE]),
        ({"value": 5}, [NO_EVIDENCE]),
        ({"value": 5, "evidence": " \n "}, [NO_EVIDENCE]),
        ({"value": 1, "evidence": "Blamed the nurse"}, []),
        ({"value": 2}, []),
        ({"value": 4}, []),
        ({"is_not_assessed": True}, [NO_REASON]),
        ({"is_not_assessed": True, "not_assessed_reason": "  "}, [NO_REASON]),
        ({"is_not_assessed": True, "not_assessed_reason": "No time"}, []),
        ({"value": 3, "is_concern": True}, [NO_CONCERN]),
        ({"value": 3, "is_concern": True, "concern": "Unkind"}, []),
        ({"value": 5, "is_concern": True}, [NO_EVIDENCE, NO_CONCERN]),
        ({"is_concern": True}, [NO_SCORE, NO_CONCERN]),
        ({"evidence": "Only a note"}, [NO_SCORE]),
    ],
)
def test_lock_sheets_asks_for_evidence_reasons_and_concerns(db, change, missing):
    world = make_world(2, 1, criteria=1)
    save(world.sheet(), 0, **change)
    view_of(world.sheet(), "BORDERLINE")
    if missing:
        expected = [("Dr Amara Okafor", "Patient safety", words) for words in missing]
        assert gaps(world) == expected
    else:
        assert [sheet.pk for sheet in lock(world, 0)] == [world.sheet().pk]


def test_lock_sheets_one_gap_on_the_last_sheet_locks_none(world):
    fill_member(world, 0, 4)
    save(world.sheet(0, 1), 1, version=1, value=5)
    assert gaps(world) == [("Dr Łukasz Zieliński", "Leading change", NO_EVIDENCE)]
    assert not ScoreSheet.objects.exclude(locked_at=None).exists()


def test_lock_sheets_not_the_last_member_leaves_the_stage(world):
    fill_member(world, 0, 4)
    locked = lock(world, 0)
    assert {sheet.pk for sheet in locked} == {sheet.pk for sheet in world.sheets(0)}
    assert {sheet.locked_at for sheet in world.sheets(0)} == {AT}
    assert {sheet.locked_at for sheet in world.sheets(1)} == {None}
    assert (world.stage(), len(entries(world, "sheet.locked"))) == (Stage.IN_SESSION, 2)


def test_lock_sheets_last_member_moves_the_stage_once(world):
    for member in (0, 1):
        fill_member(world, member, 4)
        lock(world, member)
    assert world.stage() == Stage.SCORED
    assert lock(world, 1) == []
    assert len(entries(world, "sheet.locked")) == 4
    moves = [e.new for e in entries(world, "appointment.moved")]
    assert moves.count('{"stage":"SCORED"}') == 1


def test_lock_sheets_of_a_withdrawn_candidate_are_not_asked_for(world):
    withdraw_application(
        application=world.applications[0], reason="Took another post.", by=world.officer, at=AT
    )
    fill(world.sheet(0, 1), 4)
    assert [sheet.pk for sheet in lock(world, 0)] == [world.sheet(0, 1).pk]


def test_close_scoring_while_a_sheet_that_counts_is_open_is_refused(world):
    fill_member(world, 0, 4)
    lock(world, 0)
    with pytest.raises(NotEverybodyLocked):
        close_scoring(panel=world.panel, by=world.officer, at=AT)
    assert world.stage() == Stage.IN_SESSION


def test_close_scoring_after_the_last_open_member_stood_down(world):
    fill_member(world, 0, 4)
    lock(world, 0)
    stand_down(member=world.members[1], reason="Taken ill.", by=world.officer, at=AT)
    assert world.stage() == Stage.IN_SESSION
    close_scoring(panel=world.panel, by=world.officer, at=AT)
    assert world.stage() == Stage.SCORED


def test_close_scoring_after_the_last_open_candidate_withdrew(world):
    for member in (0, 1):
        fill(world.sheet(member, 0), 4)
    fill(world.sheet(0, 1), 4)
    lock(world, 0)
    withdraw_application(
        application=world.applications[1], reason="Withdrew.", by=world.officer, at=AT
    )
    lock(world, 1)
    assert world.stage() == Stage.SCORED
    assert [s.locked_at for s in world.sheets(1)] == [AT, None]


def test_close_scoring_before_opening_and_after_the_recommendation_is_refused(db):
    world = make_world(is_open=False)
    with pytest.raises(NotEverybodyLocked):
        close_scoring(panel=world.panel, by=world.officer, at=AT)
    other = worlds.decided_world(slug="south")
    with pytest.raises(MoveNotAllowed):
        close_scoring(panel=other.panel, by=other.officer, at=AT)
    assert other.stage() == Stage.DECIDED
