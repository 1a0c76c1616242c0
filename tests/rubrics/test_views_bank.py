"""Pages of the question bank: who sees what, what the address narrows, retiring and restoring."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from rubrics import services
from rubrics.models import Question, QuestionUse, RetiredQuestion
from tests.rubrics.conftest import AT, framework_toml
from tests.rubrics.pages import main, queries_of, words

BANK = "/frameworks/questions/"


@pytest.fixture(autouse=True)
def _autumn():
    with time_machine.travel(date(2026, 9, 1), tick=True):
        yield


@pytest.fixture
def question(published):
    return Question.objects.order_by("pk").first()


@pytest.fixture
def officer(make_user, trust):
    return make_user("Ngũgĩ wa Thiong’o", trust, Role.MEDICAL_STAFFING)


@pytest.fixture
def used(blueprint, trust, editor):
    """The plan's two questions, asked in March for an acute physician."""
    return services.record_question_uses(
        trust=trust,
        blueprint=blueprint,
        reference="ATH-1901",
        post_title="Consultant in acute medicine",
        specialty="Acute internal medicine",
        used_on=date(2026, 3, 12),
        by=editor,
        at=AT,
    )


def listed(response):
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', main(response))


def address(name, question):
    return reverse(f"rubrics:{name}", args=[question.pk])


def test_bank_page_lists_questions_with_their_last_use(used, sign_in, officer):
    page = sign_in(officer).get(BANK)
    assert len(listed(page)) == 6
    text = words(page)
    assert "6 questions" in text
    assert (
        "Situational about Leading? 3 Leading Situational Standard"
        " Thursday 12 March 2026 Acute internal medicine (ATH-1901) In the last year 1" in text
    )
    assert "Past_Behaviour about Judging? 2 Judging Past behaviour Standard Never 0" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=judg", ["Past_Behaviour about Judging?", "Situational about Judging?"]),
        ("asked=recently", ["Past_Behaviour about Listening?", "Situational about Leading?"]),
        ("asked=recently&kind=SITUATIONAL", ["Situational about Leading?"]),
        (
            "specialty=Acute+internal+medicine&kind=PAST_BEHAVIOUR",
            ["Past_Behaviour about Listening?"],
        ),
        ("kind=SITUATIONAL&asked=never", [
            "Situational about Listening?", "Situational about Judging?"]),
        ("difficulty=STRETCH", []),
        ("state=retired", []),
    ],
)  # fmt: skip
def test_bank_page_is_narrowed_by_the_address(used, sign_in, officer, query, expected):
    page = sign_in(officer).get(f"{BANK}?{query}")
    assert listed(page) == expected
    assert ("No question matches" in words(page)) == (not expected)


@pytest.mark.parametrize(
    "query", ["kind=NONSENSE", "competency=7", "page=99", "page=x", "asked=%00", "source=drafts"]
)
def test_bank_page_ignores_what_it_does_not_understand(used, sign_in, officer, query):
    assert len(listed(sign_in(officer).get(f"{BANK}?{query}"))) == 6


def test_bank_page_drafts_are_for_the_editor(draft_of_published, sign_in, editor, officer):
    Question.objects.filter(competency__domain__version=draft_of_published).update(text="Draft!")
    assert listed(sign_in(editor).get(f"{BANK}?source=drafts")) == ["Draft!"] * 6
    mine, theirs = sign_in(editor).get(BANK), sign_in(officer).get(BANK)
    assert ('name="source"' in main(mine), 'name="source"' in main(theirs)) == (True, False)
    assert "Draft!" not in words(mine)


def test_bank_page_by_who_asks(used, sign_in, editor, reader, stranger, make_user):
    people = (editor, reader, stranger, make_user("Nobody"))
    pages = [sign_in(one).get(BANK) for one in people]
    assert [page.status_code for page in pages] == [200] * 4
    assert [len(listed(page)) for page in pages] == [6, 6, 0, 0]
    assert "No questions yet" in words(pages[2])
    assert "ATH-1901" not in words(pages[2])


