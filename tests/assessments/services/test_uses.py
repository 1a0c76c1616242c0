"""Opening scoring remembers which questions are asked, for the next panel's sake."""

from datetime import UTC, date, datetime

import pytest

from appointments.models import Appointment
from assessments.services.sheets import CannotOpen, open_scoring
from audit.models import Entry
from rubrics.models import Competency, Criterion, Question, QuestionUse
from rubrics.services import clone_version, publish_version
from tests.assessments import worlds


def with_question(world) -> Question:
    """Let the plan's first criterion stand on a version that has a question for it."""
    version = clone_version(version=world.blueprint.version, by=None, at=worlds.AT)
    question = Question.objects.create(
        competency=Competency.objects.filter(domain__version=version).order_by("position").first(),
        position=1,
        kind="SITUATIONAL",
        text="What would you do if the list overran?",
    )
    publish_version(version=version, by=None, at=worlds.AT)
    first = Criterion.objects.order_by("position").first()
    Criterion.objects.filter(pk=first.pk).update(competency=question.competency, question=question)
    return question


def open_it(world):
    return open_scoring(
        panel=world.panel, by=world.officer, at=worlds.AT, override_reason=worlds.OVERRIDE
    )


def uses():
    return list(
        QuestionUse.objects.values_list(
            "trust", "question", "reference", "post_title", "specialty", "used_on"
        )
    )


@pytest.fixture
def ready(db, the_day):
    return worlds.make_world(is_open=False)


def test_opening_scoring_remembers_the_questions(ready):
    question = with_question(ready)
    # In London it is already half past midnight of the 9th.
    late = datetime(2026, 6, 8, 23, 30, tzinfo=UTC)
    Appointment.objects.filter(pk=ready.appointment.pk).update(aac_at=late)
    ready.panel.appointment.refresh_from_db()
    open_it(ready)
    assert uses() == [
        (
            ready.trust.pk,
            question.pk,
            "N-100",
            "Consultant in acute medicine",
            "Acute internal medicine",
            date(2026, 6, 9),
        )
    ]
    assert (
        Entry.objects.filter(chain=f"trust:{ready.trust.pk}", action="questions.used").get().actor
        == f"user:{ready.officer.pk}"
    )


def test_opening_scoring_of_a_plan_without_questions(ready):
    open_it(ready)
    assert uses() == []
    assert not Entry.objects.filter(action="questions.used").exists()


def test_opening_scoring_that_is_refused_remembers_nothing(db, the_day):
    world = worlds.make_world(is_open=False, is_declared=False)
    with_question(world)
    with pytest.raises(CannotOpen):
        open_it(world)
    assert uses() == []
