"""The starter library on the pages, and the blueprints made from it."""

from django.urls import reverse

from rubrics import services
from rubrics.models import Blueprint, FrameworkVersion
from tests.rubrics.conftest import LATER
from tests.rubrics.pages import actions, words


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


def test_blueprints_lists_exercises_with_weights(url, sign_in, reader, stranger):
    said = words(sign_in(reader).get(url("blueprints")))
    assert "Plan, version 1 Talk: 30 Interview: 70 Small framework, version 1 Ready" in said
    assert "No blueprint yet" in words(sign_in(stranger).get(url("blueprints")))


def test_blueprint_shows_matrix_rules_and_weak_points(url, sign_in, reader):
    response = sign_in(reader).get(url("blueprint"))
    said = words(response)
    for expected in (
        "Ready Appointments can be planned with it.",
        "Competency Talk 20 minutes Interview 45 minutes Total",
        "1 Listening 30 40 70",
        "3 Leading 30 at least 3 30",
        "All competencies 30 70 100 of 100",
        "At most 1 of the criteria has a mean below 3 (Satisfactory).",
        "3 Leading in Interview has a mean of at least 3 (Satisfactory).",
        "Equal totals are parted by these, the first that differs deciding: 3 Leading 1 Listening",
        "One candidate spends 65 minutes in all.",
        "None of this forbids using the blueprint. Seen in one exercise only: 3 Leading",
        "How structured it is: 10 of 15 hold",
        "3 Leading: Situational about Leading?",
    ):
        assert expected in said


def test_blueprint_that_is_frozen_says_since_when(url, sign_in, reader, blueprint):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=LATER)
    said = words(sign_in(reader).get(url("blueprint")))
    assert "Frozen since Monday 9 March 2026, 2pm, when scoring by it began. Nothing in it" in said
