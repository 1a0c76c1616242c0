"""Pages of frameworks: who gets what, what they say, what each button does."""

import pytest
from django.urls import reverse

from rubrics import queries, services
from rubrics.models import Competency, FrameworkVersion, Level
from tests.rubrics.conftest import AT, LATER, framework_toml
from tests.rubrics.pages import actions, main, queries_of, words

GET_PAGES = ("frameworks", "version", "edit_competency", "blueprints", "blueprint")
POST_PAGES = ("publish", "retire", "clone", "edit_competency")
FOR_EDITORS = ("publish", "retire", "clone", "edit_competency")


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


def of_the_version(response):
    """Return what can be done with the version as a whole, besides taking it out as a file."""
    found = (action for action in actions(response) if "/versions/" in action)
    return [action for action in found if "/export/" not in action]


def test_version_shows_every_word_to_a_reader_without_buttons(blueprint, sign_in, reader):
    response = sign_in(reader).get(reverse("rubrics:version", args=[blueprint.version_id]))
    said = words(response)
    for expected in (
        "Small framework, version 1",
        "Published since Monday 2 March 2026, 9:30am, by Siân",
        "3 competencies, 6 questions, scored 1 to 5.",
        "Where it is used Plan, version 1",
        "A Domain A",
        "1 Listening What Listening is.",
        "2 Area for concern Listening at 2",
        "Situational about Leading? To follow up: And then? Why?"
        " What good looks like: Good Leading.",
        "GMC generic professional capabilities: 1 Professional values and behaviours ;"
        " 6 Patient safety and quality improvement",
        "NHS values: Compassion",
        "Ours, First, 2026",
    ):
        assert expected in said
    assert "<form action" not in main(response)
    assert "Change 1 Listening" not in said


def test_version_offers_the_editor_what_can_be_done_now(
    url, sign_in, editor, blueprint, draft_of_published
):
    client = sign_in(editor)
    draft = client.get(url("version"))
    assert of_the_version(draft) == [url("publish"), url("clone")]
    assert url("edit_competency") in main(draft)
    assert "Everything is there." in words(draft)
    published = client.get(reverse("rubrics:version", args=[blueprint.version_id]))
    pk = [blueprint.version_id]
    assert of_the_version(published) == [
        reverse("rubrics:clone", args=pk),
        reverse("rubrics:retire", args=pk),
    ]
    assert "/edit/" not in main(published)
    services.retire_version(version=blueprint.version, by=editor, at=LATER)
    retired = client.get(reverse("rubrics:version", args=[blueprint.version_id]))
    assert of_the_version(retired) == [reverse("rubrics:clone", args=pk)]


def test_version_lists_what_is_missing_and_offers_no_publishing(url, sign_in, editor):
    Level.objects.filter(
        competency__domain__version__status="DRAFT", competency__code="2", value__in=(1, 2)
    ).delete()
    response = sign_in(editor).get(url("version"))
    said = words(response)
    assert (
        "Before this version can be published 2 Judging has no anchor at 1 and 2."
        " Write them of 2 Judging"
    ) in said
    second = Competency.objects.get(domain__version__status="DRAFT", code="2")
    box = f"{reverse('rubrics:edit_competency', args=[second.pk])}#id_anchor_1"
    assert f'href="{box}"' in main(response)
    assert "Anchors missing" in said
    assert "1 Poor Not written yet" in said
    assert of_the_version(response) == [url("clone")]


def test_version_without_content_says_so(url, sign_in, editor, draft_of_published):
    draft_of_published.domains.all().delete()
    said = words(sign_in(editor).get(url("version")))
    assert "This version is empty" in said
    assert "It has no competency yet. Add its first domain" in said


def test_version_by_tag_says_how_many_and_offers_all(url, sign_in, reader, draft_of_published):
    Competency.objects.filter(domain__version=draft_of_published, code="3").update(
        tags={"gpc": [5]}
    )
    said = words(sign_in(reader).get(url("version"), {"tag": "gpc-5"}))
    assert "1 of 3 competencies touch 5 Leadership and team working. Show all" in said
    assert "3 Leading What Leading is." in said
    assert "1 Listening What Listening is." not in said


# What changed


def test_compare_marks_the_words_that_changed(url, sign_in, reader, blueprint, draft_of_published):
    competency = Competency.objects.get(domain__version=draft_of_published, code="1")
    Level.objects.filter(competency=competency, value=2).update(anchor="Listening well at 2")
    pks = [blueprint.version_id, draft_of_published.pk]
    client = sign_in(reader)
    response = client.get(reverse("rubrics:compare", args=pks))
    said = words(response)
    assert "What changed from version 1 to version 2" in said
    assert "Competencies 0 0 0 1 0" in said
    assert "1 Listening Reworded Score 2, Area for concern Listening [added: well ] at 2" in said
    assert "2 Judging" not in said
    assert '<ins class="q-ins">' in main(response)
    assert f'href="{reverse("rubrics:compare", args=pks)}"' in main(client.get(url("version")))


def test_compare_of_equal_versions_says_nothing_changed(
    sign_in, reader, blueprint, draft_of_published
):
    pks = [blueprint.version_id, draft_of_published.pk]
    said = words(sign_in(reader).get(reverse("rubrics:compare", args=pks)))
    assert "Nothing changed: both versions say the same, word for word" in said


def test_compare_with_a_version_of_another_trust_is_not_found(
    sign_in, stranger, reader, blueprint, load, other_trust
):
    theirs = load(trust=other_trust)
    for person in (stranger, reader):
        for pks in ([blueprint.version_id, theirs.pk], [theirs.pk, blueprint.version_id]):
            assert sign_in(person).get(reverse("rubrics:compare", args=pks)).status_code == 404


def test_compare_takes_the_same_number_of_queries_at_1_and_at_30_competencies(
    load, sign_in, editor
):
    counts = []
    for count in (1, 30):
        competencies = tuple((f"D{n}", str(n), f"Skill {n}") for n in range(count))
        version = load(framework_toml(slug=f"of-{count}", competencies=competencies))
        copy = services.clone_version(version=version, by=editor, at=LATER)
        Competency.objects.filter(domain__version=copy).update(name="New name")
        path = reverse("rubrics:compare", args=[version.pk, copy.pk])
        page, queries_taken = queries_of(sign_in(editor), path)
        assert words(page).count("Renamed") == count + 1
        counts.append(queries_taken)
    assert counts[0] == counts[1]


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
