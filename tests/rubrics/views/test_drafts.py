"""The pages on which a framework editor changes a draft."""

import pytest
from django.urls import reverse

from rubrics import queries, services
from rubrics.models import Competency, Domain, Framework, FrameworkVersion, Question
from tests.rubrics.conftest import LATER, framework_toml
from tests.rubrics.pages import main, queries_of, words


def form_of(response):
    return {bound.html_name: bound.value() for bound in response.context["form"]}


def stored_in(draft):
    competency = Competency.objects.get(domain__version=draft, code="1")
    anchors = dict(competency.levels.order_by("value").values_list("value", "anchor"))
    return competency.name, competency.summary, anchors


def test_edit_shows_the_stored_words_and_saves_new_ones(url, sign_in, editor, draft_of_published):
    client = sign_in(editor)
    data = form_of(client.get(url("edit_competency")))
    assert data | {"seen": ""} == {
        "code": "1",
        "name": "Listening",
        "summary": "What Listening is.",
        "seen": "",
        **{f"anchor_{value}": f"Listening at {value}" for value in range(1, 6)},
        "tags_gpc": ["gpc-1", "gpc-6"],
        "tags_gmp": [],
        "tags_hlm": [],
        "tags_values": ["values-compassion"],
    }
    data |= {"name": "Hearing", "summary": "", "anchor_2": "", "anchor_3": "Ngũgĩ's words"}
    response = client.post(url("edit_competency"), data, follow=True)
    saved = Competency.objects.get(domain__version=draft_of_published, code="1")
    assert response.redirect_chain == [(f"{url('version')}#competency-{saved.pk}", 302)]
    assert "1 Hearing is saved." in words(response)
    assert stored_in(draft_of_published) == (
        "Hearing",
        "",
        {1: "Listening at 1", 3: "Ngũgĩ's words", 4: "Listening at 4", 5: "Listening at 5"},
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (" ", "Enter the name of the competency"),
        ("x" * 121, "The name must be 120 characters or fewer"),
    ],
)
def test_edit_with_a_faulty_name_says_so_and_keeps_what_was_typed(
    url, sign_in, editor, draft_of_published, name, error
):
    client = sign_in(editor)
    before = stored_in(draft_of_published)
    data = form_of(client.get(url("edit_competency"))) | {"name": name, "anchor_1": "Typed"}
    response = client.post(url("edit_competency"), data)
    assert response.status_code == 200
    assert f"There is a problem {error}" in words(response)
    assert "Typed" in words(response)
    assert stored_in(draft_of_published) == before


def test_edit_after_somebody_else_keeps_both_until_saved_again(
    url, sign_in, editor, draft_of_published
):
    mine, theirs = sign_in(editor), sign_in(editor)
    data = form_of(mine.get(url("edit_competency")))
    theirs.post(url("edit_competency"), data | {"name": "Theirs"})
    response = mine.post(url("edit_competency"), data | {"name": "Mine", "anchor_1": "My words"})
    assert "Somebody else changed this competency while you were writing." in words(response)
    assert stored_in(draft_of_published)[0] == "Theirs"
    again = form_of(response)
    assert (again["name"], again["anchor_1"]) == ("Mine", "My words")
    assert mine.post(url("edit_competency"), again).status_code == 302
    name, _, anchors = stored_in(draft_of_published)
    assert (name, anchors[1]) == ("Mine", "My words")


@pytest.mark.parametrize("method", ["get", "post"])
def test_edit_of_a_published_version_is_refused_with_the_reason(blueprint, sign_in, editor, method):
    competency = Competency.objects.get(domain__version=blueprint.version, code="1")
    path = reverse("rubrics:edit_competency", args=[competency.pk])
    response = getattr(sign_in(editor), method)(path, {"name": "Mine"})
    assert response.status_code == 403
    assert (
        "Small framework, version 1, is published and never changes."
        " Make a copy of it to change its words."
    ) in words(response)
    assert Competency.objects.get(pk=competency.pk).name == "Listening"


