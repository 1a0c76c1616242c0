"""The blueprint editor: who may, what is said, and what is kept when something stands against."""

import re

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.services import grant_role
from rubrics import services
from rubrics.models import Blueprint, Competency, Criterion, Exercise
from tests.rubrics.conftest import AT, LATER
from tests.rubrics.pages import main, queries_of, words

PAGES = ("blueprint_details", "blueprint_weights", "blueprint_rules", "add_exercise")
EXERCISE_PAGES = ("edit_exercise", "exercise_questions")
COPY_PAGES = ("copy_blueprint", "renew_blueprint")
POSTS = ("remove_blueprint",)
EXERCISE_POSTS = ("move_exercise", "remove_exercise")
EXERCISE = {"kind": "STATION", "name": "Station", "minutes": "10", "instructions": ""}


@pytest.fixture
def place(blueprint):
    """Return the address of a page of the editor."""
    talk = blueprint.exercises.get(name="Talk")

    def find(name, of=None):
        thing = of or (talk if name in EXERCISE_PAGES + EXERCISE_POSTS else blueprint)
        return reverse(f"rubrics:{name}", args=[thing.pk])

    return find


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor)


def fields(response):
    """Return what the page's form would send as it stands."""
    form = response.context["form"]
    return {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}


def cell(blueprint, exercise, code):
    row = Exercise.objects.get(blueprint=blueprint, name=exercise)
    competency = Competency.objects.get(domain__version=blueprint.version, code=code)
    return f"weight-{row.pk}-{competency.pk}"


# Who may


@pytest.mark.parametrize("name", PAGES + EXERCISE_PAGES + COPY_PAGES)
def test_page_is_for_the_trusts_editor_only(place, sign_in, editor, reader, stranger, name):
    path = place(name)
    found = [sign_in(who).get(path).status_code for who in (editor, reader, stranger)]
    assert found == [200, 403, 404]


@pytest.mark.parametrize("name", POSTS + EXERCISE_POSTS)
def test_button_is_for_the_trusts_editor_only(place, sign_in, editor, reader, stranger, name):
    path = place(name)
    assert sign_in(editor).get(path).status_code == 405
    assert [sign_in(who).post(path).status_code for who in (reader, stranger)] == [403, 404]
    assert Blueprint.objects.get().exercises.count() == 2


@pytest.mark.parametrize("name", PAGES + EXERCISE_PAGES + POSTS + EXERCISE_POSTS)
def test_frozen_blueprint_is_refused_with_the_reason_and_stays(place, client, blueprint, name):
    services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    response = client.post(place(name), {"to": "down"})
    assert response.status_code == 403
    assert "Plan, version 1 is frozen, because scoring by it has begun." in words(response)
    assert list(blueprint.exercises.order_by("position").values_list("name", flat=True)) == [
        "Talk",
        "Interview",
    ]


def test_start_blueprint_is_for_editors(sign_in, published, editor, reader):
    path = reverse("rubrics:start_blueprint")
    assert [sign_in(who).get(path).status_code for who in (editor, reader)] == [200, 403]


def test_blueprint_offers_changes_to_the_editor_until_it_is_frozen(
    place, sign_in, editor, reader, blueprint
):
    path = reverse("rubrics:blueprint", args=[blueprint.pk])
    changing = [place(name) for name in PAGES + EXERCISE_PAGES]
    copying = [place(name) for name in COPY_PAGES]

    def offered(who):
        links = re.findall(r'href="([^"#]+)', main(sign_in(who).get(path)))
        return [link in links for link in changing], [link in links for link in copying]

    assert offered(editor) == ([True] * len(changing), [True, True])
    assert offered(reader) == ([False] * len(changing), [False, False])
    services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    assert offered(editor) == ([False] * len(changing), [True, True])


# From nothing to ready


