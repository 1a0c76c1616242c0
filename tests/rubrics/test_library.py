"""The starter library as data: complete, distinct, plain, and asking nothing unlawful."""

import re
import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "rubrics" / "library"

ELEMENTS = {
    "1.1": "Developing self awareness",
    "1.2": "Managing yourself",
    "1.3": "Continuing personal development",
    "1.4": "Acting with integrity",
    "2.1": "Developing networks",
    "2.2": "Building and maintaining relationships",
    "2.3": "Encouraging contribution",
    "2.4": "Working within teams",
    "3.1": "Planning",
    "3.2": "Managing resources",
    "3.3": "Managing people",
    "3.4": "Managing performance",
    "4.1": "Ensuring patient safety",
    "4.2": "Critically evaluating",
    "4.3": "Encouraging improvement and innovation",
    "4.4": "Facilitating transformation",
    "5.1": "Identifying the contexts for change",
    "5.2": "Applying knowledge and evidence",
    "5.3": "Making decisions",
    "5.4": "Evaluating impact",
}
DIMENSIONS = {
    "Inspiring shared purpose",
    "Leading with care",
    "Evaluating information",
    "Connecting our service",
    "Sharing the vision",
    "Engaging the team",
    "Holding to account",
    "Developing capability",
    "Influencing for results",
}
VALUES = {
    "Working together for patients",
    "Respect and dignity",
    "Commitment to quality of care",
    "Compassion",
    "Improving lives",
    "Everyone counts",
}
TAGS = {"gpc": set(range(1, 10)), "gmp": set(range(1, 5)), "hlm": DIMENSIONS, "values": VALUES}
KINDS = {"PAST_BEHAVIOUR", "SITUATIONAL"}
EXERCISES = {"SHORTLISTING", "PRESENTATION", "STATION", "PANEL_INTERVIEW", "STAKEHOLDER_GROUP"}
HEAD = ["slug", "name", "scale", "language", "source", "edition", "year", "licence_note"]

# A level that differs from its neighbour only in one of these is no level of its own.
DEGREE_WORDS = re.compile(
    r"\b(sometimes|often|usually|always|frequently|occasionally|rarely|consistently|generally|very"
    r"|highly|excellent|outstanding|effectively|adequately|strong|some|limited|poor|good|clear)\b",
    re.IGNORECASE,
)
FREQUENCY_WORDS = re.compile(
    r"\b(sometimes|often|usually|always|frequently|occasionally|rarely|consistently|excellent"
    r"|outstanding|effectively|adequately)\b",
    re.IGNORECASE,
)
AMERICAN = re.compile(
    r"\b(behaviors?|organiz\w*|recogniz\w*|prioritiz\w*|realiz\w*|summariz\w*|analyz\w*|centers?"
    r"|programs?|judgments?|favor\w*|honor\w*|labor|labeled|labeling|practicing|practiced"
    r"|pediatric\w*|anesthe\w*|fulfill|skillful|counsel(ed|ing)|enroll|license|defense|gray|toward"
    r"|gotten|emergency room|operating room)\b",
    re.IGNORECASE,
)
TYPOGRAPHY = re.compile(r"[\u2010-\u2015\u2018-\u201f\u2026\u00a0\t]|  |\s$|^\s")
ABBREVIATION = re.compile(r"\b(?!NHS\b)[A-Z]{2,}s?\b")
NOT_OURS_TO_ASK = re.compile(
    r"\byour (own )?(age|health|illness|disability|pregnancy|family|children|partner|husband|wife"
    r"|religion|faith|nationality|ethnicity|race|sexuality|gender|politics|union|sickness)"
    r"|\b(married|maternity|paternity|childcare|where are you from|how old are you)\b",
    re.IGNORECASE,
)