def test_edit_published_between_reading_and_saving_is_refused(
    url, sign_in, editor, draft_of_published, monkeypatch
):
    client = sign_in(editor)
    data = form_of(client.get(url("edit_competency"))) | {"name": "Late"}
    update = services.update_competency

    def publish_first(**words):
        services.publish_version(version=draft_of_published, by=editor, at=LATER)
        return update(**words)

    monkeypatch.setattr("rubrics.services.update_competency", publish_first)
    response = client.post(url("edit_competency"), data)
    assert response.status_code == 403
    assert "Small framework, version 2, is published and never changes." in words(response)
    assert stored_in(draft_of_published)[0] == "Listening"


# Parts: added, changed, moved, removed


def at(name, *pks):
    return reverse(f"rubrics:{name}", args=pks)


def first(model, version, **named):
    path = {
        Domain: "version",
        Competency: "domain__version",
        Question: "competency__domain__version",
    }
    rows = model.objects.filter(**{path[model]: version}, **named)
    return rows.order_by("position", "pk").first()


def posted(client, form_page, **typed):
    """Fill in a page's form as a person does and send it."""
    data = form_of(client.get(form_page)) | typed
    return client.post(form_page, {k: v for k, v in data.items() if v is not None}, follow=True)


def codes(version):
    return [(d.code, [c.code for c in d.competencies]) for d in queries.content_of(version)]


def test_a_framework_is_built_from_nothing_and_published(sign_in, editor, trust):
    client = sign_in(editor)
    listed = main(client.get(at("frameworks")))
    assert at("start_framework", trust.pk) in listed
    posted(client, at("start_framework", trust.pk), name="Łukasz’s own", scale_key="1-4")
    version = FrameworkVersion.objects.get()
    said = words(client.get(at("version", version.pk)))
    assert "It has no competency yet. Add its first domain" in said
    response = posted(client, at("add_domain", version.pk), name="Care")
    assert "1 Care is added. Add its first competency." in words(response)
    domain = Domain.objects.get()
    anchors = {f"anchor_{value}": f"Cares at {value}" for value in range(1, 5)}
    response = posted(client, at("add_competency", domain.pk), name="Caring", **anchors)
    assert "1.1 Caring is added. Give it questions to ask." in words(response)
    competency = Competency.objects.get()
    response = posted(
        client, at("add_question", competency.pk), text="How?", probes="Why?\n\n Who? "
    )
    assert "Question 1 Change" in words(response)
    assert Question.objects.get().probes == ["Why?", "Who?"]
    client.post(at("publish", version.pk))
    version.refresh_from_db()
    assert (version.status, str(version.framework)) == ("PUBLISHED", "Łukasz’s own")


def test_details_domain_and_question_are_changed(sign_in, editor, draft):
    client = sign_in(editor)
    domain, question = first(Domain, draft), first(Question, draft)
    posted(client, at("edit_details", draft.pk), name="Renamed", source="", licence_note="Ours")
    posted(client, at("edit_domain", domain.pk), code="Z", name="Zeal", summary="All")
    posted(client, at("edit_question", question.pk), text="New?", difficulty="STRETCH", probes="")
    framework = Framework.objects.values("name", "source", "licence_note").get()
    assert framework == {"name": "Renamed", "source": "", "licence_note": "Ours"}
    domain.refresh_from_db()
    question.refresh_from_db()
    assert (domain.code, domain.name, domain.summary) == ("Z", "Zeal", "All")
    assert (question.text, question.difficulty, question.probes) == ("New?", "STRETCH", [])


def test_scale_says_what_it_does_to_the_anchors_and_what_is_missing_then(sign_in, editor, draft):
    client = sign_in(editor)
    said = words(client.get(at("change_scale", draft.pk)))
    assert "1 Poor, 2 Area for concern, 3 Satisfactory, 4 Good, 5 Excellent. Every anchor" in said
    assert "4 Good. Of the anchors, 12 would stay, 3 would go and 0 be missing." in said
    assert "7 Outstanding. Of the anchors, 15 would stay and 6 be missing." in said
    response = posted(client, at("change_scale", draft.pk), scale_key="1-7")
    assert "Scored 1 to 7 now. 3 competencies lack an anchor: see below." in words(response)
    assert "1 Listening has no anchor at 6 and 7. Write them" in words(response)


