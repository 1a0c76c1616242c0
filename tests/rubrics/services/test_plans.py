"""Changes to an unfrozen blueprint: what is stored, recorded, refused, and when it is ready."""

import json

import pytest

from audit.models import Entry
from rubrics import queries, services
from rubrics.models import Blueprint, Competency, Criterion, Question, RetiredQuestion
from rubrics.services import Asked, ExerciseWords, Rules
from tests.rubrics.conftest import AT, LATER

WORDS = ExerciseWords("STATION", "Station", 10, "Listen first.", ("MD", "CE"))


@pytest.fixture
def parts(blueprint):
    """The competencies by code and the exercises by name."""
    version = blueprint.version
    competencies = {c.code: c for c in Competency.objects.filter(domain__version=version)}
    return competencies | {e.name: e for e in blueprint.exercises.all()}


def reread(blueprint):
    return Blueprint.objects.get(pk=blueprint.pk)


def exercises(blueprint):
    rows = blueprint.exercises.order_by("position")
    return list(
        rows.values_list("position", "kind", "name", "minutes", "instructions", "scoring_seats")
    )


def criteria(exercise):
    rows = exercise.criteria.order_by("position").select_related("competency", "question")
    return [(c.competency.code, c.weight, c.minimum, c.question and c.question.kind) for c in rows]


def last_entry():
    found = Entry.objects.order_by("-pk").first()
    return found.action, found.object, found.actor, json.loads(found.new)


def weigh(blueprint, parts, cells, editor, **more):
    weights = {(parts[e].pk, parts[c].pk): weight for (e, c), weight in cells.items()}
    return services.weigh(blueprint=blueprint, weights=weights, by=editor, at=LATER, **more)


def set_rules(blueprint, editor, seen="", **rules):
    return services.set_rules(
        blueprint=blueprint, rules=Rules(**rules), by=editor, at=LATER, seen=seen
    )


# Words


def test_update_blueprint_changes_name_and_summary(blueprint, editor):
    services.update_blueprint(
        blueprint=blueprint, name=" Day ", summary="New.", by=editor, at=LATER
    )
    found = reread(blueprint)
    assert (found.name, found.summary, found.slug, found.is_ready) == ("Day", "New.", "plan", True)
    action, name, actor, new = last_entry()
    assert (action, name, actor) == (
        "blueprint.described",
        f"blueprint:{blueprint.pk}",
        f"user:{editor.pk}",
    )
    assert set(new) == {"is_ready", "name_digest", "summary_digest"}


def test_update_blueprint_keeps_the_name_of_its_own_versions_and_refuses_anothers(
    blueprint, trust, editor
):
    newer = services.renew_blueprint(
        blueprint=blueprint, version=blueprint.version, by=editor, at=AT
    )
    services.start_blueprint(trust=trust, version=blueprint.version, name="Other", by=editor, at=AT)
    services.update_blueprint(blueprint=newer, name="Plan", summary="", by=editor, at=LATER)
    for name, error in (("other", services.NameTaken), (" ", services.NameMissing)):
        with pytest.raises(error):
            services.update_blueprint(blueprint=newer, name=name, summary="", by=editor, at=LATER)
    assert reread(newer).name == "Plan"


# Exercises


def test_add_exercise_goes_to_the_end_and_makes_the_plan_unready(blueprint, editor):
    made = services.add_exercise(blueprint=blueprint, words=WORDS, by=editor, at=LATER)
    assert exercises(blueprint)[-1] == (3, "STATION", "Station", 10, "Listen first.", ["CE", "MD"])
    assert not reread(blueprint).is_ready
    action, name, actor, new = last_entry()
    assert (action, name, actor) == (
        "exercise.added",
        f"blueprint:{blueprint.pk}",
        f"user:{editor.pk}",
    )
    assert new.pop("name_digest")
    assert new.pop("instructions_digest")
    assert new == {
        "exercise": f"exercise:{made.pk}",
        "is_ready": False,
        "minutes": 10,
        "position": 3,
        "scoring_seats": ["CE", "MD"],
    }


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (ExerciseWords("STATION", "  ", 10), services.NameMissing),
        (ExerciseWords("STATION", "Station", 0), services.PlanRefused),
        (ExerciseWords("STATION", "Station", 601), services.PlanRefused),
        (ExerciseWords("PICNIC", "Station", 10), services.PlanRefused),
        (ExerciseWords("STATION", "Station", 10, "", ("KING",)), services.PlanRefused),
    ],
)
def test_exercise_that_cannot_be_is_refused_and_nothing_is_stored(
    blueprint, parts, editor, words, error
):
    before = exercises(blueprint)
    with pytest.raises(error):
        services.add_exercise(blueprint=blueprint, words=words, by=editor, at=LATER)
    with pytest.raises(error):
        services.update_exercise(exercise=parts["Talk"], words=words, by=editor, at=LATER)
    assert exercises(blueprint) == before


