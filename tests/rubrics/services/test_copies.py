"""Blueprints from nothing and from one another, and their removal."""

import json
from dataclasses import replace

import pytest

from appointments.services import create_appointment
from audit.models import Entry
from rubrics import services
from rubrics.models import Blueprint, Competency, Question
from rubrics.queries import framework_text_of, move_choices
from tests.rubrics.conftest import AT, LATER, framework_toml


def entry(action):
    found = Entry.objects.get(action=action)
    return found.object, found.actor, json.loads(found.new) if found.new else None


def outline(blueprint):
    return [
        (
            e.position,
            e.kind,
            e.name,
            e.minutes,
            e.instructions,
            e.scoring_seats,
            [
                (c.competency.code, c.weight, c.minimum, c.question and c.question.text)
                for c in e.criteria.order_by("position").select_related("competency", "question")
            ],
        )
        for e in blueprint.exercises.order_by("position")
    ]


def rules(blueprint):
    return (
        blueprint.minimum_value,
        blueprint.low_value,
        blueprint.allowed_low,
        blueprint.minimum_total_percent,
        blueprint.tie_break,
    )


def start(trust, version, editor, name="Surgery"):
    return services.start_blueprint(trust=trust, version=version, name=name, by=editor, at=AT)


def renew(blueprint, version, editor):
    return services.renew_blueprint(blueprint=blueprint, version=version, by=editor, at=LATER)


def copy(blueprint, editor, name="Copy", version=None):
    return services.copy_blueprint(
        blueprint=blueprint, name=name, version=version or blueprint.version, by=editor, at=LATER
    )


def without_the_third(blueprint, editor):
    """Publish a version of the framework that has no competency 3 and other words for 1."""
    draft = services.clone_version(version=blueprint.version, by=editor, at=AT)
    text = framework_text_of(draft)
    first = text.domains[0]
    one = replace(first.competencies[0], code="1a", name="Hearing")
    domains = (replace(first, competencies=(one, *first.competencies[1:])),)
    services.replace_content(
        version=draft, text=replace(text, domains=domains), by=editor, at=AT, change="changed"
    )
    return services.publish_version(version=draft, by=editor, at=AT)


def test_start_blueprint_is_empty_not_ready_and_recorded(published, trust, editor):
    made = start(trust, published, editor, " Surgery ")
    assert (made.name, made.slug, made.number, made.is_ready) == ("Surgery", "surgery", 1, False)
    assert (made.version, list(made.exercises.all()), rules(made)) == (
        published,
        [],
        (None, None, None, None, []),
    )
    name, actor, new = entry("blueprint.started")
    assert (name, actor) == (f"blueprint:{made.pk}", f"user:{editor.pk}")
    assert new.pop("name_digest")
    assert new == {
        "is_ready": False,
        "number": 1,
        "version": f"frameworkversion:{published.pk}",
    }


@pytest.mark.parametrize(
    ("name", "error"), [("  ", services.NameMissing), ("PLAN", services.NameTaken)]
)
def test_start_blueprint_needs_a_name_of_its_own(blueprint, trust, editor, name, error):
    with pytest.raises(error):
        start(trust, blueprint.version, editor, name)
    assert Blueprint.objects.count() == 1


def test_start_blueprint_of_a_name_that_sounds_like_another_gets_a_slug_of_its_own(
    blueprint, trust, editor
):
    assert start(trust, blueprint.version, editor, "Plan!").slug == "plan-2"
    assert start(trust, blueprint.version, editor, "陳美玲").slug == "blueprint"


def test_start_blueprint_on_a_draft_or_another_trusts_framework_is_refused(
    draft, trust, other_trust, editor
):
    with pytest.raises(services.VersionNotPublished):
        start(trust, draft, editor)
    services.publish_version(version=draft, by=editor, at=AT)
    with pytest.raises(services.BlueprintDoesNotFit, match="belongs to another trust"):
        start(other_trust, draft, editor)
    assert not Blueprint.objects.exists()


def test_renew_blueprint_is_the_whole_plan_unfrozen_under_the_next_number(blueprint, editor):
    exercise = blueprint.exercises.order_by("position").first()
    exercise.scoring_seats = ["CE", "MD"]
    exercise.save(update_fields=["scoring_seats"])
    frozen = services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    made = renew(frozen, frozen.version, editor)
    assert (made.slug, made.name, made.number, made.summary) == (
        "plan",
        "Plan",
        2,
        "Two exercises.",
    )
    assert (made.frozen_at, made.is_ready) == (None, True)
    assert (outline(made), rules(made)) == (outline(frozen), rules(frozen))
    assert outline(made)[0][5] == ["CE", "MD"]
    assert not set(made.exercises.values_list("pk")) & set(frozen.exercises.values_list("pk"))
    assert entry("blueprint.renewed") == (
        f"blueprint:{made.pk}",
        f"user:{editor.pk}",
        {
            "from": f"blueprint:{frozen.pk}",
            "is_ready": True,
            "lost": 0,
            "number": 2,
            "version": f"frameworkversion:{frozen.version_id}",
        },
    )
    assert Blueprint.objects.get(pk=frozen.pk).frozen_at == AT