def test_editor_builds_a_ready_blueprint_from_nothing(client, published):
    start = reverse("rubrics:start_blueprint")
    response = client.post(start, {"name": "Surgery", "version": published.pk}, follow=True)
    made = Blueprint.objects.get()
    add = reverse("rubrics:add_exercise", args=[made.pk])
    assert response.redirect_chain == [(add, 302)]
    sent = EXERCISE | {"kind": "PANEL_INTERVIEW", "scoring_seats": ["CE", "MD"]}
    said = words(client.post(add, sent, follow=True))
    assert "Station is added." in said
    assert "Station scores no competency." in said
    assert "Scored by: Chief executive, Medical director." in said
    weights = reverse("rubrics:blueprint_weights", args=[made.pk])
    sent = fields(client.get(weights))
    sent |= {cell(made, "Station", "1"): "60", cell(made, "Station", "2"): "30"}
    said = words(client.post(weights, sent, follow=True))
    assert "They sum to 90, not 100, so Surgery, version 1 cannot be used yet." in said
    assert "Not ready No appointment can be planned with it yet." in said
    sent = fields(client.get(weights)) | {cell(made, "Station", "2"): "40"}
    said = words(client.post(weights, sent, follow=True))
    assert "The weights are saved and sum to 100." in said
    assert "Ready Appointments can be planned with it." in said
    assert Blueprint.objects.get().is_ready
    assert {c.question.kind for c in Criterion.objects.all()} == {"PAST_BEHAVIOUR"}


def test_start_blueprint_says_what_is_missing_or_taken(client, blueprint):
    path = reverse("rubrics:start_blueprint")
    assert "Enter the name of the blueprint" in words(client.post(path, {"name": ""}))
    sent = {"name": "plan", "version": blueprint.version_id}
    assert "already has a blueprint called plan." in words(client.post(path, sent))
    assert Blueprint.objects.count() == 1


def test_start_blueprint_does_not_offer_drafts_or_other_trusts_frameworks(
    client, blueprint, draft_of_published, sign_in, stranger
):
    path = reverse("rubrics:start_blueprint")
    sent = {"name": "New", "version": draft_of_published.pk}
    assert client.post(path, sent).status_code == 200
    sent = {"name": "New", "version": blueprint.version_id}
    assert sign_in(stranger).post(path, sent).status_code == 200
    assert Blueprint.objects.count() == 1


# Each page


def test_details_are_saved(client, place, blueprint):
    sent = fields(client.get(place("blueprint_details"))) | {"name": "Day"}
    said = words(client.post(place("blueprint_details"), sent, follow=True))
    assert "The name and summary are saved." in said
    assert Blueprint.objects.get().name == "Day"


def test_exercise_is_changed_and_errors_keep_what_was_typed(client, place, blueprint):
    path = place("edit_exercise")
    sent = fields(client.get(path)) | {"minutes": "soon", "name": "Longer talk"}
    response = client.post(path, sent)
    assert "Enter whole minutes from 1 to 600" in words(response)
    assert 'value="Longer talk"' in main(response)
    client.post(path, sent | {"minutes": "25", "scoring_seats": ["ADDITIONAL", "LAY"]})
    row = blueprint.exercises.get(position=1)
    assert (row.name, row.minutes, row.scoring_seats) == ("Longer talk", 25, ["LAY", "ADDITIONAL"])


def test_exercises_are_moved_by_buttons(client, place, blueprint):
    page = client.get(reverse("rubrics:blueprint", args=[blueprint.pk]))
    order = page.context["page"].order
    client.post(place("move_exercise"), {"to": "down", "seen": order})
    names = blueprint.exercises.order_by("position").values_list("name", flat=True)
    assert list(names) == ["Interview", "Talk"]
    said = words(client.post(place("move_exercise"), {"to": "up", "seen": order}, follow=True))
    assert "so nothing was moved." in said
    assert "Choose up or down." in words(client.post(place("move_exercise"), follow=True))
    assert list(names.all()) == ["Interview", "Talk"]