def test_update_exercise_keeps_its_place_and_its_criteria(blueprint, parts, editor):
    seen = queries.exercise_seen(parts["Talk"])
    services.update_exercise(exercise=parts["Talk"], words=WORDS, by=editor, at=LATER, seen=seen)
    assert exercises(blueprint)[0] == (1, "STATION", "Station", 10, "Listen first.", ["CE", "MD"])
    assert criteria(parts["Talk"]) == [("1", 30, None, None)]
    assert last_entry()[0] == "exercise.changed"
    with pytest.raises(services.PartChanged):
        services.update_exercise(
            exercise=parts["Talk"], words=WORDS, by=editor, at=LATER, seen=seen
        )


def test_move_exercise_exchanges_two_places_and_stops_at_the_ends(blueprint, parts, editor):
    def move(name, step, **more):
        services.move_exercise(exercise=parts[name], step=step, by=editor, at=LATER, **more)
        return [row[:1] + row[2:3] for row in exercises(blueprint)]

    assert move("Talk", -1) == [(1, "Talk"), (2, "Interview")]
    assert not Entry.objects.filter(action="exercise.moved").exists()
    assert move("Interview", -1) == [(1, "Interview"), (2, "Talk")]
    assert Entry.objects.filter(action="exercise.moved").count() == 1
    stale = queries.order_seen([parts["Talk"], parts["Interview"]])
    with pytest.raises(services.PartChanged):
        move("Talk", -1, seen=stale)
    assert move("Interview", 1) == [(1, "Talk"), (2, "Interview")]


def test_remove_exercise_takes_its_weights_and_its_part_of_the_tie_break(blueprint, parts, editor):
    pk = parts["Interview"].pk
    services.remove_exercise(exercise=parts["Interview"], by=editor, at=LATER)
    found = reread(blueprint)
    assert [row[2] for row in exercises(found)] == ["Talk"]
    assert (found.tie_break, found.is_ready) == (["1"], False)
    assert last_entry() == (
        "exercise.removed",
        f"blueprint:{blueprint.pk}",
        f"user:{editor.pk}",
        {"exercise": f"exercise:{pk}", "is_ready": False, "position": 2},
    )
    with pytest.raises(services.PartChanged):
        services.remove_exercise(exercise=parts["Interview"], by=editor, at=LATER)


# Weights


def test_weigh_changes_adds_and_takes_out_and_keeps_questions(blueprint, parts, editor):
    cells = {("Talk", "1"): None, ("Talk", "2"): 25, ("Interview", "1"): 45, ("Interview", "3"): 30}
    weigh(blueprint, parts, cells, editor)
    assert criteria(parts["Talk"]) == [("2", 25, None, None)]
    assert criteria(parts["Interview"]) == [
        ("3", 30, 3, "SITUATIONAL"),
        ("1", 45, None, "PAST_BEHAVIOUR"),
    ]
    assert reread(blueprint).is_ready
    action, name, _, new = last_entry()
    talk, interview = parts["Talk"].pk, parts["Interview"].pk
    assert (action, name, new) == (
        "blueprint.weighed",
        f"blueprint:{blueprint.pk}",
        {
            "is_ready": True,
            "weights": {
                f"{talk}/{parts['1'].pk}": None,
                f"{talk}/{parts['2'].pk}": 25,
                f"{interview}/{parts['1'].pk}": 45,
            },
        },
    )


