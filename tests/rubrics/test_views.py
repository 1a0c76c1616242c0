"""Pages of frameworks and blueprints: who gets what, what they say, what each button does."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rubrics import queries, services
from rubrics.models import Blueprint, Competency, FrameworkVersion, Level
from tests.rubrics.conftest import AT, LATER, framework_toml

GET_PAGES = ("frameworks", "version", "edit_competency", "blueprints", "blueprint")
POST_PAGES = ("publish", "retire", "clone", "edit_competency")
FOR_EDITORS = ("publish", "retire", "clone", "edit_competency")


def words(response):
    """Return what a page says, without its markup."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def address(name, draft, blueprint):
    first = Competency.objects.filter(domain__version=draft).order_by("code").first()
    things = {"edit_competency": first, "blueprint": blueprint}
    if name in ("frameworks", "blueprints"):
        return reverse(f"rubrics:{name}")
    return reverse(f"rubrics:{name}", args=[things.get(name, draft).pk])


@pytest.fixture
def draft_of_published(blueprint, editor):
    return services.clone_version(version=blueprint.version, by=editor, at=AT)


@pytest.fixture
def url(draft_of_published, blueprint):
    return lambda name: address(name, draft_of_published, blueprint)


# Who gets what


@pytest.mark.parametrize("name", GET_PAGES)
def test_page_asks_an_anonymous_visitor_to_sign_in(client, url, name):
    response = client.get(url(name))
    assert (response.status_code, response.url) == (
        302,
        f"{reverse('account_login')}?next={url(name)}",
    )


@pytest.mark.parametrize("name", ["version", "edit_competency", "blueprint"])
def test_page_is_not_found_for_another_trust_and_for_no_role(
    url, sign_in, stranger, make_user, name
):
    for person in (stranger, make_user("Nobody")):
        assert sign_in(person).get(url(name)).status_code == 404