# Time served is not behaviour, and it counts against doctors who rotate, work part-time or moved.
TIME_SERVED = re.compile(r"\b(years?|decades?|months?|long-standing|lasting)\b", re.IGNORECASE)
NO_EXAMPLE = re.compile(r"\b(has|offers|shows) (no|nobody|nothing)\b", re.IGNORECASE)
OPENS_IN_THE_PRESENT = re.compile(r"([A-Z][a-z]*s|Cannot)\b")
LONGEST_SENTENCE = 27
JARGON_OR_IDIOM = re.compile(
    r"\b(stakeholders?|leverag\w*|robust\w*|buy-in|synerg\w*|proactive\w*|holistic\w*|empower\w*"
    r"|going forward|deliverables?|take ownership|best practice|on board|on side|third way"
    r"|open door|door is open|sink or swim|pick up the pieces|hand in it|to the letter|made out"
    r"|soloist|in disguise|fell short|won over|come across|came apart|let it rest)\b",
    re.IGNORECASE,
)
GENDERED = re.compile(
    r"\b(he|she|him|his|hers?|sisters?|matron|chairman|manpower)\b", re.IGNORECASE
)
TWO_QUESTIONS = re.compile(
    r"(,|\band) (and )?(by |of |to |in )?"
    r"(what|how|who|whom|whose|when|where|why|which)\b[^.]*\?"
    r"|^Tell us about .*\band (what|how|your)\b",
    re.IGNORECASE,
)
ABOUT_ONE_PERSON = re.compile(
    r"^Tell us about (a patient\b|a conversation with a patient|someone you|somebody you)"
    r"|^Tell us about .*\ba patient had been"
)


def load(name):
    with (LIBRARY / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


LEADERSHIP = load("medical_leadership")
CLINICAL = load("clinical_practice")
FRAMEWORKS = {framework["slug"]: framework for framework in (LEADERSHIP, CLINICAL)}
BLUEPRINTS = {blueprint["slug"]: blueprint for blueprint in load("blueprints")["blueprints"]}


def competencies(framework):
    return [found for domain in framework["domains"] for found in domain["competencies"]]


EVERY_COMPETENCY = [c for framework in FRAMEWORKS.values() for c in competencies(framework)]
EVERY_QUESTION = [
    (competency, question)
    for competency in EVERY_COMPETENCY
    for question in competency.get("questions", [])
]


def criteria(blueprint):
    return [found for exercise in blueprint["exercises"] for found in exercise["criteria"]]


def words(text):
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower())


def similarity(one, other):
    first, second = set(words(one)), set(words(other))
    return len(first & second) / len(first | second)


def is_same_but_for_degree(one, other):
    stripped = [set(words(DEGREE_WORDS.sub("", text))) for text in (one, other)]
    return stripped[0] <= stripped[1] or stripped[1] <= stripped[0]