def test_renew_blueprint_on_a_newer_version_knows_competencies_by_key_and_drops_the_lost(
    blueprint, editor
):
    newer = without_the_third(blueprint, editor)
    (newest, same) = move_choices(blueprint)
    assert (newest.version, newest.is_same, same.is_same) == (newer, False, True)
    assert [(c.code, c.name) for c in newest.lost] == [("3", "Leading")]
    assert (newest.lost_weight, newest.lost_questions, newest.has_other_scale) == (30, 0, False)
    assert (same.lost, same.lost_weight, same.lost_questions) == ((), 0, 0)
    made = renew(blueprint, newer, editor)
    assert [(row[2], row[6]) for row in outline(made)] == [
        ("Talk", [("1a", 30, None, None)]),
        ("Interview", [("1a", 40, None, "Past_Behaviour about Listening?")]),
    ]
    assert (made.tie_break, made.is_ready, made.version) == (["1a"], False, newer)
    versions = set(
        Competency.objects.filter(criteria__exercise__blueprint=made).values_list(
            "domain__version", flat=True
        )
    ) | set(
        Question.objects.filter(criteria__exercise__blueprint=made).values_list(
            "competency__domain__version", flat=True
        )
    )
    assert versions == {newer.pk}
    assert entry("blueprint.renewed")[2]["lost"] == 1
    assert outline(Blueprint.objects.get(pk=blueprint.pk))[1][6][0][0] == "3"


def test_renew_blueprint_on_a_draft_retired_or_foreign_version_is_refused(blueprint, load, editor):
    draft = services.clone_version(version=blueprint.version, by=editor, at=AT)
    with pytest.raises(services.VersionNotPublished):
        renew(blueprint, draft, editor)
    other = load(framework_toml(slug="other", name="Other"), name="other.toml")
    services.publish_version(version=other, by=editor, at=AT)
    with pytest.raises(services.BlueprintDoesNotFit, match="another framework"):
        renew(blueprint, other, editor)
    services.retire_version(version=blueprint.version, by=editor, at=AT)
    with pytest.raises(services.VersionNotPublished):
        renew(blueprint, blueprint.version, editor)
    assert Blueprint.objects.count() == 1


def test_copy_blueprint_counts_from_one_under_its_own_name(blueprint, editor):
    made = copy(blueprint, editor, "Surgery")
    assert (made.slug, made.name, made.number, made.is_ready) == ("surgery", "Surgery", 1, True)
    assert (outline(made), rules(made)) == (outline(blueprint), rules(blueprint))
    with pytest.raises(services.NameTaken):
        copy(blueprint, editor, "plan")
    assert entry("blueprint.copied")[2]["from"] == f"blueprint:{blueprint.pk}"


def test_remove_blueprint_takes_it_away_and_records_it(blueprint, editor):
    pk = blueprint.pk
    services.remove_blueprint(blueprint=blueprint, by=editor, at=LATER)
    assert not Blueprint.objects.exists()
    assert entry("blueprint.removed") == (f"blueprint:{pk}", f"user:{editor.pk}", None)
    with pytest.raises(services.PartChanged):
        services.remove_blueprint(blueprint=Blueprint(pk=pk), by=editor, at=LATER)


def test_remove_blueprint_that_is_frozen_is_refused(blueprint, editor):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    with pytest.raises(services.BlueprintFrozen, match="because scoring by it has begun"):
        services.remove_blueprint(blueprint=blueprint, by=editor, at=LATER)
    assert Blueprint.objects.get().exercises.count() == 2


def test_remove_blueprint_that_an_appointment_uses_is_refused(blueprint, trust, editor):
    create_appointment(
        trust=trust,
        reference="N-1",
        post_title="Consultant in acute medicine",
        specialty="Acute internal medicine",
        site="",
        posts=1,
        has_substantial_teaching=False,
        rule_set_key="england_foundation_trust",
        blueprint=blueprint,
        officer=editor,
        aac_at=LATER,
        place="",
        by=editor,
        at=AT,
    )
    with pytest.raises(services.BlueprintInUse, match="an appointment is planned with it"):
        services.remove_blueprint(blueprint=blueprint, by=editor, at=LATER)
    assert Blueprint.objects.get().exercises.count() == 2
    assert not Entry.objects.filter(action="blueprint.removed").exists()