@pytest.mark.parametrize(
    ("name", "typed", "error"),
    [
        ("edit_domain", {"code": "B"}, "Another domain of this version has the code B."),
        ("edit_domain", {"name": ""}, "Enter the name of the domain"),
        ("edit_competency", {"code": "3"}, "Another competency of this version has the code 3."),
        ("edit_competency", {"code": "12345678901"}, "The code must be 10 characters or fewer"),
        ("edit_question", {"text": " "}, "Enter the question"),
        ("edit_question", {"kind": "OTHER"}, "Select a valid choice"),
        ("change_scale", {"scale_key": "1-9"}, "Select a valid choice"),
        ("edit_details", {"name": ""}, "Enter the name of the framework"),
        ("edit_details", {"name": "Other"}, "There already is a framework called Other."),
    ],
)
def test_a_form_with_a_fault_says_so_and_stores_nothing(
    sign_in, editor, draft, load, name, typed, error
):
    load(framework_toml(slug="other", name="Other"))
    parts = {"edit_domain": Domain, "edit_competency": Competency, "edit_question": Question}
    part = first(parts[name], draft) if name in parts else draft
    before = queries.framework_text_of(draft)
    response = posted(sign_in(editor), at(name, part.pk), **typed)
    assert "There is a problem" in words(response)
    assert error in words(response)
    assert queries.framework_text_of(FrameworkVersion.objects.get(pk=draft.pk)) == before


@pytest.mark.parametrize("name", ["edit_domain", "edit_question", "edit_details", "change_scale"])
def test_a_form_changed_by_somebody_else_keeps_both_until_saved_again(sign_in, editor, draft, name):
    client = sign_in(editor)
    page, field, theirs, mine = {
        "edit_domain": (at(name, first(Domain, draft).pk), "name", "Theirs", "Mine"),
        "edit_question": (at(name, first(Question, draft).pk), "text", "Theirs", "Mine"),
        "edit_details": (at(name, draft.pk), "name", "Theirs", "Mine"),
        "change_scale": (at(name, draft.pk), "scale_key", "1-4", "1-7"),
    }[name]
    data = form_of(client.get(page))
    client.post(page, data | {field: theirs})
    response = client.post(page, data | {field: mine})
    assert "while you were writing. Your words are below and not saved yet." in words(response)
    assert form_of(client.get(page))[field] == theirs
    again = form_of(response)
    assert again[field] == mine
    assert client.post(page, again).status_code == 302
    assert form_of(client.get(page))[field] == mine


def test_parts_move_by_buttons_that_need_no_script(sign_in, editor, draft):
    client = sign_in(editor)
    competency = first(Competency, draft, code="2")
    page = client.get(at("version", draft.pk))
    order = page.context["page"].order
    assert at("move_competency", competency.pk) in main(page)
    response = client.post(at("move_competency", competency.pk), {"to": "down", "seen": order})
    assert response.url == f"{at('version', draft.pk)}#competency-{competency.pk}"
    assert codes(draft) == [("A", ["1"]), ("B", ["2", "3"])]
    client.post(at("move_competency", competency.pk), {"to": "up", "seen": order})
    assert codes(draft) == [("A", ["1"]), ("B", ["2", "3"])]
    said = words(client.get(at("version", draft.pk)))
    assert (
        "Somebody changed the draft after this page was shown to you, so nothing was moved" in said
    )
    client.post(at("move_competency", competency.pk), {"to": "sideways"})
    assert "Choose up or down. Nothing was moved." in words(client.get(at("version", draft.pk)))


def test_a_part_is_removed_at_once_and_comes_back_by_undo(sign_in, editor, draft):
    client = sign_in(editor)
    before = codes(draft)
    domain = first(Domain, draft)
    seen = client.get(at("version", draft.pk)).context["page"].domains[0].seen
    response = client.post(at("remove_domain", domain.pk), {"seen": seen}, follow=True)
    said = words(response)
    assert "Removed domain A Domain A. You can undo this." in said
    assert "Last change: removed domain A Domain A, by Siân," in said
    assert codes(draft) == [("B", ["3"])]
    snapshot = {"seen": response.context["last_change"].pk}
    said = words(client.post(at("undo", draft.pk), snapshot, follow=True))
    assert "Undone: removed domain A Domain A." in said
    assert "Last change" not in said
    assert codes(draft) == before
    said = words(client.post(at("undo", draft.pk), snapshot, follow=True))
    assert "There is nothing to undo." in said