def test_bank_page_costs_the_same_for_one_question_and_for_thirty(load, sign_in, editor, trust):
    def publish(count):
        text = framework_toml(competencies=[("A", str(n), f"C {n}") for n in range(1, count + 1)])
        services.publish_version(version=load(text, name=f"{count}.toml"), by=editor, at=AT)
        for number, question in enumerate(Question.objects.filter(uses=None)):
            QuestionUse.objects.create(
                trust=trust,
                question=question,
                reference=f"A-{count}-{number}",
                post_title="Consultant",
                specialty="Stroke medicine",
                used_on=date(2026, 3, 12),
            )

    publish(1)
    client = sign_in(editor)
    few, small = queries_of(client, BANK)
    publish(30)
    many, large = queries_of(client, BANK)
    assert (len(listed(few)), len(listed(many)), small) == (2, 50, large)
    assert len(listed(client.get(f"{BANK}?page=2"))) == 10


def test_question_page_shows_anchors_uses_and_words(used, sign_in, officer):
    question = used[0].question
    page = sign_in(officer).get(address("question", question))
    text = words(page)
    for said in (
        question.text,
        "And then?",
        question.good_answer,
        f"{question.competency.name} at 5",
        "Consultant in acute medicine ATH-1901 Acute internal medicine Thursday 12 March 2026",
    ):
        assert said in text
    assert "Retire this question" not in text


def test_question_page_never_asked(question, sign_in, editor):
    page = words(sign_in(editor).get(address("question", question)))
    assert "It has not been asked yet." in page
    assert "Retire this question" in page


def test_question_page_of_an_old_version_leads_to_the_newest(question, sign_in, editor, published):
    copy = services.clone_version(version=published, by=editor, at=AT)
    services.publish_version(version=copy, by=editor, at=AT)
    newest = Question.objects.get(key=question.key, competency__domain__version=copy)
    page = sign_in(editor).get(address("question", question))
    assert "This is how version 1 words it. See it as version 2 words it" in words(page)
    assert address("question", newest) in main(page)


def test_retire_and_restore_on_pages(question, sign_in, editor, trust):
    client = sign_in(editor)
    form = client.get(address("retire_question", question))
    assert question.text in words(form)
    done = client.post(
        address("retire_question", question), {"reason": "Known by now"}, follow=True
    )
    assert "The question is retired. You can restore it here." in words(done)
    assert "Retired Known by now Siân retired it on Tuesday 1 September 2026." in words(done)
    assert "Retire this question" not in words(done)
    kept = RetiredQuestion.objects.get()
    assert (kept.trust, kept.key, kept.retired_by) == (trust, question.key, editor)
    again = client.post(address("retire_question", question), {"reason": "Twice"}, follow=True)
    assert "This question is retired already. Nothing was changed." in words(again)
    back = client.post(address("restore_question", question), follow=True)
    assert "The question can be asked again." in words(back)
    assert not RetiredQuestion.objects.exists()
    again = client.post(address("restore_question", question), follow=True)
    assert "This question is not retired. Nothing was changed." in words(again)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_retire_without_a_proper_reason(question, sign_in, editor, reason):
    page = sign_in(editor).post(address("retire_question", question), {"reason": reason})
    assert page.status_code == 200
    assert "There is a problem" in words(page)
    assert not RetiredQuestion.objects.exists()


@pytest.mark.parametrize("name", ["retire_question", "restore_question"])
def test_retire_and_restore_by_who_asks(
    question, sign_in, officer, reader, stranger, make_user, name
):
    for person, status in ((officer, 403), (reader, 403), (stranger, 404), (make_user("N"), 404)):
        page = sign_in(person).post(address(name, question), {"reason": "Known"})
        assert page.status_code == status
        if status == 403:
            assert "Only a framework editor of Northbridge NHS Foundation Trust" in words(page)
    assert not RetiredQuestion.objects.exists()


def test_question_page_by_who_asks(question, sign_in, officer, stranger, make_user):
    people = (officer, stranger, make_user("Nobody"))
    found = [sign_in(one).get(address("question", question)).status_code for one in people]
    assert found == [200, 404, 404]
