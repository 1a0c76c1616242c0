"""The loader: what it returns, and that it names every fault by file, place and key."""

from dataclasses import replace

import pytest

from rubrics import library
from rubrics.models import Difficulty, ExerciseKind, QuestionKind
from tests.rubrics.conftest import blueprints_toml, framework_toml


def problems(read, path):
    with pytest.raises(library.LibraryError) as caught:
        read(path)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def without_keys(part):
    """Return a text with every key left out."""
    inner = {"domains", "competencies", "questions"} & set(vars(part))
    bare = {name: tuple(map(without_keys, getattr(part, name))) for name in inner}
    return replace(part, **bare, **({"key": ""} if hasattr(part, "key") else {}))


def test_framework_is_read_whole(write):
    text = framework_toml(competencies=(("A", "1", "Listening"),))
    found = library.read_framework(write(text))
    assert without_keys(found) == library.FrameworkText(
        slug="small",
        name="Small framework",
        scale_key="1-5",
        source="Ours, First, 2026",
        licence_note="Free",
        domains=(
            library.DomainText(
                code="A",
                name="Domain A",
                summary="",
                competencies=(
                    library.CompetencyText(
                        code="1",
                        name="Listening",
                        summary="What Listening is.",
                        tags={"gpc": [1, 6], "values": ["Compassion"]},
                        levels={value: f"Listening at {value}" for value in range(1, 6)},
                        questions=(
                            library.QuestionText(
                                kind="PAST_BEHAVIOUR",
                                difficulty="STANDARD",
                                text="Past_Behaviour about Listening?",
                                probes=("And then?", "Why?"),
                                good_answer="Good Listening.",
                            ),
                            library.QuestionText(
                                kind="SITUATIONAL",
                                difficulty="STANDARD",
                                text="Situational about Listening?",
                                probes=("And then?", "Why?"),
                                good_answer="Good Listening.",
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


def test_keys_of_a_library_file_are_the_same_each_time_and_all_different(write):
    first = library.read_framework(write(framework_toml()))
    second = library.read_framework(write(framework_toml().replace("Judging at 4", "New words")))
    other = library.read_framework(write(framework_toml(slug="other")))
    keys = [
        [p.key for d in text.domains for c in d.competencies for p in (d, c, *c.questions)]
        for text in (first, second, other)
    ]
    assert keys[0] == keys[1]
    assert not set(keys[0]) & set(keys[2])
    assert len(set(keys[0])) == 2 + 3 + 6


def test_digest_stays_for_the_same_words_and_changes_with_one(write):
    one = library.read_framework(write(framework_toml(), "one.toml"))
    spaced = library.read_framework(write("# a remark\n" + framework_toml(), "two.toml"))
    changed = library.read_framework(
        write(framework_toml().replace("Judging at 4", "Judging  at 4"), "three.toml")
    )
    assert one.digest == spaced.digest
    assert one.digest != changed.digest


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "Judging"', "", "small.toml, domain A, competency 2, name: is missing"),
        ('name = "Judging"', 'name = " "', "small.toml, domain A, competency 2, name: is empty"),
        (
            'name = "Judging"',
            "name = 7",
            "small.toml, domain A, competency 2, name: must be a text",
        ),
        (
            'name = "Judging"',
            f'name = "{"x" * 121}"',
            "small.toml, domain A, competency 2, name: has 121 characters, 120 fit",
        ),
        (
            '"Judging at 4", ',
            "",
            "small.toml, domain A, competency 2, levels: has 4 texts, the scale needs 5",
        ),
        (
            '"Judging at 4"',
            '""',
            "small.toml, domain A, competency 2, levels: entry 4 must be a text that is not empty",
        ),
        (
            'summary = "What Judging is."',
            'sumary = "What Judging is."',
            "small.toml, domain A, competency 2, sumary: is not known here",
        ),
        (
            'kind = "SITUATIONAL"\ntext = "Situational about Leading?"',
            'kind = "GUESS"\ntext = "Situational about Leading?"',
            "small.toml, domain B, competency 3, question 2, kind:"
            " 'GUESS' is not one of PAST_BEHAVIOUR, SITUATIONAL",
        ),
        ('code = "2"', 'code = "3"', "small.toml, competency 3: stands here 2 times"),
        ('code = "B"', 'code = "A"', "small.toml, domain A: stands here 2 times"),
        (
            'scale = "1-5"',
            'scale = "1-6"',
            "small.toml, scale: '1-6' is not one of 1-5, 1-4, 0-5, 1-7, 1-10",
        ),
        ('slug = "small"', "", "small.toml, slug: is missing"),
    ],
)
def test_fault_of_a_framework_is_named_by_file_domain_competency_and_key(write, old, new, expected):
    text = framework_toml()
    assert old in text
    assert problems(library.read_framework, write(text.replace(old, new, 1))) == [expected]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("{ gmc = [1] }", "gmc is not one of gpc, gmp, hlm, values"),
        ('{ gpc = ["1"] }', "gpc must be a list of numbers"),
        ("{ hlm = [1] }", "hlm must be a list of names"),
        ('{ values = "Compassion" }', "values must be a list of names"),
    ],
)
def test_fault_of_tags_is_named(write, tags, expected):
    text = framework_toml().replace('{ gpc = [1, 6], values = ["Compassion"] }', tags, 1)
    path = f"small.toml, domain A, competency 1, tags: {expected}"
    assert problems(library.read_framework, write(text)) == [path]


def test_every_fault_of_a_file_is_named_at_once(write):
    text = framework_toml().replace('name = "Judging"', "").replace('name = "Leading"', "")
    assert problems(library.read_framework, write(text)) == [
        "small.toml, domain A, competency 2, name: is missing",
        "small.toml, domain B, competency 3, name: is missing",
    ]


def test_empty_framework_is_refused(write):
    head = framework_toml(competencies=())
    assert problems(library.read_framework, write(head)) == ["small.toml, domains: is missing"]
    assert problems(library.read_framework, write(head + "\ndomains = []")) == [
        "small.toml, domains: is empty"
    ]
    assert problems(library.read_framework, write(head + "\ndomains = [1]")) == [
        "small.toml, domains: entry 1 must be a table"
    ]


def test_file_that_is_not_there_or_not_toml_is_named(write, tmp_path):
    (missing,) = problems(library.read_framework, tmp_path / "gone.toml")
    assert missing == "gone.toml: cannot be read (No such file or directory)"
    (broken,) = problems(library.read_framework, write("slug = "))
    assert broken.startswith("small.toml: is not TOML in UTF-8 (")
    (tmp_path / "latin.toml").write_bytes('name = "Siân"'.encode("latin-1"))
    (latin,) = problems(library.read_framework, tmp_path / "latin.toml")
    assert latin.startswith("latin.toml: is not TOML in UTF-8 (")


def test_blueprint_is_read_whole(write):
    found = library.read_blueprints(write(blueprints_toml(), "blueprints.toml"))
    assert found == {
        "plan": library.BlueprintText(
            slug="plan",
            name="Plan",
            framework="small",
            summary="Two exercises.",
            exercises=(
                library.ExerciseText(
                    kind="PRESENTATION",
                    name="Talk",
                    minutes=20,
                    instructions="Be brief.",
                    criteria=(library.CriterionText("1", 30),),
                ),
                library.ExerciseText(
                    kind="PANEL_INTERVIEW",
                    name="Interview",
                    minutes=45,
                    instructions="",
                    criteria=(
                        library.CriterionText("3", 30, "SITUATIONAL", 3),
                        library.CriterionText("1", 40, "PAST_BEHAVIOUR"),
                    ),
                ),
            ),
            minimum_value=2,
            low_value=3,
            allowed_low=1,
            minimum_total_percent=60,
            tie_break=("3", "1"),
        )
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "weight = 40",
            "weight = 41",
            "blueprints.toml, blueprint plan, weight: the weights sum to 101, not 100",
        ),
        (
            "allowed_low = 1",
            "",
            "blueprints.toml, blueprint plan, rules, low_value:"
            " low_value and allowed_low stand together or not at all",
        ),
        (
            'tie_break = ["3", "1"]',
            'tie_break = ["3", "2"]',
            "blueprints.toml, blueprint plan, rules, tie_break: 2 is not scored in this blueprint",
        ),
        (
            "minimum_total_percent = 60",
            "minimum_total_percent = 160",
            "blueprints.toml, blueprint plan, rules, minimum_total_percent:"
            " is 160, must be from 0 to 100",
        ),
        (
            'competency = "3", weight = 30',
            'competency = "1", weight = 30',
            "blueprints.toml, blueprint plan, exercise Interview, criterion 1: stands here 2 times",
        ),
        (
            "minutes = 45",
            "minutes = 0",
            "blueprints.toml, blueprint plan, exercise Interview, minutes:"
            " is 0, must be from 1 to 32767",
        ),
        (
            "minutes = 45",
            "minutes = true",
            "blueprints.toml, blueprint plan, exercise Interview, minutes: must be a whole number",
        ),
        (
            'question_kind = "PAST_BEHAVIOUR"',
            'question = "PAST_BEHAVIOUR"',
            "blueprints.toml, blueprint plan, exercise Interview, criterion 1, question:"
            " is not known here",
        ),
    ],
)
def test_fault_of_a_blueprint_is_named_by_exercise_criterion_and_key(write, old, new, expected):
    text = blueprints_toml()
    assert old in text
    path = write(text.replace(old, new, 1), "blueprints.toml")
    found = problems(library.read_blueprints, path)
    assert expected in found
    assert len(found) == 1 or "tie_break" in found[1]


def test_blueprint_slug_stands_once(write):
    path = write(blueprints_toml() * 2, "blueprints.toml")
    assert problems(library.read_blueprints, path) == [
        "blueprints.toml, blueprint plan: stands here 2 times"
    ]


def test_starter_library_is_available_under_the_slugs_in_its_files():
    available = library.available()
    assert list(available) == ["clinical-practice", "medical-leadership"]
    for slug, path in available.items():
        assert library.read_framework(path).slug == slug


def test_starter_library_keeps_every_word_of_its_files():
    leadership = library.read_framework(library.available()["medical-leadership"])
    competencies = [c for domain in leadership.domains for c in domain.competencies]
    assert len(competencies) == 20
    assert {len(c.levels) for c in competencies} == {5}
    assert sum(len(c.questions) for c in competencies) == 40
    assert list(library.read_blueprints()) == [
        "consultant-aac",
        "assessment-day",
        "shortlisting-only",
    ]


def test_kinds_of_the_library_are_those_of_the_database():
    assert list(library.QUESTION_KINDS) == QuestionKind.values
    assert list(library.DIFFICULTIES) == Difficulty.values
    assert list(library.EXERCISE_KINDS) == ExerciseKind.values