@pytest.mark.parametrize(("weight", "is_ready"), [(29, False), (30, True), (31, False)])
def test_weigh_makes_the_plan_ready_at_a_sum_of_100_and_at_no_other(
    blueprint, parts, editor, weight, is_ready
):
    weigh(blueprint, parts, {("Talk", "1"): 1}, editor)
    assert not reread(blueprint).is_ready
    weigh(blueprint, parts, {("Talk", "1"): weight}, editor)
    assert reread(blueprint).is_ready is is_ready


def test_weigh_takes_out_of_the_tie_break_what_is_scored_nowhere(blueprint, parts, editor):
    weigh(blueprint, parts, {("Interview", "3"): None, ("Interview", "1"): 70}, editor)
    assert (reread(blueprint).tie_break, reread(blueprint).is_ready) == (["1"], True)


def test_weigh_gives_a_new_competency_of_an_interview_a_question_that_is_free(
    blueprint, parts, trust, editor
):
    first = Question.objects.get(competency=parts["2"], kind="PAST_BEHAVIOUR")
    RetiredQuestion.objects.create(trust=trust, key=first.key, retired_at=AT)
    weigh(blueprint, parts, {("Interview", "2"): 10, ("Talk", "2"): 10}, editor)
    assert criteria(parts["Interview"])[-1] == ("2", 10, None, "SITUATIONAL")
    assert criteria(parts["Talk"])[-1] == ("2", 10, None, None)
    weigh(blueprint, parts, {("Interview", "1"): None}, editor)
    Criterion.objects.filter(exercise=parts["Talk"], competency=parts["1"]).update(
        question=Question.objects.get(competency=parts["1"], kind="PAST_BEHAVIOUR")
    )
    weigh(blueprint, parts, {("Interview", "1"): 40}, editor)
    assert criteria(parts["Interview"])[-1] == ("1", 40, None, "SITUATIONAL")


@pytest.mark.parametrize("weight", [0, -1, 101])
def test_weigh_refuses_what_is_no_weight(blueprint, parts, editor, weight):
    with pytest.raises(services.PlanRefused, match="from 1 to 100"):
        weigh(blueprint, parts, {("Talk", "1"): weight}, editor)
    assert criteria(parts["Talk"]) == [("1", 30, None, None)]


def test_weigh_refuses_cells_of_another_plan_or_framework(blueprint, parts, trust, editor):
    copy = services.renew_blueprint(
        blueprint=blueprint, version=blueprint.version, by=editor, at=AT
    )
    draft = services.clone_version(version=blueprint.version, by=editor, at=AT)
    foreign = Competency.objects.filter(domain__version=draft).first()
    for cell in (
        (copy.exercises.first().pk, parts["1"].pk),
        (parts["Talk"].pk, foreign.pk),
    ):
        with pytest.raises(services.PlanRefused, match="no such"):
            services.weigh(blueprint=blueprint, weights={cell: 5}, by=editor, at=LATER)


def test_weigh_from_an_older_state_is_refused(blueprint, parts, editor):
    seen = queries.weights_page(blueprint).seen
    weigh(blueprint, parts, {("Talk", "1"): 31}, editor, seen=seen)
    with pytest.raises(services.PartChanged):
        weigh(blueprint, parts, {("Talk", "1"): 32}, editor, seen=seen)
    assert criteria(parts["Talk"]) == [("1", 31, None, None)]


# Questions


def asked(exercise, *rows):
    of_code = {c.competency.code: c.pk for c in exercise.criteria.select_related("competency")}
    return tuple(Asked(of_code[code], question, minimum) for code, question, minimum in rows)


def test_choose_questions_sets_order_question_and_minimum(blueprint, parts, editor):
    interview = parts["Interview"]
    other = Question.objects.get(competency=parts["1"], kind="SITUATIONAL")
    rows = asked(interview, ("1", other.pk, 2), ("3", None, None))
    services.choose_questions(exercise=interview, asked=rows, by=editor, at=LATER)
    assert criteria(interview) == [("1", 40, 2, "SITUATIONAL"), ("3", 30, None, None)]
    assert last_entry() == (
        "exercise.questions_chosen",
        f"blueprint:{blueprint.pk}",
        f"user:{editor.pk}",
        {
            "exercise": f"exercise:{interview.pk}",
            "is_ready": True,
            "order": [rows[0].criterion, rows[1].criterion],
        },
    )


