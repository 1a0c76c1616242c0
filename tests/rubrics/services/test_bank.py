"""Questions retired and restored, and what is remembered of their being asked."""

import json
from datetime import date
from uuid import uuid4

import pytest

from audit.models import Entry
from rubrics import services
from rubrics.models import Question, QuestionUse, RetiredQuestion
from tests.rubrics.conftest import AT, LATER

ASKED = {
    "reference": "ATH-1901",
    "post_title": "Consultant in acute medicine",
    "specialty": "Acute internal medicine",
    "used_on": date(2026, 3, 12),
}


def rows(trust):
    """Return what the trust's chain says about the bank: action, object, actor, new."""
    found = Entry.objects.filter(chain=f"trust:{trust.pk}", action__startswith="question")
    return [(e.action, e.object, e.actor, json.loads(e.new)) for e in found.order_by("sequence")]


def record(trust, blueprint, editor, **changes):
    return services.record_question_uses(
        trust=trust, blueprint=blueprint, **(ASKED | changes), by=editor, at=AT
    )


@pytest.fixture
def question(published):
    return Question.objects.order_by("pk").first()


def test_retire_question_keeps_why_when_and_by_whom(question, trust, editor):
    made = services.retire_question(
        trust=trust, key=question.key, reason="  Known by now. ", by=editor, at=LATER
    )
    kept = RetiredQuestion.objects.get()
    assert kept == made
    assert (kept.trust, kept.key, kept.reason) == (trust, question.key, "Known by now.")
    assert (kept.retired_at, kept.retired_by) == (LATER, editor)
    [(action, of, actor, new)] = rows(trust)
    assert (action, of, actor) == (
        "question.retired",
        f"retiredquestion:{kept.pk}",
        f"user:{editor.pk}",
    )
    assert new.pop("reason_digest")
    assert new == {"key": str(question.key)}


def test_retire_question_twice(question, trust, editor):
    asked = {"trust": trust, "key": question.key, "reason": "Known.", "by": editor, "at": AT}
    services.retire_question(**asked)
    with pytest.raises(services.RetiredAlready, match="This question is retired already"):
        services.retire_question(**asked)
    assert len(rows(trust)) == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_retire_question_without_a_reason(question, trust, editor, reason):
    with pytest.raises(services.ReasonMissing):
        services.retire_question(trust=trust, key=question.key, reason=reason, by=editor, at=AT)
    assert not RetiredQuestion.objects.exists()


def test_retire_question_of_nobody_and_of_another_trust(question, trust, other_trust, editor):
    for where, key in ((trust, uuid4()), (other_trust, question.key)):
        with pytest.raises(services.UnknownQuestion):
            services.retire_question(trust=where, key=key, reason="Known.", by=editor, at=AT)
    assert not RetiredQuestion.objects.exists()


def test_restore_question_undoes_it(question, trust, editor):
    asked = {"trust": trust, "key": question.key, "by": editor, "at": LATER}
    kept = services.retire_question(reason="Known.", **asked)
    of = f"retiredquestion:{kept.pk}"
    services.restore_question(**asked)
    assert not RetiredQuestion.objects.exists()
    assert rows(trust)[-1] == (
        "question.restored",
        of,
        f"user:{editor.pk}",
        {"key": str(question.key)},
    )
    with pytest.raises(services.NotRetired):
        services.restore_question(**asked)


def test_restore_question_of_another_trust_stays_retired(question, trust, other_trust, editor):
    asked = {"key": question.key, "by": editor, "at": AT}
    services.retire_question(trust=trust, reason="Known.", **asked)
    with pytest.raises(services.NotRetired):
        services.restore_question(trust=other_trust, **asked)
    assert RetiredQuestion.objects.get().trust == trust


def test_record_question_uses_one_row_per_question_of_the_plan(trust, blueprint, editor):
    made = record(trust, blueprint, editor)
    planned = Question.objects.filter(criteria__exercise__blueprint=blueprint).order_by("pk")
    assert [use.question for use in made] == list(planned)
    assert len(made) == 2
    kept = QuestionUse.objects.order_by("question").values(
        "trust", "question", "reference", "post_title", "specialty", "used_on"
    )
    assert list(kept) == [ASKED | {"trust": trust.pk, "question": one.pk} for one in planned]
    [(action, of, actor, new)] = rows(trust)
    assert (action, of, actor) == (
        "questions.used",
        f"blueprint:{blueprint.pk}",
        f"user:{editor.pk}",
    )
    assert new == {
        "reference": "ATH-1901",
        "used_on": "2026-03-12",
        "questions": [f"question:{one.pk}" for one in planned],
    }


def test_record_question_uses_again_changes_nothing(trust, blueprint, editor):
    first = record(trust, blueprint, editor)
    assert record(trust, blueprint, editor, used_on=date(2026, 4, 1)) == []
    assert set(QuestionUse.objects.values_list("pk", "used_on")) == {
        (use.pk, ASKED["used_on"]) for use in first
    }
    assert len(rows(trust)) == 1


def test_record_question_uses_of_another_appointment(trust, blueprint, editor):
    record(trust, blueprint, editor)
    record(trust, blueprint, editor, reference="ATH-1902")
    assert QuestionUse.objects.count() == 4
    assert len(rows(trust)) == 2


def test_record_question_uses_of_a_plan_without_questions(trust, blueprint, editor):
    blueprint.exercises.first().criteria.update(question=None)
    blueprint.exercises.last().criteria.update(question=None)
    assert record(trust, blueprint, editor) == []
    assert rows(trust) == []


def test_record_question_uses_of_another_trusts_plan(other_trust, blueprint, editor):
    with pytest.raises(services.NotTheirBlueprint):
        record(other_trust, blueprint, editor)
    assert not QuestionUse.objects.exists()
