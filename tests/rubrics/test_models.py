"""Every named constraint, broken once; and who sees which rows."""

import pytest
from django.db import IntegrityError, transaction

from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Domain,
    Exercise,
    Framework,
    FrameworkVersion,
    Level,
    Question,
    QuestionUse,
    RetiredQuestion,
    VersionStatus,
)
from rubrics.scales import SCALES
from tests.rubrics.conftest import AT

MODELS = (
    Framework,
    FrameworkVersion,
    Domain,
    Competency,
    Level,
    Question,
    Blueprint,
    Exercise,
    Criterion,
    RetiredQuestion,
    QuestionUse,
)


def twice(model, **values):
    """Store a copy of a row with the same unique columns."""

    def breaking(version, blueprint):
        row = model.objects.order_by("pk").first()
        row.pk = None
        row._state.adding = True
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    return breaking


def of_blueprint(**values):
    return lambda version, blueprint: Blueprint.objects.filter(pk=blueprint.pk).update(**values)


def of_version(**values):
    return lambda version, blueprint: FrameworkVersion.objects.filter(pk=version.pk).update(
        **values
    )


def of_criterion(**values):
    return lambda version, blueprint: Criterion.objects.filter(
        exercise__blueprint=blueprint
    ).update(**values)


BREAKING = {
    "framework_slug_once_per_trust": [twice(Framework)],
    "framework_version_number_once": [twice(FrameworkVersion)],
    "framework_version_published_has_moment": [
        of_version(published_at=AT),
        of_version(status=VersionStatus.PUBLISHED),
        of_version(status=VersionStatus.RETIRED),
    ],
    "domain_code_once_per_version": [twice(Domain)],
    "competency_code_once": [twice(Competency)],
    "level_value_once": [twice(Level)],
    "question_position_once": [twice(Question)],
    "blueprint_number_once": [twice(Blueprint)],
    "blueprint_percent_to_100": [of_blueprint(minimum_total_percent=101)],
    "blueprint_low_rule_whole": [of_blueprint(allowed_low=None), of_blueprint(low_value=None)],
    "exercise_position_once": [twice(Exercise)],
    "criterion_once_per_exercise": [twice(Criterion, position=99)],
    "criterion_weight_1_to_100": [of_criterion(weight=0), of_criterion(weight=101)],
    "question_retired_once": [twice(RetiredQuestion)],
    "question_use_once_per_appointment": [twice(QuestionUse, specialty="Stroke medicine")],
}
# SQLite names the columns of a unique constraint where PostgreSQL names the constraint.
UNIQUE = r"|UNIQUE constraint failed: "
COLUMNS = {
    "framework_slug_once_per_trust": "rubrics_framework.trust_id, rubrics_framework.slug",
    "framework_version_number_once": (
        "rubrics_frameworkversion.framework_id, rubrics_frameworkversion.number"
    ),
    "domain_code_once_per_version": "rubrics_domain.version_id, rubrics_domain.code",
    "competency_code_once": "rubrics_competency.domain_id, rubrics_competency.code",
    "level_value_once": "rubrics_level.competency_id, rubrics_level.value",
    "question_position_once": "rubrics_question.competency_id, rubrics_question.position",
    "blueprint_number_once": (
        "rubrics_blueprint.trust_id, rubrics_blueprint.slug, rubrics_blueprint.number"
    ),
    "exercise_position_once": "rubrics_exercise.blueprint_id, rubrics_exercise.position",
    "criterion_once_per_exercise": (
        "rubrics_criterion.exercise_id, rubrics_criterion.competency_id"
    ),
    "question_retired_once": "rubrics_retiredquestion.trust_id, rubrics_retiredquestion.key",
    "question_use_once_per_appointment": (
        "rubrics_questionuse.trust_id, rubrics_questionuse.question_id,"
        " rubrics_questionuse.reference"
    ),
}


def test_every_constraint_is_broken_below():
    names = {found.name for model in MODELS for found in model._meta.constraints}
    assert names == BREAKING.keys()


@pytest.mark.parametrize(
    ("name", "breaking"),
    [(name, breaking) for name, ways in BREAKING.items() for breaking in ways],
)
def test_constraint_refuses(name, breaking, draft, trust, editor):
    plan = Blueprint.objects.create(
        trust=trust,
        slug="plan",
        name="Plan",
        version=draft,
        low_value=3,
        allowed_low=2,
        minimum_total_percent=60,
    )
    exercise = Exercise.objects.create(
        blueprint=plan, position=1, kind="STATION", name="Station", minutes=10
    )
    competency = Competency.objects.order_by("pk").first()
    Criterion.objects.create(exercise=exercise, position=1, competency=competency, weight=100)
    question = competency.questions.order_by("position").first()
    RetiredQuestion.objects.create(trust=trust, key=question.key, retired_at=AT)
    QuestionUse.objects.create(
        trust=trust, question=question, reference="N-1", specialty="Dermatology", used_on=AT.date()
    )
    expected = name + (UNIQUE + COLUMNS[name] if name in COLUMNS else "")
    with pytest.raises(IntegrityError, match=expected), transaction.atomic():
        breaking(draft, plan)


def test_version_knows_its_scale(draft):
    assert draft.scale is SCALES["1-5"]


@pytest.mark.parametrize("model", [Framework, FrameworkVersion, Competency, Blueprint])
def test_rows_are_visible_to_roles_of_their_own_trust_only(
    model, blueprint, editor, reader, stranger, make_user
):
    every = set(model.objects.values_list("pk", flat=True))
    assert every
    seen = {
        person: set(model.objects.visible_to(person).values_list("pk", flat=True))
        for person in (editor, reader, stranger, make_user("Nobody"))
    }
    assert list(seen.values()) == [every, every, set(), set()]


def test_superuser_without_a_role_sees_nothing(blueprint, make_user):
    person = make_user("Root")
    person.is_superuser = True
    person.save(update_fields=["is_superuser"])
    assert not FrameworkVersion.objects.visible_to(person).exists()


def test_rows_name_themselves(blueprint):
    assert [str(model.objects.order_by("pk").first()) for model in MODELS[:8]] == [
        "Small framework",
        "version 1",
        "A Domain A",
        "1 Listening",
        "1: Listening at 1",
        "Past_Behaviour about Listening?",
        "Plan, version 1",
        "Talk",
    ]