def strings(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


by_code = pytest.mark.parametrize("competency", EVERY_COMPETENCY, ids=lambda c: c["code"])
by_question = pytest.mark.parametrize(
    ("competency", "question"),
    EVERY_QUESTION,
    ids=[f"{c['code']}-{q['kind'].lower()}" for c, q in EVERY_QUESTION],
)
by_blueprint = pytest.mark.parametrize("blueprint", BLUEPRINTS.values(), ids=BLUEPRINTS)


@pytest.mark.parametrize("framework", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_framework_head_is_complete(framework):
    assert [key for key in HEAD if not framework.get(key)] == []
    assert framework["scale"] == "1-5"
    assert framework["language"] == "en-GB"
    assert "endorsement" in framework["licence_note"]


def test_leadership_has_the_five_domains_and_twenty_elements_in_order():
    assert {c["code"]: c["name"] for c in competencies(LEADERSHIP)} == ELEMENTS
    assert [c["code"] for c in competencies(LEADERSHIP)] == sorted(ELEMENTS)
    assert [(d["code"], d["name"]) for d in LEADERSHIP["domains"]] == [
        ("1", "Demonstrating personal qualities"),
        ("2", "Working with others"),
        ("3", "Managing services"),
        ("4", "Improving services"),
        ("5", "Setting direction"),
    ]


def test_clinical_practice_has_ten_competencies_with_codes_of_their_own():
    codes = [c["code"] for c in competencies(CLINICAL)]
    assert codes == ["A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5"]


@pytest.mark.parametrize("framework", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_competency_code_starts_with_its_domain(framework):
    astray = [
        (domain["code"], competency["code"])
        for domain in framework["domains"]
        for competency in domain["competencies"]
        if not competency["code"].startswith(domain["code"])
    ]
    assert astray == []


@by_code
def test_competency_has_summary_and_five_levels_of_readable_length(competency):
    assert 10 <= len(competency["summary"].split()) <= 45
    lengths = [len(level.split()) for level in competency["levels"]]
    assert len(lengths) == 5
    assert [length for length in lengths if not 15 <= length <= 45] == []
    assert [level for level in competency["levels"] if not re.match(r"[A-Z].*\.$", level)] == []


@by_code
def test_levels_open_differently(competency):
    openings = {tuple(words(level)[:5]) for level in competency["levels"]}
    assert len(openings) == 5


@by_code
def test_neighbouring_levels_describe_different_behaviour(competency):
    weak = [
        (lower, upper)
        for lower, upper in pairwise(competency["levels"])
        if similarity(lower, upper) >= 0.4 or is_same_but_for_degree(lower, upper)
    ]
    assert weak == []


@by_code
def test_levels_do_not_grade_by_frequency(competency):
    assert [level for level in competency["levels"] if FREQUENCY_WORDS.search(level)] == []


@by_code
def test_levels_open_in_the_present_so_that_both_kinds_of_answer_fit(competency):
    assert [level for level in competency["levels"] if not OPENS_IN_THE_PRESENT.match(level)] == []


@by_code
def test_levels_do_not_ask_for_time_served(competency):
    assert [level for level in competency["levels"] if TIME_SERVED.search(level)] == []


@by_code
def test_lowest_level_has_a_place_for_no_example(competency):
    assert NO_EXAMPLE.search(competency["levels"][0])


@by_code
def test_levels_are_in_short_sentences_and_plain_ungendered_words(competency):
    texts = [competency["summary"], *competency["levels"]]
    sentences = [part for text in texts for part in re.split(r"[.:;]\s+", text)]
    assert [part for part in sentences if len(part.split()) > LONGEST_SENTENCE] == []
    assert [text for text in texts if JARGON_OR_IDIOM.search(text)] == []
    assert [text for text in texts if GENDERED.search(text)] == []


def test_no_two_levels_of_the_library_say_the_same():
    levels = [(c["code"], level) for c in EVERY_COMPETENCY for level in c["levels"]]
    assert len(levels) == 150
    alike = [
        (one, other)
        for one, other in combinations(levels, 2)
        if similarity(one[1], other[1]) >= 0.4
    ]
    assert alike == []


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("Sometimes involves others in plans.", "Usually involves others in plans."),
        ("Gives a clear example of planning.", "Gives a very strong and clear example of planning"),
        ("Involves others.", "Consistently involves others, patients and staff."),
    ],
)
def test_degree_check_catches_levels_that_differ_by_an_adverb(lower, upper):
    assert is_same_but_for_degree(lower, upper)


@by_code
def test_tags_are_known_and_written_once(competency):
    assert competency["tags"].keys() == TAGS.keys()
    for key, allowed in TAGS.items():
        found = competency["tags"][key]
        assert len(found) == len(set(found))
        assert set(found) <= allowed
        assert key in {"hlm", "values"} or found == sorted(found)
    assert competency["tags"]["gpc"]
    assert competency["tags"]["gmp"]
    assert competency["tags"]["values"]


@pytest.mark.parametrize("key", TAGS)
def test_leadership_and_clinical_practice_together_reach_every_heading(key):
    assert {tag for c in EVERY_COMPETENCY for tag in c["tags"][key]} == TAGS[key]


@pytest.mark.parametrize("competency", competencies(LEADERSHIP), ids=lambda c: c["code"])
def test_leadership_competency_has_one_question_of_each_kind(competency):
    kinds = [question["kind"] for question in competency["questions"]]
    assert kinds == ["PAST_BEHAVIOUR", "SITUATIONAL"]


def test_only_registration_and_training_goes_without_a_question():
    assert [c["code"] for c in EVERY_COMPETENCY if not c.get("questions")] == ["A1"]


@by_question
def test_question_is_open_single_and_complete(competency, question):
    assert question.keys() == {"kind", "difficulty", "text", "probes", "good_answer"}
    assert question["kind"] in KINDS
    assert question["difficulty"] in {"STANDARD", "STRETCH"}
    assert question["text"].count("?") <= 1
    assert 10 <= len(question["text"].split()) <= 60
    assert 3 <= len(question["probes"]) <= 4
    assert [probe for probe in question["probes"] if probe.count("?") != 1] == []
    assert 2 <= len(re.findall(r"\.(?:\s|$)", question["good_answer"])) <= 3
    assert 20 <= len(question["good_answer"].split()) <= 60


@by_question
def test_past_question_asks_for_experience_and_situational_one_for_a_choice(competency, question):
    asks_for_experience = question["text"].startswith("Tell us about ")
    assert asks_for_experience == (question["kind"] == "PAST_BEHAVIOUR")
    if question["kind"] == "SITUATIONAL":
        assert re.search(r"(would you|Talk us through)[^.]*[.?]$", question["text"])
        assert re.search(r"\b(have you|your own)\b", question["probes"][-1])


@by_question
def test_question_and_probes_ask_one_thing_each(competency, question):
    lead = [question["text"]] if question["kind"] == "PAST_BEHAVIOUR" else []
    assert [text for text in [*lead, *question["probes"]] if TWO_QUESTIONS.search(text)] == []
    texts = [question["text"], question["good_answer"], *question["probes"]]
    assert [text for text in texts if JARGON_OR_IDIOM.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Whom would you talk to first, and where?",
        "Why that, and why those patients?",
        "What did you undertake to do, and by when?",
        "Tell us about a large change at work, and your part in it.",
    ],
)
def test_single_question_check_catches_two_in_one(text):
    assert TWO_QUESTIONS.search(text)