def test_exercise_is_removed_unless_it_changed_since(client, place, blueprint):
    said = words(client.post(place("remove_exercise"), {"seen": "older"}, follow=True))
    assert "so nothing was removed." in said
    seen = client.get(place("edit_exercise")).context["form"].initial["seen"]
    said = words(client.post(place("remove_exercise"), {"seen": seen}, follow=True))
    assert "Talk is removed, and its weights with it." in said
    assert "The weights sum to 70, not 100." in said


def test_weights_show_every_competency_with_totals(client, place, blueprint):
    response = client.get(place("blueprint_weights"))
    form = response.context["form"]
    assert [
        (str(domain), [(str(r.competency), r.total) for r in rows]) for domain, rows in form.groups
    ] == [
        ("A Domain A", [("1 Listening", 70), ("2 Judging", 0)]),
        ("B Domain B", [("3 Leading", 30)]),
    ]
    assert [total for _, total in form.columns] == [30, 70]
    assert "The weights sum to 100." in words(response)
    assert "1 Listening in Talk" in words(response)


@pytest.mark.parametrize("typed", ["0", "101", "x", "1.5", "-3"])
def test_weight_that_is_none_is_refused_where_it_stands(client, place, blueprint, typed):
    path, name = place("blueprint_weights"), cell(blueprint, "Talk", "1")
    response = client.post(path, fields(client.get(path)) | {name: typed})
    said = "1 Listening in Talk: enter a whole number from 1 to 100, or leave it empty"
    assert words(response).count(said) == 2
    assert f'href="#id_{name}"' in main(response)
    assert Criterion.objects.get(exercise__name="Talk").weight == 30


def test_weights_changed_meanwhile_are_kept_on_the_page_and_saved_at_the_second_try(
    client, place, blueprint, editor
):
    path, name = place("blueprint_weights"), cell(blueprint, "Talk", "1")
    sent = fields(client.get(path)) | {name: "20"}
    _, exercise, competency = name.split("-")
    weights = {(int(exercise), int(competency)): 10}
    services.weigh(blueprint=blueprint, weights=weights, by=editor, at=LATER)
    response = client.post(path, sent)
    assert "Somebody else changed this while you were writing." in words(response)
    assert response.context["form"].total == 90
    assert Criterion.objects.get(exercise__name="Talk").weight == 10
    client.post(path, fields(response))
    assert Criterion.objects.get(exercise__name="Talk").weight == 20


def test_weights_of_a_plan_without_exercises_lead_to_the_first(client, published, trust, editor):
    made = services.start_blueprint(trust=trust, version=published, name="N", by=editor, at=AT)
    said = words(client.get(reverse("rubrics:blueprint_weights", args=[made.pk])))
    assert "There is no exercise yet. Add an exercise first." in said


def test_questions_are_ordered_and_chosen(client, place, blueprint):
    interview = blueprint.exercises.get(name="Interview")
    path = place("exercise_questions", interview)
    three, one = interview.criteria.order_by("position")
    sent = fields(client.get(path))
    assert (sent[f"place-{three.pk}"], sent[f"minimum-{three.pk}"]) == (1, 3)
    sent |= {f"place-{three.pk}": "2", f"place-{one.pk}": "1", f"question-{one.pk}": ""}
    sent |= {f"minimum-{one.pk}": "4", f"minimum-{three.pk}": ""}
    said = words(client.post(path, sent, follow=True))
    assert "The questions of Interview are saved." in said
    assert "Interview has no question for 1 Listening." in said
    rows = interview.criteria.order_by("position").values_list("pk", "question", "minimum")
    assert list(rows) == [(one.pk, None, 4), (three.pk, three.question_id, None)]