@pytest.mark.parametrize("name", POST_PAGES)
def test_button_is_not_found_for_another_trust_and_changes_nothing(url, sign_in, stranger, name):
    before = list(FrameworkVersion.objects.order_by("pk").values())
    assert sign_in(stranger).post(url(name), {"name": "Mine"}).status_code == 404
    assert list(FrameworkVersion.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("name", FOR_EDITORS)
def test_button_is_refused_with_the_reason_to_a_person_who_is_no_editor(url, sign_in, reader, name):
    before = list(FrameworkVersion.objects.order_by("pk").values())
    response = sign_in(reader).post(url(name), {"name": "Mine"})
    assert response.status_code == 403
    assert (
        "Only a framework editor of Northbridge NHS Foundation Trust can change its frameworks."
        in words(response)
    )
    assert list(FrameworkVersion.objects.order_by("pk").values()) == before
    assert not Competency.objects.filter(name="Mine").exists()


@pytest.mark.parametrize("name", ["publish", "retire", "clone"])
def test_button_takes_no_get(url, sign_in, editor, name):
    assert sign_in(editor).get(url(name)).status_code == 405


def test_edit_page_is_refused_to_a_person_who_is_no_editor(url, sign_in, reader):
    response = sign_in(reader).get(url("edit_competency"))
    assert response.status_code == 403
    assert "Only a framework editor of Northbridge" in words(response)


# The list


def test_frameworks_lists_versions_with_counts(url, sign_in, reader):
    said = words(sign_in(reader).get(url("frameworks")))
    assert "Small framework" in said
    assert "Version 2 Draft Not yet 3 6 0" in said
    assert "Version 1 Published Monday 2 March 2026 3 6 1" in said


def test_frameworks_of_another_trust_are_not_shown(url, sign_in, stranger, make_user, other_trust):
    other_reader = make_user("Wei", other_trust, "TRUST_ADMINISTRATOR")
    for person, said_instead in (
        (stranger, "Starter library"),
        (other_reader, "No framework yet"),
        (make_user("Nobody"), "No framework yet"),
    ):
        said = words(sign_in(person).get(url("frameworks")))
        assert "Small framework" not in said
        assert said_instead in said


def test_frameworks_of_two_trusts_say_whose_they_are(load, other_trust, sign_in, make_user, trust):
    load()
    load(trust=other_trust)
    person = make_user("Wei", trust, "TRUST_ADMINISTRATOR")
    one = words(sign_in(person).get(reverse("rubrics:frameworks")))
    make_user("Wei", other_trust, "TRUST_ADMINISTRATOR")
    two = words(sign_in(person).get(reverse("rubrics:frameworks")))
    assert "Eastmoor NHS Foundation Trust" not in one
    assert two.index("Eastmoor NHS Foundation Trust Versions of") < two.index(
        "Northbridge NHS Foundation Trust Versions of"
    )


def queries_of(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return response, len(captured)


def test_frameworks_takes_the_same_number_of_queries_at_1_and_at_30_rows(load, sign_in, reader):
    client, path = sign_in(reader), reverse("rubrics:frameworks")
    load(framework_toml(slug="f-0", name="Framework 0"))
    page, first = queries_of(client, path)
    assert words(page).count("Version 1") == 1
    for number in range(1, 30):
        load(framework_toml(slug=f"f-{number}", name=f"Framework {number}"))
    page, last = queries_of(client, path)
    assert words(page).count("Version 1") == 30
    assert first == last


def test_version_takes_the_same_number_of_queries_at_1_and_at_30_competencies(
    load, sign_in, editor
):
    counts = []
    for count in (1, 30):
        competencies = tuple((f"D{n}", str(n), f"Skill {n}") for n in range(count))
        version = load(framework_toml(slug=f"of-{count}", competencies=competencies))
        path = reverse("rubrics:version", args=[version.pk])
        page, queries_taken = queries_of(sign_in(editor), path)
        assert words(page).count("What earns each score") == count
        counts.append(queries_taken)
    assert counts[0] == counts[1]


def test_blueprints_takes_the_same_number_of_queries_at_1_and_at_30_rows(
    blueprint, trust, editor, reader, sign_in
):
    client, path = sign_in(reader), reverse("rubrics:blueprints")
    _, first = queries_of(client, path)
    for _ in range(29):
        services.create_blueprint(
            trust=trust, slug="plan", version=blueprint.version, by=editor, at=AT
        )
    page, last = queries_of(client, path)
    assert words(page).count("Plan, version") == 30
    assert first == last


# One version


def test_version_shows_every_word_to_a_reader_without_buttons(blueprint, sign_in, reader):
    response = sign_in(reader).get(reverse("rubrics:version", args=[blueprint.version_id]))
    said = words(response)
    for expected in (
        "Small framework, version 1",
        "Published since Monday 2 March 2026, 9:30am, by Siân",
        "3 competencies, 6 questions, scored 1 to 5.",
        "Used by Plan, version 1 .",
        "A Domain A",
        "1 Listening What Listening is.",
        "2 Area for concern Listening at 2",
        "Situational about Leading? To follow up: And then? Why?"
        " What good looks like: Good Leading.",
        "GMC generic professional capabilities: 1 Professional values and behaviours;"
        " 6 Patient safety and quality improvement",
        "NHS values: Compassion",
        "Ours, First, 2026",
    ):
        assert expected in said
    assert "<form action" not in main(response)
    assert "Change 1 Listening" not in said


def main(response):
    return re.search(r"<main.*</main>", response.content.decode(), flags=re.S)[0]


def actions(response):
    return re.findall(r'<form action="([^"]+)"', main(response))


def test_version_offers_the_editor_what_can_be_done_now(
    url, sign_in, editor, blueprint, draft_of_published
):
    client = sign_in(editor)
    draft = client.get(url("version"))
    assert actions(draft) == [url("publish"), url("clone")]
    assert url("edit_competency") in main(draft)
    assert "Everything is there." in words(draft)
    published = client.get(reverse("rubrics:version", args=[blueprint.version_id]))
    pk = [blueprint.version_id]
    assert actions(published) == [
        reverse("rubrics:clone", args=pk),
        reverse("rubrics:retire", args=pk),
    ]
    assert "/edit/" not in main(published)
    services.retire_version(version=blueprint.version, by=editor, at=LATER)
    retired = client.get(reverse("rubrics:version", args=[blueprint.version_id]))
    assert actions(retired) == [reverse("rubrics:clone", args=pk)]


def test_version_lists_what_is_missing_and_offers_no_publishing(url, sign_in, editor):
    Level.objects.filter(
        competency__domain__version__status="DRAFT", competency__code="2", value__in=(1, 2)
    ).delete()
    response = sign_in(editor).get(url("version"))
    said = words(response)
    assert "Before this version can be published 2 Judging has no anchor at 1 and 2." in said
    assert "Anchors missing" in said
    assert "1 Poor Not written yet" in said
    assert actions(response) == [url("clone")]


def test_version_without_content_says_so(url, sign_in, editor, draft_of_published):
    draft_of_published.domains.all().delete()
    said = words(sign_in(editor).get(url("version")))
    assert "This version is empty" in said
    assert "It has no competency yet." in said


# Buttons


def test_publish_publishes_and_says_so(url, sign_in, editor, draft_of_published):
    response = sign_in(editor).post(url("publish"), follow=True)
    assert response.redirect_chain == [(url("version"), 302)]
    assert "Small framework, version 2, is published." in words(response)
    stored = FrameworkVersion.objects.get(pk=draft_of_published.pk)
    assert (stored.status, stored.published_by) == ("PUBLISHED", editor)


def test_publish_twice_says_what_happened_and_changes_nothing(
    url, sign_in, editor, draft_of_published
):
    client = sign_in(editor)
    client.post(url("publish"))
    first = FrameworkVersion.objects.get(pk=draft_of_published.pk).published_at
    said = words(client.post(url("publish"), follow=True))
    assert (
        "There is a problem Small framework, version 2, is published and never changes."
        " Make a copy of it to change its words. Nothing was changed."
    ) in said
    assert FrameworkVersion.objects.get(pk=draft_of_published.pk).published_at == first


def test_publish_of_an_incomplete_version_says_what_is_missing(url, sign_in, editor):
    Level.objects.filter(competency__domain__version__status="DRAFT", value=5).delete()
    said = words(sign_in(editor).post(url("publish"), follow=True))
    assert (
        "Small framework, version 2, is not complete. 1 Listening has no anchor at 5."
        " 2 Judging has no anchor at 5. 3 Leading has no anchor at 5. Nothing was changed."
    ) in said
    assert FrameworkVersion.objects.filter(status="DRAFT").count() == 1


def test_retire_retires_once(blueprint, sign_in, editor):
    client, path = sign_in(editor), reverse("rubrics:retire", args=[blueprint.version_id])
    assert "Small framework, version 1, is retired." in words(client.post(path, follow=True))
    assert FrameworkVersion.objects.get(pk=blueprint.version_id).status == "RETIRED"
    assert "Small framework, version 1, is retired, not published. Nothing was changed." in words(
        client.post(path, follow=True)
    )


def test_clone_goes_to_the_new_draft(url, sign_in, editor, draft_of_published):
    response = sign_in(editor).post(url("clone"), follow=True)
    copy = FrameworkVersion.objects.get(number=3)
    assert response.redirect_chain == [(reverse("rubrics:version", args=[copy.pk]), 302)]
    assert "This is version 3, a draft with every word of version 2." in words(response)
    assert queries.content_of(copy) == queries.content_of(draft_of_published)


# The starter library


def test_frameworks_offers_the_starter_library_to_the_editor_until_it_is_loaded(
    sign_in, editor, reader, trust
):
    client, path = sign_in(editor), reverse("rubrics:frameworks")
    button = reverse("rubrics:load", args=["medical-leadership", trust.pk])
    assert button in actions(client.get(path))
    assert "Medical leadership competencies 20 competencies, scored 1 to 5." in words(
        client.get(path)
    )
    assert actions(sign_in(reader).get(path)) == []
    response = client.post(button, follow=True)
    version = FrameworkVersion.objects.get()
    assert response.redirect_chain == [(reverse("rubrics:version", args=[version.pk]), 302)]
    assert "Medical leadership competencies is loaded as version 1." in words(response)
    assert button not in actions(client.get(path))
    client.post(button)
    assert FrameworkVersion.objects.count() == 1


def test_load_is_not_found_for_other_people_trusts_and_frameworks(
    sign_in, editor, reader, trust, other_trust
):
    mine = reverse("rubrics:load", args=["medical-leadership", trust.pk])
    theirs = reverse("rubrics:load", args=["medical-leadership", other_trust.pk])
    nothing = reverse("rubrics:load", args=["nothing", trust.pk])
    tried = [(reader, mine), (editor, theirs), (editor, nothing)]
    assert [sign_in(who).post(path).status_code for who, path in tried] == [404, 404, 404]
    assert sign_in(editor).get(mine).status_code == 405
    assert not FrameworkVersion.objects.exists()


def test_blueprints_lets_the_editor_start_from_a_ready_plan(
    published, sign_in, editor, reader, ready_plan
):
    ready_plan()
    client, path = sign_in(editor), reverse("rubrics:blueprints")
    button = reverse("rubrics:create_blueprint", args=["plan", published.pk])
    assert actions(client.get(path)) == [button]
    assert "Plan Two exercises. On Small framework, version 1." in words(client.get(path))
    assert actions(sign_in(reader).get(path)) == []
    assert sign_in(reader).post(button).status_code == 403
    assert not Blueprint.objects.exists()
    response = client.post(button, follow=True)
    made = Blueprint.objects.get()
    assert response.redirect_chain == [(reverse("rubrics:blueprint", args=[made.pk]), 302)]
    assert "Plan, version 1 is yours." in words(response)


def test_create_blueprint_that_cannot_be_says_why_and_changes_nothing(
    blueprint, draft_of_published, sign_in, editor, stranger
):
    client = sign_in(editor)
    path = reverse("rubrics:create_blueprint", args=["plan", draft_of_published.pk])
    response = client.post(path, follow=True)
    assert response.redirect_chain == [(reverse("rubrics:blueprints"), 302)]
    assert "Small framework, version 2, is draft, not published. Nothing was changed." in words(
        response
    )
    unknown = reverse("rubrics:create_blueprint", args=["nothing", blueprint.version_id])
    assert client.post(unknown).status_code == 404
    assert sign_in(stranger).post(path).status_code == 404
    assert Blueprint.objects.count() == 1


# Editing


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


# Blueprints


def test_blueprints_lists_exercises_with_weights(url, sign_in, reader, stranger):
    said = words(sign_in(reader).get(url("blueprints")))
    assert "Plan, version 1 Talk: 30 Interview: 70 Small framework, version 1 Not frozen" in said
    assert "No blueprint yet" in words(sign_in(stranger).get(url("blueprints")))


def test_blueprint_shows_matrix_rules_and_weak_points(url, sign_in, reader):
    response = sign_in(reader).get(url("blueprint"))
    said = words(response)
    for expected in (
        "Not frozen It is frozen at the first score.",
        "Competency Talk 20 minutes Interview 45 minutes Total",
        "1 Listening 30 40 70",
        "3 Leading 30 at least 3 30",
        "All competencies 30 70 100 of 100",
        "At most 1 of the criteria has a mean below 3 (Satisfactory).",
        "3 Leading in Interview has a mean of at least 3 (Satisfactory).",
        "Equal totals are parted by these, the first that differs deciding: 3 Leading 1 Listening",
        "One candidate spends 65 minutes in all.",
        "Worth a second look 3 Leading is seen only once, in Interview.",
        "3 Leading: Situational about Leading?",
    ):
        assert expected in said


def test_blueprint_that_is_frozen_says_since_when(url, sign_in, reader, blueprint):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    said = words(sign_in(reader).get(url("blueprint")))
    assert "Frozen since the first score on Monday 9 March 2026, 2pm. Nothing in it" in said