@by_question
def test_question_about_one_person_asks_to_leave_out_who_it_was(competency, question):
    if ABOUT_ONE_PERSON.search(question["text"]):
        assert "leave out anything that could identify" in question["text"]


def test_six_questions_are_about_one_person():
    about = [c["code"] for c, q in EVERY_QUESTION if ABOUT_ONE_PERSON.search(q["text"])]
    assert about == ["3.3", "4.1", "A2", "A3", "B2", "B5"]


def test_no_question_or_last_probe_is_asked_twice():
    texts = [question["text"] for _, question in EVERY_QUESTION]
    situational = [q for _, q in EVERY_QUESTION if q["kind"] == "SITUATIONAL"]
    last_probes = [question["probes"][-1] for question in situational]
    assert len(texts) == len(set(texts)) == 40 + 12
    assert len(last_probes) == len(set(last_probes))


@by_question
def test_question_stays_within_what_may_be_asked(competency, question):
    asked = [question["text"], *question["probes"]]
    assert [text for text in asked if NOT_OURS_TO_ASK.search(text)] == []


@pytest.mark.parametrize("text", ["How is your health?", "Are you married?", "What is your age?"])
def test_lawfulness_check_catches_forbidden_questions(text):
    assert NOT_OURS_TO_ASK.search(text)


@pytest.mark.parametrize("name", ["medical_leadership", "clinical_practice", "blueprints"])
def test_text_is_british_and_plainly_set(name):
    texts = list(strings(load(name)))
    assert len(texts) > 20
    assert [text for text in texts if AMERICAN.search(text)] == []
    assert [text for text in texts if TYPOGRAPHY.search(text)] == []


@by_code
def test_levels_and_questions_use_no_abbreviations(competency):
    texts = [*competency["levels"], *strings(competency.get("questions", []))]
    texts = [text for text in texts if text not in KINDS | {"STANDARD", "STRETCH"}]
    assert [text for text in texts if ABBREVIATION.search(text)] == []


