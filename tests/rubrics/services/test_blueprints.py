"""Blueprints: made from a ready plan, frozen once."""

import json

import pytest

from audit.models import Entry
from rubrics import library, services
from rubrics.models import Blueprint, Competency, Criterion, Exercise, FrameworkVersion, Question
from tests.rubrics.conftest import AT, LATER, blueprints_toml, framework_toml


def entries(trust, action):
    found = Entry.objects.filter(chain=f"trust:{trust.pk}", action=action).order_by("sequence")
    return [(e.object, e.actor, e.at, json.loads(e.new)) for e in found]


def create(trust, version, editor, slug="plan"):
    return services.create_blueprint(trust=trust, slug=slug, version=version, by=editor, at=AT)


def test_create_blueprint_stores_the_ready_plan(published, trust, editor, ready_plan):
    ready_plan()
    blueprint = create(trust, published, editor)
    stored = Blueprint.objects.filter(pk=blueprint.pk).values().get()
    assert stored == {
        "id": blueprint.pk,
        "trust_id": trust.pk,
        "slug": "plan",
        "name": "Plan",
        "number": 1,
        "summary": "Two exercises.",
        "version_id": published.pk,
        "minimum_value": 2,
        "low_value": 3,
        "allowed_low": 1,
        "minimum_total_percent": 60,
        "tie_break": ["3", "1"],
        "is_ready": True,
        "frozen_at": None,
    }
    plan = [
        (
            exercise.position,
            exercise.kind,
            exercise.name,
            exercise.minutes,
            exercise.instructions,
            [
                (c.position, c.competency.code, c.weight, c.minimum, c.question and c.question.kind)
                for c in exercise.criteria.order_by("position")
            ],
        )
        for exercise in blueprint.exercises.order_by("position")
    ]
    assert plan == [
        (1, "PRESENTATION", "Talk", 20, "Be brief.", [(1, "1", 30, None, None)]),
        (
            2,
            "PANEL_INTERVIEW",
            "Interview",
            45,
            "",
            [(1, "3", 30, 3, "SITUATIONAL"), (2, "1", 40, None, "PAST_BEHAVIOUR")],
        ),
    ]
    assert entries(trust, "blueprint.created") == [
        (
            f"blueprint:{blueprint.pk}",
            f"user:{editor.pk}",
            AT,
            {
                "is_ready": True,
                "number": 1,
                "ready": "plan",
                "version": f"frameworkversion:{published.pk}",
            },
        )
    ]


def test_create_blueprint_takes_the_first_question_of_the_kind_by_position(
    draft, trust, editor, ready_plan
):
    ready_plan()
    competency = Competency.objects.get(code="1")
    for position, text in ((3, "Third"), (0, "First")):
        Question.objects.create(
            competency=competency, position=position, kind="PAST_BEHAVIOUR", text=text
        )
    services.publish_version(version=draft, by=editor, at=AT)
    blueprint = create(trust, draft, editor)
    asked = Criterion.objects.get(
        exercise__blueprint=blueprint, competency=competency, question__isnull=False
    )
    assert asked.question.text == "First"


def test_create_blueprint_again_counts_on(blueprint, published, trust, editor):
    assert create(trust, published, editor).number == 2
    assert list(Blueprint.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("slug", "framework", "shape"),
    [
        ("consultant-aac", "medical-leadership", [3, 7]),
        ("assessment-day", "medical-leadership", [2, 2, 2, 2, 2, 6]),
        ("shortlisting-only", "clinical-practice", [4]),
    ],
)
def test_ready_blueprints_stand_on_the_starter_library(trust, editor, slug, framework, shape):
    path = library.available()[framework]
    version = services.load_library(trust=trust, path=path, by=editor, at=AT)
    version = services.publish_version(version=version, by=editor, at=AT)
    blueprint = create(trust, version, editor, slug)
    exercises = Exercise.objects.filter(blueprint=blueprint).order_by("position")
    assert [exercise.criteria.count() for exercise in exercises] == shape
    weights = [c.weight for exercise in exercises for c in exercise.criteria.all()]
    assert sum(weights) == 100


