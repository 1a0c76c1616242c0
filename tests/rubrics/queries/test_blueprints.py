"""Read models of blueprints: the plan a score sheet stands on, the list, the page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrics import library, queries, services
from rubrics.models import Competency, Criterion, Exercise, Question, RetiredQuestion
from tests.rubrics.conftest import AT, LATER, blueprints_toml


def counted(run):
    with CaptureQueriesContext(connection) as captured:
        found = run()
    return found, len(captured)


def outline(plan):
    return [
        (
            planned.exercise.name,
            [
                (
                    found.label,
                    found.criterion.weight,
                    found.question and found.question.text,
                    [(level.value, level.word, level.anchor) for level in found.levels],
                )
                for found in planned.criteria
            ],
        )
        for planned in plan.exercises
    ]


WORDS = ("Poor", "Area for concern", "Satisfactory", "Good", "Excellent")


def levels(title):
    return [(value, word, f"{title} at {value}") for value, word in enumerate(WORDS, 1)]


def test_blueprint_plan_nests_everything_a_score_sheet_shows(blueprint):
    plan = queries.blueprint_plan(blueprint)
    assert (plan.blueprint, plan.version, plan.scale.key) == (blueprint, blueprint.version, "1-5")
    assert outline(plan) == [
        ("Talk", [("1 Listening", 30, None, levels("Listening"))]),
        (
            "Interview",
            [
                ("3 Leading", 30, "Situational about Leading?", levels("Leading")),
                ("1 Listening", 40, "Past_Behaviour about Listening?", levels("Listening")),
            ],
        ),
    ]
    assert [found.competency.code for found in plan.criteria] == ["1", "3", "1"]


def test_blueprint_plan_asks_the_same_number_of_queries_of_any_size(blueprint, trust, editor):
    small, first = counted(lambda: outline(queries.blueprint_plan(blueprint)))
    path = library.available()["medical-leadership"]
    version = services.load_library(trust=trust, path=path, by=editor, at=AT)
    version = services.publish_version(version=version, by=editor, at=AT)
    questions = Question.objects.filter(competency__domain__version=version, position=1)
    for position in range(3, 9):
        exercise = Exercise.objects.create(
            blueprint=blueprint, position=position, kind="STATION", name="Station", minutes=9
        )
        Criterion.objects.bulk_create(
            Criterion(
                exercise=exercise,
                position=number,
                competency_id=question.competency_id,
                question=question,
                weight=1,
            )
            for number, question in enumerate(questions, 1)
        )
    large, last = counted(lambda: outline(queries.blueprint_plan(blueprint)))
    assert (len(small), len(large), len(large[-1][1])) == (2, 8, 20)
    assert first == last == 4


SEEN_ONCE = "Seen in one exercise only: 3 Leading (Interview)."


def texts(mends):
    return [mend.point.text for mend in mends]


def test_blueprint_page_reads_rules_and_matrix_aloud(blueprint):
    page = queries.blueprint_page(blueprint)
    assert [(row.label, row.total) for row in page.matrix.rows] == [
        ("1 Listening", 70),
        ("3 Leading", 30),
    ]
    assert [(column.name, column.total) for column in page.matrix.columns] == [
        ("Talk", 30),
        ("Interview", 70),
    ]
    assert (page.matrix.total, page.matrix.minutes) == (100, 65)
    assert page.rules.hurdles[0] == "The mean of every criterion is at least 2 (Area for concern)."
    assert page.rules.tie_break == ("3 Leading", "1 Listening")
    assert (page.missing, texts(page.weak)) == ((), [SEEN_ONCE])
    assert [
        (card.exercise.name, card.scored_by, card.can_go_up, card.can_go_down)
        for card in page.exercises
    ] == [
        ("Talk", "Every member", False, True),
        ("Interview", "Every member", True, False),
    ]
    assert page.checklist.count == "10 of 15 hold"
    assert page.others == ()


def test_blueprint_page_warns_of_a_newer_framework_until_it_is_frozen(blueprint, editor):
    copy = services.clone_version(version=blueprint.version, by=editor, at=LATER)
    assert texts(queries.blueprint_page(blueprint).weak) == [SEEN_ONCE]
    services.publish_version(version=copy, by=editor, at=LATER)
    assert texts(queries.blueprint_page(blueprint).weak) == [
        "It stands on version 1; version 2 of the framework is published.",
        SEEN_ONCE,
    ]
    frozen = services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    assert texts(queries.blueprint_page(frozen).weak) == [SEEN_ONCE]


def test_blueprint_page_warns_of_a_question_that_was_retired(blueprint, trust, editor):
    question = Question.objects.get(criteria__exercise__blueprint=blueprint, kind="SITUATIONAL")
    RetiredQuestion.objects.create(
        trust=trust, key=question.key, retired_at=LATER, retired_by=editor
    )
    found = queries.blueprint_page(blueprint).weak[-1]
    assert found.point.text == "Interview asks a retired question about 3 Leading."
    assert (found.point.place, found.exercise.name) == ("QUESTIONS", "Interview")


def test_blueprint_page_of_a_retired_version_says_that_it_is_not_usable(blueprint, editor):
    services.retire_version(version=blueprint.version, by=editor, at=LATER)
    assert texts(queries.blueprint_page(blueprint).missing) == [
        "The version of the framework under it is not published."
    ]


def test_blueprint_page_names_the_other_versions_of_the_blueprint(blueprint, editor):
    newer = services.renew_blueprint(
        blueprint=blueprint, version=blueprint.version, by=editor, at=LATER
    )
    assert queries.blueprint_page(blueprint).others == (newer,)
    assert queries.blueprint_page(newer).others == (blueprint,)


def test_blueprint_page_asks_the_same_number_of_queries_of_any_size(blueprint, editor):
    _, first = counted(lambda: queries.blueprint_page(blueprint))
    for number in range(12):
        words = services.ExerciseWords("STATION", f"Station {number}", 10)
        exercise = services.add_exercise(blueprint=blueprint, words=words, by=editor, at=LATER)
        weights = {
            (exercise.pk, pk): 1
            for pk in Competency.objects.filter(domain__version=blueprint.version).values_list(
                "pk", flat=True
            )
        }
        services.weigh(blueprint=blueprint, weights=weights, by=editor, at=LATER)
    page, last = counted(lambda: queries.blueprint_page(blueprint))
    assert (len(page.exercises), len(page.matrix.rows)) == (14, 3)
    assert first == last


def read(person):
    return [
        (b.trust.name, str(b), str(b.version), [(e.name, e.weight) for e in b.exercises.all()])
        for b in queries.blueprint_list(person)
    ]


def test_blueprint_list_shows_own_trusts_with_weights(blueprint, reader, stranger, make_user):
    assert read(reader) == [
        (
            "Northbridge NHS Foundation Trust",
            "Plan, version 1",
            "version 1",
            [("Talk", 30), ("Interview", 70)],
        )
    ]
    assert read(stranger) == read(make_user("Nobody")) == []


def test_blueprint_list_asks_the_same_number_of_queries_at_1_and_at_30_rows(
    blueprint, trust, editor, reader
):
    one, first = counted(lambda: read(reader))
    for _ in range(29):
        services.create_blueprint(
            trust=trust, slug="plan", version=blueprint.version, by=editor, at=AT
        )
    reader = type(reader).objects.get(pk=reader.pk)
    thirty, last = counted(lambda: read(reader))
    assert (len(one), len(thirty)) == (1, 30)
    assert first == last == 3


def test_ready_plans_stand_on_the_newest_published_version_for_editors(
    draft, editor, reader, stranger, ready_plan
):
    ready_plan()
    assert queries.ready_plans(editor) == ()
    services.publish_version(version=draft, by=editor, at=AT)
    copy = services.clone_version(version=draft, by=editor, at=LATER)

    def offered(person):
        return [(found.text.slug, found.version.number) for found in queries.ready_plans(person)]

    assert [offered(person) for person in (editor, reader, stranger)] == [[("plan", 1)], [], []]
    services.publish_version(version=copy, by=editor, at=LATER)
    assert offered(editor) == [("plan", 2)]


def test_ready_plans_leave_out_those_for_another_framework(published, editor, ready_plan):
    ready_plan(blueprints_toml(framework="other"))
    assert queries.ready_plans(editor) == ()