def test_three_blueprints_are_ready():
    assert {slug: found["name"] for slug, found in BLUEPRINTS.items()} == {
        "consultant-aac": "Consultant AAC",
        "assessment-day": "Assessment day",
        "shortlisting-only": "Shortlisting only",
    }


@by_blueprint
def test_blueprint_weights_are_whole_and_sum_to_100(blueprint):
    weights = [criterion["weight"] for criterion in criteria(blueprint)]
    assert all(type(weight) is int and weight > 0 for weight in weights)
    assert sum(weights) == 100


@by_blueprint
def test_blueprint_names_competencies_of_its_one_framework(blueprint):
    known = {c["code"]: c for c in competencies(FRAMEWORKS[blueprint["framework"]])}
    used = [criterion["competency"] for criterion in criteria(blueprint)]
    assert set(used) <= known.keys()
    for exercise in blueprint["exercises"]:
        codes = [criterion["competency"] for criterion in exercise["criteria"]]
        assert len(codes) == len(set(codes))
    for criterion in criteria(blueprint):
        if "question_kind" in criterion:
            kinds = {q["kind"] for q in known[criterion["competency"]]["questions"]}
            assert criterion["question_kind"] in kinds


@by_blueprint
def test_blueprint_rules_are_whole_and_on_the_scale(blueprint):
    rules = blueprint["rules"]
    used = {criterion["competency"] for criterion in criteria(blueprint)}
    assert 1 <= rules["minimum_value"] < rules["low_value"] <= 5
    assert 0 <= rules["allowed_low"] < len(criteria(blueprint))
    assert rules["minimum_total_percent"] == 60
    assert sorted(rules["tie_break"]) == sorted(used)
    minimums = [criterion["minimum"] for criterion in criteria(blueprint) if "minimum" in criterion]
    assert all(rules["minimum_value"] < minimum <= 5 for minimum in minimums)


@by_blueprint
def test_blueprint_exercises_are_known_named_once_and_fit_their_minutes(blueprint):
    names = [exercise["name"] for exercise in blueprint["exercises"]]
    assert len(names) == len(set(names))
    for exercise in blueprint["exercises"]:
        assert exercise["kind"] in EXERCISES
        assert exercise["minutes"] / len(exercise["criteria"]) >= 3
        if exercise["kind"] == "PRESENTATION":
            parts = exercise["presenting_minutes"] + exercise["questions_minutes"]
            assert parts == exercise["minutes"]
        if exercise["kind"] == "PANEL_INTERVIEW":
            assert all("question_kind" in criterion for criterion in exercise["criteria"])
            assert 5 * len(exercise["criteria"]) <= exercise["minutes"]


def test_consultant_aac_is_the_default_panel():
    blueprint = BLUEPRINTS["consultant-aac"]
    plan = [(e["kind"], e["minutes"], len(e["criteria"])) for e in blueprint["exercises"]]
    assert plan == [("PRESENTATION", 20, 3), ("PANEL_INTERVIEW", 45, 7)]
    assert blueprint["framework"] == "medical-leadership"
    assert blueprint["rules"] == {
        "minimum_value": 2,
        "low_value": 3,
        "allowed_low": 2,
        "minimum_total_percent": 60,
        "tie_break": ["4.1", "1.4", "2.2", "3.3", "4.3", "5.2", "5.1"],
    }
    presented, interviewed = (
        {criterion["competency"] for criterion in exercise["criteria"]}
        for exercise in blueprint["exercises"]
    )
    assert presented & interviewed == {"4.3", "5.1", "5.2"}


def test_assessment_day_sees_every_competency_twice():
    used = [criterion["competency"] for criterion in criteria(BLUEPRINTS["assessment-day"])]
    assert {code: used.count(code) for code in used} == dict.fromkeys(
        ["4.1", "1.4", "3.3", "2.2", "5.3", "2.3", "5.1", "4.3"], 2
    )
