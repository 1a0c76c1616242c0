"""The page that edits one competency of a draft."""

import pytest
from django.urls import reverse

from rubrics import services
from rubrics.models import Competency
from tests.rubrics.conftest import LATER
from tests.rubrics.pages import words


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
        "name": "Listening",
        "summary": "What Listening is.",
        "seen": "",
        **{f"anchor_{value}": f"Listening at {value}" for value in range(1, 6)},
    }
    data |= {"name": "Hearing", "summary": "", "anchor_2": "", "anchor_3": "Ngũgĩ's words"}
    response = client.post(url("edit_competency"), data, follow=True)
    assert response.redirect_chain == [(url("version"), 302)]
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