def test_create_blueprint_with_an_unknown_slug_names_those_there_are(published, trust, editor):
    with pytest.raises(services.UnknownBlueprint) as caught:
        create(trust, published, editor, "nothing")
    assert str(caught.value) == (
        "There is no ready blueprint nothing:"
        " choose consultant-aac, assessment-day, shortlisting-only."
    )


def test_create_blueprint_with_weights_that_miss_100_is_refused(
    published, trust, editor, ready_plan
):
    ready_plan(blueprints_toml(weights=(30, 30, 39)))
    with pytest.raises(library.LibraryError, match="the weights sum to 99, not 100"):
        create(trust, published, editor)
    assert Blueprint.objects.count() == 0


def test_create_blueprint_on_a_draft_or_retired_version_is_refused(
    draft, trust, editor, ready_plan
):
    ready_plan()
    with pytest.raises(services.VersionNotPublished, match="is draft, not published"):
        create(trust, draft, editor)
    services.publish_version(version=draft, by=editor, at=AT)
    services.retire_version(version=draft, by=editor, at=AT)
    with pytest.raises(services.VersionNotPublished, match="is retired, not published"):
        create(trust, draft, editor)
    assert Blueprint.objects.count() == 0


def problems(trust, version, editor):
    with pytest.raises(services.BlueprintDoesNotFit) as caught:
        create(trust, version, editor)
    assert Blueprint.objects.count() == 0
    return caught.value.problems


def test_create_blueprint_on_another_trusts_framework_is_refused(
    published, other_trust, editor, ready_plan
):
    ready_plan()
    assert problems(other_trust, published, editor) == ("The framework belongs to another trust.",)


def test_create_blueprint_names_what_the_framework_lacks(load, trust, editor, ready_plan):
    ready_plan()
    text = framework_toml(slug="other", competencies=(("A", "1", "Listening"),))
    version = services.publish_version(version=load(text), by=editor, at=AT)
    assert problems(trust, version, editor) == (
        "The plan is made for the framework small.",
        "The framework has no competency 3.",
    )


def test_create_blueprint_names_a_kind_of_question_the_framework_lacks(
    load, trust, editor, ready_plan
):
    ready_plan()
    version = load(framework_toml().replace('"SITUATIONAL"', '"PAST_BEHAVIOUR"'))
    version = services.publish_version(version=version, by=editor, at=AT)
    assert problems(trust, version, editor) == (
        "Competency 3 has no question of the kind SITUATIONAL.",
    )


def test_create_blueprint_with_rules_off_the_scale_is_refused(published, trust, editor, ready_plan):
    plan = blueprints_toml().replace("minimum_value = 2", "minimum_value = 0")
    ready_plan(plan.replace("minimum = 3", "minimum = 6"))
    assert problems(trust, published, editor) == (
        "The minimum_value is 0, which is not on the scale 1 to 5.",
        "The minimum of 3 is 6, which is not on the scale 1 to 5.",
    )


def test_freeze_blueprint_freezes_once_and_records_once(blueprint, trust, editor):
    frozen = services.freeze_blueprint(blueprint=blueprint, by=editor, at=AT)
    again = services.freeze_blueprint(
        blueprint=Blueprint.objects.get(pk=blueprint.pk), by=None, at=LATER
    )
    assert (frozen.frozen_at, again.frozen_at) == (AT, AT)
    assert Blueprint.objects.get(pk=blueprint.pk).frozen_at == AT
    assert entries(trust, "blueprint.frozen") == [
        (
            f"blueprint:{blueprint.pk}",
            f"user:{editor.pk}",
            AT,
            {"number": 1, "version": f"frameworkversion:{blueprint.version_id}"},
        )
    ]


def test_freeze_blueprint_shows_the_first_moment_to_a_caller_that_read_it_before(blueprint):
    stale = Blueprint.objects.get(pk=blueprint.pk)
    services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    assert services.freeze_blueprint(blueprint=stale, by=None, at=LATER).frozen_at == AT


def test_retiring_a_version_leaves_its_blueprints(blueprint, editor):
    services.retire_version(version=blueprint.version, by=editor, at=LATER)
    version = FrameworkVersion.objects.get(pk=blueprint.version_id)
    assert list(version.blueprints.all()) == [blueprint]
