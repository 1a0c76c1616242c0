"""Each named constraint, broken once."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assessments.models import (
    CandidateReport,
    Decision,
    Receipt,
    Recommendation,
    RecommendedCandidate,
    Score,
    ScoreSheet,
    Verdict,
)
from tests.assessments import worlds
from tests.assessments.worlds import AT, criteria_of


@pytest.fixture
def recommendation(scored):
    """A recommendation whose verdicts are not recorded yet."""
    return Recommendation.objects.create(
        panel=scored.panel,
        reasons="Because.",
        made_at=AT,
        made_by=scored.user(0),
        algorithm="x",
        content_hash="0" * 64,
        code="AAAAA-AAAAA",
    )


def refused(name, make, *columns):
    """SQLite names the columns of a unique constraint instead of the constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    words = str(caught.value)
    assert name in words or all(column in words for column in columns or ["no columns"])


def test_score_sheet_once(world):
    sheet = world.sheet()
    refused(
        "score_sheet_once",
        lambda: ScoreSheet.objects.create(
            member=sheet.member, application=sheet.application, exercise=sheet.exercise
        ),
        "assessments_scoresheet.member_id",
        "assessments_scoresheet.exercise_id",
    )


def test_score_once_per_criterion(world):
    worlds.save(world.sheet(), 0, value=3)
    refused(
        "score_once_per_criterion",
        lambda: Score.objects.create(
            sheet=world.sheet(), criterion=criteria_of(world.sheet())[0], saved_at=AT
        ),
        "assessments_score.sheet_id",
        "assessments_score.criterion_id",
    )


def test_score_value_or_not_assessed(world):
    refused(
        "score_value_or_not_assessed",
        lambda: Score.objects.create(
            sheet=world.sheet(),
            criterion=criteria_of(world.sheet())[0],
            value=3,
            is_not_assessed=True,
            saved_at=AT,
        ),
    )


def test_receipt_key_once_per_sheet(world):
    key = uuid4()
    worlds.save(world.sheet(), 0, value=3, key=key)
    refused(
        "receipt_key_once_per_sheet",
        lambda: Receipt.objects.create(
            sheet=world.sheet(), key=key, body_hash="", reply={}, created_at=AT
        ),
        "assessments_receipt.sheet_id",
        "assessments_receipt.key",
    )


def test_verdict_once_per_candidate(scored, recommendation):
    def make():
        for _ in range(2):
            RecommendedCandidate.objects.create(
                recommendation=recommendation,
                application=scored.applications[0],
                verdict=Verdict.NOT_SUITABLE,
            )

    refused(
        "verdict_once_per_candidate",
        make,
        "assessments_recommendedcandidate.recommendation_id",
        "assessments_recommendedcandidate.application_id",
    )


def test_preference_once(scored, recommendation):
    def make():
        for application in scored.applications:
            RecommendedCandidate.objects.create(
                recommendation=recommendation,
                application=application,
                verdict=Verdict.RESERVE,
                preference=1,
            )

    refused(
        "preference_once",
        make,
        "assessments_recommendedcandidate.recommendation_id",
        "assessments_recommendedcandidate.preference",
    )


@pytest.mark.parametrize(
    ("verdict", "preference"),
    [
        ("RECOMMENDED", None),
        ("RESERVE", None),
        ("SUITABLE", 1),
        ("NOT_SUITABLE", 1),
        ("PERHAPS", 1),
    ],
)
def test_preference_with_verdict(scored, recommendation, verdict, preference):
    refused(
        "preference_with_verdict",
        lambda: RecommendedCandidate.objects.create(
            recommendation=recommendation,
            application=scored.applications[0],
            verdict=verdict,
            preference=preference,
        ),
    )


def test_decision_decline_has_reason(scored, recommendation):
    refused(
        "decision_decline_has_reason",
        lambda: Decision.objects.create(
            recommendation=recommendation,
            is_accepted=False,
            reason="",
            decided_at=AT,
            decided_by=scored.chief_executive,
        ),
    )


def test_report_released_by_someone(scored):
    for released in ({"released_at": AT}, {"released_by": scored.officer}):
        refused(
            "report_released_by_someone",
            lambda released=released: CandidateReport.objects.create(
                application=scored.applications[0], **released
            ),
        )


def test_one_recommendation_a_panel_one_decision_and_one_code(scored, recommendation):
    refused(
        "panel_id",
        lambda: Recommendation.objects.create(
            panel=scored.panel,
            reasons="Twice.",
            made_at=AT,
            made_by=scored.user(0),
            algorithm="x",
            content_hash="1" * 64,
            code="BBBBB-BBBBB",
        ),
    )
    decision = {
        "recommendation": recommendation,
        "is_accepted": True,
        "decided_at": AT,
        "decided_by": scored.chief_executive,
    }
    Decision.objects.create(**decision)
    refused("recommendation_id", lambda: Decision.objects.create(**decision))
    other = worlds.make_world(slug="south")
    refused(
        "code",
        lambda: Recommendation.objects.create(
            panel=other.panel,
            reasons="Same code.",
            made_at=AT,
            made_by=other.user(0),
            algorithm="x",
            content_hash="2" * 64,
            code=recommendation.code,
        ),
    )


def test_words_of_rows_name_nobody(decided):
    """Rows appear in error messages and logs: they show their number, never a person."""
    for model in (ScoreSheet, Score, RecommendedCandidate, Decision, CandidateReport):
        row = model.objects.first()
        assert str(row).split()[-1] == str(row.pk)
    recommendation = Recommendation.objects.get()
    assert str(recommendation) == f"recommendation {recommendation.code}"
    receipt = Receipt.objects.first()
    assert str(receipt) == f"receipt {receipt.key}"