def test_questions_need_a_place_each(client, place, blueprint):
    interview = blueprint.exercises.get(name="Interview")
    path = place("exercise_questions", interview)
    one = interview.criteria.get(position=2)
    same = fields(client.get(path)) | {f"place-{one.pk}": "1"}
    assert "1 Listening and 3 Leading cannot both be number 1" in words(client.post(path, same))
    none = same | {f"place-{one.pk}": ""}
    assert "1 Listening: enter a place from 1 to 2" in words(client.post(path, none))
    far = same | {f"place-{one.pk}": "3"}
    assert "1 Listening: enter a place from 1 to 2" in words(client.post(path, far))


def test_rules_are_saved_in_the_order_of_their_numbers(client, place, blueprint):
    path = place("blueprint_rules")
    page = client.get(path)
    one, three = (
        Competency.objects.get(domain__version=blueprint.version, code=code) for code in "13"
    )
    sent = fields(page)
    assert (sent[f"place-{three.pk}"], sent[f"place-{one.pk}"]) == (1, 2)
    sent |= {f"place-{three.pk}": "", f"place-{one.pk}": "2", "minimum_value": ""}
    sent |= {"low_value": "2", "allowed_low": "0", "minimum_total_percent": ""}
    said = words(client.post(path, sent, follow=True))
    assert "No criterion has a mean below 2 (Area for concern)." in said
    found = Blueprint.objects.get()
    assert (found.minimum_value, found.low_value, found.allowed_low, found.tie_break) == (
        None,
        2,
        0,
        ["1"],
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"allowed_low": ""}, "Enter how many low criteria are allowed: 0 or more"),
        ({"low_value": ""}, "Choose below which value a criterion is low"),
        ({"minimum_total_percent": "0"}, "Enter a whole percentage from 1 to 100"),
        ({"allowed_low": "many"}, "Enter how many low criteria are allowed: 0 or more"),
    ],
)
def test_rules_that_cannot_be_are_refused(client, place, blueprint, typed, said):
    path = place("blueprint_rules")
    assert said in words(client.post(path, fields(client.get(path)) | typed))
    assert Blueprint.objects.get().low_value == 3


def test_rules_refuse_one_place_for_two(client, place, blueprint):
    path = place("blueprint_rules")
    sent = {k: "1" if k.startswith("place-") else v for k, v in fields(client.get(path)).items()}
    assert "cannot both be number 1" in words(client.post(path, sent))


# Copies


def test_renew_says_what_follows_and_what_is_lost(client, place, blueprint, editor):
    draft = services.clone_version(version=blueprint.version, by=editor, at=AT)
    three = Competency.objects.select_related("domain").get(domain__version=draft, code="3")
    services.remove_part(part=three, by=editor, at=AT)
    services.remove_part(part=draft.domains.get(code="B"), by=editor, at=AT)
    newer = services.publish_version(version=draft, by=editor, at=AT)
    services.freeze_blueprint(blueprint=blueprint, by=None, at=AT)
    said = words(client.get(place("renew_blueprint")))
    assert "Appointments that are planned with Plan, version 1 keep it, word for word." in said
    assert "do not set their totals side by side without saying so" in said
    assert "No longer there: 3 Leading, with a weight of 30 in all." in said
    response = client.post(place("renew_blueprint"), {"version": newer.pk}, follow=True)
    made = Blueprint.objects.get(number=2)
    assert response.redirect_chain == [(reverse("rubrics:blueprint", args=[made.pk]), 302)]
    assert "Plan, version 2 is made and can be changed." in words(response)
    assert "The weights sum to 70, not 100." in words(response)
    assert (made.version, made.tie_break) == (newer, ["1"])


def test_renew_offers_no_version_of_another_framework(client, place, blueprint, draft_of_published):
    for pk in (draft_of_published.pk, 0, "x"):
        assert client.post(place("renew_blueprint"), {"version": pk}).status_code == 200
    assert Blueprint.objects.count() == 1


