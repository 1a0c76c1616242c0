"""What is in the bank, what each filter leaves, and what was asked lately."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from rubrics import queries, services
from rubrics.models import Competency, Question, QuestionUse
from rubrics.queries.bank import year_before
from tests.rubrics.conftest import AT, framework_toml

ON = date(2026, 9, 1)
ACUTE, STROKE = "Acute internal medicine", "Stroke medicine"


def texts(user, **wanted):
    return [row.question.text for row in queries.bank_page(user, wanted, page=1, on=ON).rows]


def use(question, specialty=ACUTE, used_on=date(2026, 3, 12), reference="ATH-1901"):
    return QuestionUse.objects.create(
        trust=question.competency.domain.version.framework.trust,
        question=question,
        reference=reference,
        post_title="Consultant",
        specialty=specialty,
        used_on=used_on,
    )


def question_of(version, code, kind="PAST_BEHAVIOUR"):
    return Question.objects.select_related("competency__domain__version__framework__trust").get(
        competency__domain__version=version, competency__code=code, kind=kind
    )


ALL = [
    f"{kind} about {name}?"
    for name in ("Listening", "Judging", "Leading")
    for kind in ("Past_Behaviour", "Situational")
]


def test_bank_is_the_newest_published_version(published, editor):
    copy = services.clone_version(version=published, by=editor, at=AT)
    Question.objects.filter(competency__domain__version=copy).update(text="New words")
    assert texts(editor) == ALL
    services.publish_version(version=copy, by=editor, at=AT)
    assert texts(editor) == ["New words"] * 6
    services.retire_version(version=copy, by=editor, at=AT)
    assert texts(editor) == ALL


def test_bank_of_drafts_is_for_their_editor(published, editor, reader):
    copy = services.clone_version(version=published, by=editor, at=AT)
    Question.objects.filter(competency__domain__version=copy).update(text="Draft words")
    assert texts(editor, source="drafts") == ["Draft words"] * 6
    assert texts(reader, source="drafts") == []
    assert texts(reader) == ALL


def test_bank_of_a_draft_only_is_empty(draft, editor):
    assert texts(editor) == []


def test_bank_by_who_asks(published, reader, stranger, make_user):
    found = [texts(one) for one in (reader, stranger, make_user("Nobody"))]
    assert found == [ALL, [], []]


def test_bank_narrowed_by_what_it_is(published, editor):
    leading = str(Competency.objects.get(code="3").key)
    assert texts(editor, competency=leading) == ALL[4:]
    assert texts(editor, kind="SITUATIONAL") == ALL[1::2]
    assert texts(editor, difficulty="STRETCH") == []
    assert texts(editor, difficulty="STANDARD") == ALL
    assert texts(editor, text="about judg") == ALL[2:4]
    assert texts(editor, text="Good Leading") == ALL[4:]
    assert texts(editor, text="nowhere") == []


def test_bank_retired_questions_leave_it(published, editor, trust):
    gone = question_of(published, "2")
    services.retire_question(trust=trust, key=gone.key, reason="Known.", by=editor, at=AT)
    assert texts(editor) == [text for text in ALL if text != gone.text]
    assert texts(editor, state="retired") == [gone.text]
    assert texts(editor, state="every") == ALL
    rows = queries.bank_page(editor, {"state": "every"}, page=1, on=ON).rows
    assert [row.retired.reason for row in rows if row.retired] == ["Known."]


def test_bank_says_when_each_was_last_asked_in_any_version(published, editor):
    copy = services.clone_version(version=published, by=editor, at=AT)
    services.publish_version(version=copy, by=editor, at=AT)
    use(question_of(published, "1"), used_on=date(2024, 1, 9), reference="A-1")
    use(question_of(copy, "1"), STROKE, date(2025, 10, 2), "A-2")
    use(question_of(published, "3"), ACUTE, date(2025, 8, 31), "A-3")
    rows = queries.bank_page(editor, {}, page=1, on=ON).rows
    assert {
        row.question.text: (row.times_used, row.last_use.reference, row.is_recent)
        for row in rows
        if row.last_use
    } == {
        "Past_Behaviour about Listening?": (2, "A-2", True),
        "Past_Behaviour about Leading?": (1, "A-3", False),
    }
    assert [row.times_used for row in rows].count(0) == 4


def test_bank_narrowed_by_use(published, editor):
    first, second, third = (question_of(published, code) for code in "123")
    use(first, ACUTE, date(2026, 3, 12), "A-1")
    use(second, ACUTE, date(2024, 3, 12), "A-2")
    use(third, STROKE, date(2026, 3, 12), "A-3")
    rest = [text for text in ALL if text not in (first.text, second.text, third.text)]

    def without(*gone):
        return [text for text in ALL if text not in {one.text for one in gone}]

    assert texts(editor, asked="never") == rest
    assert texts(editor, asked="recently") == [first.text, third.text]
    assert texts(editor, asked="not-recently") == without(first, third)
    assert texts(editor, specialty=ACUTE) == [first.text, second.text]
    assert texts(editor, specialty=ACUTE.upper()) == [first.text, second.text]
    assert texts(editor, specialty=ACUTE, asked="recently") == [first.text]
    assert texts(editor, specialty=ACUTE, asked="not-recently") == without(first)
    assert texts(editor, specialty=STROKE, asked="never") == without(third)


def test_bank_of_another_trust_with_the_same_library_counts_apart(
    published, editor, other_trust, stranger, load
):
    theirs = services.publish_version(
        version=load(trust=other_trust, name="theirs.toml"), by=stranger, at=AT
    )
    mine, other = question_of(published, "1"), question_of(theirs, "1")
    assert mine.key == other.key
    use(other)
    services.retire_question(trust=other_trust, key=other.key, reason="x", by=stranger, at=AT)
    assert texts(editor) == ALL
    assert texts(editor, asked="never") == ALL
    assert queries.specialties_asked(editor) == []
    assert queries.bank_page(editor, {}, page=1, on=ON).rows[0].times_used == 0
    page = queries.bank_question(mine, page=1)
    assert (page.retired, list(page.uses), page.newest) == (None, [], None)


def test_bank_of_a_person_of_two_trusts(published, make_user, trust, other_trust, load, stranger):
    services.publish_version(
        version=load(trust=other_trust, name="theirs.toml"), by=stranger, at=AT
    )
    from accounts.services import grant_role

    both = make_user("Both", trust, Role.MEDICAL_STAFFING)
    grant_role(user=both, trust=other_trust, role=Role.AUDITOR, by=None, at=AT)
    use(question_of(published, "1"))
    assert texts(both) == ALL + ALL
    assert texts(both, asked="never") == ALL + ALL[1:]
    assert texts(both, specialty=ACUTE) == ALL[:1]
    assert [name for name, _ in queries.bank_competencies(both)] == ["Small framework"]


def test_bank_competencies_and_specialties_to_choose_from(published, editor):
    use(question_of(published, "1"), STROKE, reference="B-1")
    use(question_of(published, "1"), ACUTE, reference="B-2")
    keys = [str(one.key) for one in Competency.objects.order_by("pk")]
    assert queries.bank_competencies(editor) == [
        (
            "Small framework",
            [(keys[0], "1 Listening"), (keys[1], "2 Judging"), (keys[2], "3 Leading")],
        )
    ]
    assert queries.bank_competencies(editor, is_draft=True) == []
    assert queries.specialties_asked(editor) == [ACUTE, STROKE]


def test_bank_question_with_its_anchors_and_uses(published, editor, trust):
    question = question_of(published, "1")
    late, early = use(question), use(question, used_on=date(2020, 1, 1), reference="A-0")
    services.retire_question(trust=trust, key=question.key, reason="Known.", by=editor, at=AT)
    page = queries.bank_question(question, page=1)
    assert (page.question, page.version, page.competency.name) == (
        question,
        published,
        "Listening",
    )
    assert [(a.value, a.text) for a in page.anchors] == [
        (value, f"Listening at {value}") for value in range(1, 6)
    ]
    assert list(page.uses) == [late, early]
    assert page.retired.retired_by == editor
    assert page.newest is None


def test_bank_question_of_an_old_version_names_the_newest(published, editor):
    copy = services.clone_version(version=published, by=editor, at=AT)
    old = question_of(published, "1")
    assert queries.bank_question(old, page=1).newest is None
    services.publish_version(version=copy, by=editor, at=AT)
    assert queries.bank_question(old, page=1).newest == question_of(copy, "1")
    assert queries.bank_question(question_of(copy, "1"), page=1).newest is None


@pytest.mark.parametrize(
    ("used_on", "is_found"),
    [
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (date(2026, 9, 1), True),
        (date(2026, 9, 2), False),
    ],
)
def test_recent_uses_are_of_the_year_that_ends_that_day(published, trust, used_on, is_found):
    made = use(question_of(published, "1"), used_on=used_on)
    found = queries.recent_uses(trust, [made.question.key], ACUTE, ON)
    assert found == ({made.question.key: made} if is_found else {})


def test_recent_uses_of_the_specialty_and_not_of_oneself(published, trust, other_trust):
    question = question_of(published, "1")
    keys = [question.key, question_of(published, "2").key]
    early = use(question, ACUTE, date(2026, 1, 5), "A-1")
    late = use(question, ACUTE, date(2026, 6, 5), "A-2")
    stroke = use(question, STROKE, date(2026, 7, 5), "A-3")
    assert queries.recent_uses(trust, keys, ACUTE, ON) == {question.key: late}
    assert queries.recent_uses(trust, keys, f" {ACUTE.lower()} ", ON) == {question.key: late}
    assert queries.recent_uses(trust, keys, ACUTE, ON, besides="A-2") == {question.key: early}
    assert queries.recent_uses(trust, keys, "", ON) == {question.key: stroke}
    assert queries.recent_uses(trust, keys, "Dermatology", ON) == {}
    assert queries.recent_uses(other_trust, keys, ACUTE, ON) == {}
    assert queries.recent_uses(trust, keys[1:], ACUTE, ON) == {}


def test_use_in_words(published):
    made = use(question_of(published, "1"))
    assert queries.use_in_words(made) == (
        "asked for Acute internal medicine on 12 March 2026 (ATH-1901)"
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 12), date(2025, 3, 12)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2025, 3, 1), date(2024, 3, 1)),
    ],
)
def test_year_before(day, expected):
    assert year_before(day) == expected


def test_retired_keys_are_the_trusts_own(published, trust, other_trust, editor):
    key = question_of(published, "1").key
    services.retire_question(trust=trust, key=key, reason="Known.", by=editor, at=AT)
    assert queries.retired_keys(trust) == {key}
    assert queries.retired_keys(other_trust) == frozenset()


def test_bank_is_paged_by_fifty_and_costs_the_same(load, editor, trust):
    few = [("A", "1", "Listening")]
    version = services.publish_version(
        version=load(framework_toml(competencies=few)), by=editor, at=AT
    )
    use(Question.objects.first())

    def cost():
        with CaptureQueriesContext(connection) as captured:
            queries.bank_page(editor, {"asked": "recently"}, page=1, on=ON)
            queries.bank_page(editor, {}, page=1, on=ON)
        return len(captured)

    texts(editor)
    small = cost()
    many = [("A", str(n), f"Competency {n}") for n in range(1, 31)]
    load(framework_toml(competencies=many), name="many.toml")
    draft = version.framework.versions.get(number=2)
    services.publish_version(version=draft, by=editor, at=AT)
    for number, question in enumerate(Question.objects.filter(competency__domain__version=draft)):
        use(question, reference=f"M-{number}")
    assert cost() == small
    page = queries.bank_page(editor, {}, page=2, on=ON)
    assert (len(page.rows), page.page.paginator.count) == (10, 60)
    with CaptureQueriesContext(connection) as captured:
        keys = list(Question.objects.values_list("key", flat=True))
        assert len(queries.recent_uses(trust, keys, ACUTE, ON)) == 60
    assert len(captured) == 2