def test_undo_of_what_is_no_longer_last_undoes_nothing(sign_in, editor, draft):
    client = sign_in(editor)
    question = first(Question, draft)
    client.post(at("move_question", question.pk), {"to": "down"})
    shown = {"seen": queries.last_change(draft).pk}
    client.post(at("move_question", question.pk), {"to": "up"})
    client.post(at("move_question", question.pk), {"to": "down"})
    for seen in (shown, {"seen": "x"}, {}):
        said = words(client.post(at("undo", draft.pk), seen, follow=True))
        assert "so nothing was undone." in said
    assert draft.snapshots.count() == 3


def test_questions_are_ordered_and_removed_on_a_page_of_their_own(sign_in, editor, draft):
    client = sign_in(editor)
    competency = first(Competency, draft)
    page = at("draft_questions", competency.pk)
    one, two = client.get(page).context["page"].questions
    client.post(at("move_question", two.question.pk), {"to": "up"})
    said = words(client.get(page))
    assert said.index("Situational about Listening?") < said.index("Past_Behaviour about Listening")
    response = client.post(at("remove_question", one.question.pk), {"seen": one.seen}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "Removed question 2 of 1 Listening." in words(response)
    assert competency.questions.count() == 1


def test_draft_questions_takes_the_same_number_of_queries_at_1_and_at_30_questions(
    sign_in, editor, draft
):
    client = sign_in(editor)
    competency = Competency.objects.select_related("domain").get(code="1")
    page = at("draft_questions", competency.pk)
    _, few = queries_of(client, page)
    for number in range(28):
        services.add_question(
            competency=competency,
            kind="SITUATIONAL",
            difficulty="STANDARD",
            text=f"Question {number}?",
            by=editor,
            at=LATER,
        )
    response, many = queries_of(client, page)
    assert words(response).count("What good looks like") == 2
    assert len(response.context["page"].questions) == 30
    assert many == few


# Who may

PAGES = {
    "draft": ("edit_details", "change_scale", "undo", "add_domain"),
    "domain": ("edit_domain", "add_competency", "move_domain", "remove_domain"),
    "competency": (
        "edit_competency",
        "draft_questions",
        "add_question",
        "move_competency",
        "remove_competency",
    ),
    "question": ("edit_question", "move_question", "remove_question"),
}
BUTTONS = ("undo", "move_", "remove_")
NAMES = [(kind, name) for kind, names in PAGES.items() for name in names]


def pages_of(version):
    rows = {"domain": Domain, "competency": Competency, "question": Question}
    return {
        name: at(name, version.pk if kind == "draft" else first(rows[kind], version).pk)
        for kind, name in NAMES
    }


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_draft_page_is_for_the_editors_of_its_trust(
    sign_in, client, editor, reader, stranger, draft, kind, name
):
    page = pages_of(draft)[name]
    method = "post" if name.startswith(BUTTONS) else "get"
    before = queries.framework_text_of(draft)
    codes_given = [
        getattr(who, method)(page).status_code
        for who in (client, sign_in(stranger), sign_in(reader))
    ]
    assert codes_given == [302, 404, 403]
    assert queries.framework_text_of(draft) == before
    if method == "post":
        assert sign_in(editor).get(page).status_code == 405
    else:
        assert sign_in(editor).get(page).status_code == 200


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_draft_page_of_a_published_version_is_refused_with_the_reason(
    sign_in, editor, published, kind, name
):
    method = "post" if name.startswith(BUTTONS) else "get"
    response = getattr(sign_in(editor), method)(pages_of(published)[name])
    assert response.status_code == 403
    assert "Small framework, version 1, is published and never changes." in words(response)


def test_start_framework_is_for_editors_of_that_trust(sign_in, editor, reader, trust, other_trust):
    assert sign_in(editor).get(at("start_framework", other_trust.pk)).status_code == 404
    assert sign_in(reader).get(at("start_framework", trust.pk)).status_code == 404
    data = {"name": "Mine", "scale_key": "1-5"}
    assert sign_in(reader).post(at("start_framework", trust.pk), data).status_code == 404
    assert not Framework.objects.exists()