def test_copy_and_renew_without_a_published_version_say_so(client, place, blueprint, editor):
    services.retire_version(version=blueprint.version, by=editor, at=AT)
    for name in COPY_PAGES:
        assert "No version of Small framework is published" in words(client.get(place(name)))


def test_copy_needs_a_name_of_its_own(client, place, blueprint):
    sent = {"name": "Plan", "version": blueprint.version_id}
    assert "already has a blueprint called Plan." in words(
        client.post(place("copy_blueprint"), sent)
    )
    response = client.post(place("copy_blueprint"), sent | {"name": "Other"}, follow=True)
    assert "Other, version 1 is made from Plan, version 1" in words(response)


def test_remove_blueprint_goes_back_to_the_list(client, place, blueprint):
    response = client.post(place("remove_blueprint"), follow=True)
    assert response.redirect_chain == [(reverse("rubrics:blueprints"), 302)]
    assert "Plan, version 1 is removed." in words(response)
    assert not Blueprint.objects.exists()


# Queries


@pytest.mark.parametrize("name", ["blueprint_weights", "blueprint_rules", "exercise_questions"])
def test_editor_page_asks_the_same_number_of_queries_of_any_size(
    place, client, blueprint, editor, name
):
    interview = blueprint.exercises.get(name="Interview")
    path = place(name, interview if name == "exercise_questions" else None)
    _, first = queries_of(client, path)
    pks = Competency.objects.filter(domain__version=blueprint.version).values_list("pk", flat=True)
    for number in range(8):
        words_ = services.ExerciseWords("STATION", f"Station {number}", 10)
        exercise = services.add_exercise(blueprint=blueprint, words=words_, by=editor, at=LATER)
        weights = {(exercise.pk, pk): 1 for pk in pks} | {(interview.pk, pk): 1 for pk in pks}
        services.weigh(blueprint=blueprint, weights=weights, by=editor, at=LATER)
    _, last = queries_of(client, path)
    assert first == last


def test_moving_page_asks_the_same_number_of_queries_of_any_number_of_versions(
    place, client, blueprint, editor
):
    _, first = queries_of(client, place("renew_blueprint"))
    for _ in range(4):
        draft = services.clone_version(version=blueprint.version, by=editor, at=AT)
        services.publish_version(version=draft, by=editor, at=AT)
    response, last = queries_of(client, place("renew_blueprint"))
    assert (len(response.context["form"].choices), first) == (5, last)


# In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_totals_follow_the_keys_and_the_button_stays_where_it_is(site, blueprint, editor, client):
    page = site.visit(editor).open(reverse("rubrics:blueprint_weights", args=[blueprint.pk]))
    box = page.get_by_label("1 Listening in Talk")
    box.fill("7")
    assert page.locator("[data-total]").inner_text() == "77"
    assert page.locator("[data-column-total]").all_inner_texts() == ["7", "70"]
    assert page.locator("[data-row-total]").all_inner_texts() == ["47", "0", "30"]
    before = page.get_by_role("button", name="Save the weights").bounding_box()
    box.press("Tab")
    assert page.locator("[data-sum]").inner_text() == "The weights sum to 77: 23 to go."
    assert page.get_by_role("button", name="Save the weights").bounding_box() == before
    page.get_by_label("2 Judging in Talk").fill("23")
    page.get_by_role("button", name="Save the weights").click()
    assert page.get_by_text("The weights are saved and sum to 100.").is_visible()


def test_editors_of_two_trusts_see_the_trusts_name_with_the_framework(
    make_user, make_trust, published, trust, sign_in
):
    other = make_trust("westhaven")
    both = make_user("Wanjiru", trust, Role.FRAMEWORK_EDITOR)
    grant_role(user=both, trust=other, role=Role.FRAMEWORK_EDITOR, by=None, at=AT)
    said = words(sign_in(both).get(reverse("rubrics:start_blueprint")))
    assert "Small framework, version 1, Northbridge NHS Foundation Trust" in said