def test_choose_questions_refuses_what_does_not_fit(parts, editor):
    interview = parts["Interview"]
    foreign = Question.objects.filter(competency=parts["2"]).first()
    before = criteria(interview)
    for rows, error in (
        (asked(interview, ("1", foreign.pk, None), ("3", None, None)), services.PlanRefused),
        (asked(interview, ("1", None, 6), ("3", None, None)), services.PlanRefused),
        (asked(interview, ("1", None, None)), services.PartChanged),
        (asked(interview, ("1", None, None), ("1", None, None)), services.PartChanged),
    ):
        with pytest.raises(error):
            services.choose_questions(exercise=interview, asked=rows, by=editor, at=LATER)
    assert criteria(interview) == before


# Rules


def test_set_rules_stores_every_rule_and_none_of_them(blueprint, editor):
    given = {
        "minimum_value": 1,
        "low_value": 2,
        "allowed_low": 0,
        "minimum_total_percent": 55,
        "tie_break": ("1",),
    }
    set_rules(blueprint, editor, **given)
    found = reread(blueprint)
    stored = {key: getattr(found, key) for key in given}
    assert stored == given | {"tie_break": ["1"]}
    assert last_entry()[3] == stored | {"is_ready": True}
    set_rules(blueprint, editor)
    assert [getattr(reread(blueprint), key) for key in given] == [None] * 4 + [[]]


@pytest.mark.parametrize(
    "rules",
    [
        {"minimum_value": 0},
        {"low_value": 6, "allowed_low": 1},
        {"low_value": 3},
        {"allowed_low": 3},
        {"minimum_total_percent": 0},
        {"minimum_total_percent": 101},
        {"tie_break": ("2",)},
        {"tie_break": ("1", "1")},
    ],
)
def test_set_rules_refuses_what_no_plan_can_have(blueprint, editor, rules):
    with pytest.raises(services.PlanRefused):
        set_rules(blueprint, editor, **rules)
    assert (reread(blueprint).minimum_value, reread(blueprint).tie_break) == (2, ["3", "1"])


def test_set_rules_from_an_older_state_is_refused(blueprint, editor):
    seen = queries.rules_seen(reread(blueprint))
    set_rules(blueprint, editor, seen=seen, minimum_value=1)
    with pytest.raises(services.PartChanged):
        set_rules(blueprint, editor, seen=seen, minimum_value=3)


# Frozen


def changes(blueprint, parts, editor):
    """Every change there is, as a call each."""
    who, talk = {"by": editor, "at": LATER}, parts["Talk"]
    return {
        "details": lambda: services.update_blueprint(
            blueprint=blueprint, name="N", summary="", **who
        ),
        "add": lambda: services.add_exercise(blueprint=blueprint, words=WORDS, **who),
        "update": lambda: services.update_exercise(exercise=talk, words=WORDS, **who),
        "move": lambda: services.move_exercise(exercise=talk, step=1, **who),
        "remove": lambda: services.remove_exercise(exercise=talk, **who),
        "weigh": lambda: weigh(blueprint, parts, {("Talk", "1"): 9}, editor),
        "questions": lambda: services.choose_questions(
            exercise=talk, asked=asked(talk, ("1", None, None)), **who
        ),
        "rules": lambda: set_rules(blueprint, editor),
    }


@pytest.mark.parametrize(
    "change", ["details", "add", "update", "move", "remove", "weigh", "questions", "rules"]
)
def test_every_change_to_a_frozen_blueprint_is_refused_and_leaves_no_trace(
    blueprint, parts, editor, change
):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    rows = Entry.objects.count()
    before = (reread(blueprint).__dict__ | {"_state": 0}, exercises(blueprint))
    with pytest.raises(services.BlueprintFrozen):
        changes(blueprint, parts, editor)[change]()
    assert (reread(blueprint).__dict__ | {"_state": 0}, exercises(blueprint)) == before
    assert Entry.objects.count() == rows
