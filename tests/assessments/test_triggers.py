"""The database itself holds locked sheets, sealed recommendations, decisions, released reports."""

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.models import (
    CandidateReport,
    Decision,
    Recommendation,
    RecommendedCandidate,
    Score,
    ScoreSheet,
    Verdict,
)
from assessments.services.reports import release_report, review_report
from audit import triggers
from tests.assessments import worlds
from tests.assessments.worlds import AT


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def released(db):
    """A decided world whose first report is released and whose second is not."""
    world = worlds.decided_world()
    report = CandidateReport.objects.order_by("application__position").first()
    review_report(
        report=report,
        version=0,
        strengths="Open about an error.",
        next_steps="Shadow a budget round.",
        evidence={"1.1": "Told the patient the same day."},
        by=world.officer,
        at=AT,
    )
    release_report(report=report, by=world.officer, at=AT)
    return world


def state():
    """Everything that must not change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (
            ScoreSheet,
            Score,
            Recommendation,
            RecommendedCandidate,
            Decision,
            CandidateReport,
        )
    ]


def first_report():
    return CandidateReport.objects.exclude(released_at=None)


def _save(model, **changes):
    row = model.objects.order_by("pk").first()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))


def _bulk_update(model, **changes):
    rows = list(model.objects.all())
    for row in rows:
        for name, value in changes.items():
            setattr(row, name, value)
    model.objects.bulk_update(rows, list(changes))


def _add_score():
    """Add a score to a locked sheet, on a criterion of another blueprint."""
    other = worlds.make_world(slug="south")
    locked = ScoreSheet.objects.exclude(locked_at=None).first()
    criterion = worlds.criteria_of(other.sheet())[0]
    Score.objects.bulk_create([Score(sheet=locked, criterion=criterion, value=1, saved_at=AT)])


def _move_score():
    """Move a locked score to a sheet that is open."""
    world = worlds.make_world(slug="south")
    moved = Score.objects.exclude(sheet__locked_at=None).first()
    Score.objects.filter(pk=moved.pk).update(sheet=world.sheet())


def _move_score_in():
    """Move an open score to a sheet that is locked."""
    world = worlds.make_world(slug="south")
    worlds.save(world.sheet(), 0, value=5)
    locked = ScoreSheet.objects.exclude(locked_at=None).first()
    Score.objects.filter(sheet=world.sheet()).update(sheet=locked)


REFUSED = {
    "sheet unlocked": lambda: ScoreSheet.objects.update(locked_at=None),
    "sheet saved": lambda: _save(ScoreSheet, overall_view="BORDERLINE"),
    "sheets in bulk": lambda: _bulk_update(ScoreSheet, overall_view="BORDERLINE"),
    "sheet deleted": lambda: ScoreSheet.objects.all()._raw_delete("default"),
    "sheet by SQL": lambda: sql("UPDATE assessments_scoresheet SET locked_at = NULL"),
    "sheet deleted by SQL": lambda: sql("DELETE FROM assessments_scoresheet"),
    "score updated": lambda: Score.objects.update(value=5),
    "score saved": lambda: _save(Score, value=5),
    "scores in bulk": lambda: _bulk_update(Score, evidence="Better"),
    "score by SQL": lambda: sql("UPDATE assessments_score SET value = 5"),
    "score deleted": lambda: Score.objects.first().delete(),
    "scores deleted by SQL": lambda: sql("DELETE FROM assessments_score"),
    "score added": _add_score,
    "score moved out": _move_score,
    "score moved in": _move_score_in,
    "recommendation updated": lambda: Recommendation.objects.update(reasons="Others"),
    "recommendation saved": lambda: _save(Recommendation, code="AAAAA-AAAAA"),
    "recommendation deleted": lambda: Recommendation.objects.all()._raw_delete("default"),
    "recommendation by SQL": lambda: sql(
        "UPDATE assessments_recommendation SET content_hash = %s", "0" * 64
    ),
    "verdict updated": lambda: RecommendedCandidate.objects.update(verdict=Verdict.RESERVE),
    "verdicts in bulk": lambda: _bulk_update(RecommendedCandidate, verdict=Verdict.RESERVE),
    "verdict deleted": lambda: RecommendedCandidate.objects.first().delete(),
    "verdict by SQL": lambda: sql(
        "UPDATE assessments_recommendedcandidate SET preference = preference + 10"
    ),
    "decision updated": lambda: Decision.objects.update(is_accepted=False, reason="No"),
    "decision saved": lambda: _save(Decision, reason="No"),
    "decision deleted": lambda: Decision.objects.all().delete(),
    "decision by SQL": lambda: sql("UPDATE assessments_decision SET reason = %s", "No"),
    "report's strengths": lambda: first_report().update(strengths="Others"),
    "report's next steps": lambda: _save(CandidateReport, next_steps="Others"),
    "report's evidence": lambda: first_report().update(evidence={"1.1": ["Others"]}),
    "report's evidence in bulk": lambda: _bulk_update(CandidateReport, evidence={}),
    "report's version": lambda: first_report().update(version=0),
    "report taken back": lambda: first_report().update(released_at=None, released_by=None),
    "report released again": lambda: sql(
        "UPDATE assessments_candidatereport SET released_at = %s WHERE released_at IS NOT NULL",
        AT.replace(hour=20),
    ),
    "report released by another": lambda: first_report().update(
        released_by=Recommendation.objects.get().made_by
    ),
    "report deleted": lambda: first_report().delete(),
    "report deleted by SQL": lambda: sql("DELETE FROM assessments_candidatereport"),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_frozen_row_refuses_every_way_in(released, change):
    before = state()
    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        change()
    assert state() == before


def test_frozen_rows_cannot_be_truncated(released):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("assessments_score", "assessments_decision", "assessments_recommendedcandidate"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_frozen_row_changes_once_the_triggers_are_gone(released, change):
    """The negative control: without the triggers each of these would have come through."""
    before = state()
    with transaction.atomic():
        for statement in triggers.drop_statements(connection):
            sql(statement)
        change()
        changed = state() != before
        transaction.set_rollback(True)
    assert changed


def test_open_rows_may_change(released):
    """What is not locked or released is free: the triggers name rows, not tables."""
    world = worlds.make_world(slug="south")
    worlds.save(world.sheet(), 0, value=3)
    assert Score.objects.filter(sheet=world.sheet()).update(value=4) == 1
    assert ScoreSheet.objects.filter(pk=world.sheet().pk).update(overall_view="BORDERLINE") == 1
    assert Score.objects.filter(sheet=world.sheet()).delete()[0] == 1
    assert CandidateReport.objects.filter(released_at=None).update(strengths="Draft") == 1


def test_released_report_still_takes_its_pdf(released):
    assert first_report().update(pdf="reports/x.pdf", pdf_problem="") == 1
