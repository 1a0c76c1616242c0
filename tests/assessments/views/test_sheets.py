"""The score sheet as its member meets it: by plain form, by script, reviewed and locked."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.services import move_stage, withdraw_application
from appointments.stages import Stage
from assessments.models import Score, ScoreSheet
from panels.services import stand_down
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser, criteria_of, fill_member, lock, save

HUGE = 10**30


def sheet_url(sheet):
    return reverse("assessments:sheet", args=[sheet.pk])


def criterion_url(sheet, criterion):
    return reverse("assessments:save_criterion", args=[sheet.pk, criterion.pk])


def overall_url(sheet):
    return reverse("assessments:save_overall", args=[sheet.pk])


def fields(criterion, **changes):
    """Return one criterion's fields as the page sends them."""
    given = {"key": uuid4(), "version": 0, **changes}
    return {f"c{criterion.pk}-{name}": value for name, value in given.items()}


def overall(view="", version=0, key=None):
    return {"overall-key": key or uuid4(), "overall-version": version, "overall-view": view}


def kept(sheet):
    return list(
        Score.objects.filter(sheet=sheet)
        .order_by("criterion__position")
        .values_list("value", "evidence", "version")
    )


@pytest.fixture
def mine(world):
    return world.sheet(1)


@pytest.fixture
def client(world):
    return browser(world.user(1))


# --- the page and the plain form -------------------------------------------------------------


def test_sheet_shows_each_criterion_with_every_anchor_and_what_is_saved(client, mine):
    save(mine, 0, value=2, evidence="Blamed the rota")
    page = client.get(sheet_url(mine))
    text = page.content.decode()
    assert page.status_code == 200
    for name in ("Patient safety", "Leading change"):
        for value in range(1, 6):
            assert f"{name} at {value}" in text
    first, second = criteria_of(mine)
    assert f'id="c{first.pk}-2" name="c{first.pk}-choice" value="2" checked' in text
    assert "Blamed the rota" in text
    assert f'name="c{second.pk}-version" value="0"' in text
    assert f'name="c{first.pk}-version" value="1"' in text
    assert page.headers["Cache-Control"] == "no-store, private"


def test_sheet_plain_form_saves_everything_and_stays(client, mine):
    first, second = criteria_of(mine)
    data = {
        **fields(first, choice="5", evidence="Told the\r\npatient"),
        **fields(second, choice="not_assessed", not_assessed_reason="No time"),
        **overall("BORDERLINE"),
    }
    reply = client.post(sheet_url(mine), data)
    assert (reply.status_code, reply.url) == (302, sheet_url(mine))
    mine.refresh_from_db()
    assert mine.overall_view == "BORDERLINE"
    assert list(
        Score.objects.order_by("criterion__position").values_list(
            "value", "is_not_assessed", "not_assessed_reason", "evidence", "version"
        )
    ) == [(5, False, "", "Told the\npatient", 1), (None, True, "No time", "", 1)]


def test_sheet_plain_form_next_goes_to_the_next_candidate_and_stops_at_the_last(client, world):
    first, second = world.sheets(1)
    blank = {"next": "1", **overall()}
    for criterion in criteria_of(first):
        blank |= fields(criterion)
    assert client.post(sheet_url(first), blank).url == sheet_url(second)
    assert client.post(sheet_url(second), blank).url == sheet_url(second)
    assert not Score.objects.exists()


def test_sheet_plain_form_sent_twice_saves_once(client, mine):
    first, second = criteria_of(mine)
    data = {**fields(first, choice="4"), **fields(second), **overall("APPOINTABLE")}
    assert [client.post(sheet_url(mine), data).status_code for _ in range(2)] == [302, 302]
    assert kept(mine) == [(4, "", 1)]


def test_sheet_plain_form_conflict_shows_both_and_overwrites_nothing(client, mine):
    first, second = criteria_of(mine)
    save(mine, first, value=4, evidence="From the tablet")
    data = {
        **fields(first, choice="2", evidence="From the phone"),
        **fields(second, choice="3"),
        **overall(),
    }
    reply = client.post(sheet_url(mine), data)
    text = reply.content.decode()
    assert reply.status_code == 422
    for words in ("changed on another device", "From the tablet", "From the phone"):
        assert words in text
    assert "Saved elsewhere:</strong> 4" in text
    assert f'id="c{first.pk}-2" name="c{first.pk}-choice" value="2" checked' in text
    assert kept(mine) == [(4, "From the tablet", 1), (3, "", 1)]
    assert f'name="c{first.pk}-version" value="1"' in text
    again = fields(first, version=1, choice="2", evidence="From the phone")
    again |= {**fields(second, version=1, choice="3"), **overall()}
    assert client.post(sheet_url(mine), again).status_code == 302
    assert kept(mine)[0] == (2, "From the phone", 2)


def test_sheet_plain_form_invalid_change_keeps_the_version_it_was_typed_on(client, mine):
    """A correctable mistake must not slip past a newer value that was never shown."""
    first, second = criteria_of(mine)
    save(mine, first, value=4, evidence="From the tablet")
    bad = fields(first, choice="not_assessed", not_assessed_reason="r" * 201)
    reply = client.post(sheet_url(mine), {**bad, **fields(second), **overall()})
    assert reply.status_code == 422
    assert f'name="c{first.pk}-version" value="0"' in reply.content.decode()
    good = fields(first, choice="2")
    reply = client.post(sheet_url(mine), {**good, **fields(second), **overall()})
    assert reply.status_code == 422
    assert "From the tablet" in reply.content.decode()
    assert kept(mine) == [(4, "From the tablet", 1)]


@pytest.mark.parametrize("choice", ["6", "0", "-1", "NaN", "3.7", "4,5", "٣", "３", "<b>", "1e0"])
def test_sheet_plain_form_invalid_choice_is_told_and_the_rest_saved(client, mine, choice):
    first, second = criteria_of(mine)
    data = {**fields(first, choice=choice), **fields(second, choice="3"), **overall()}
    reply = client.post(sheet_url(mine), data)
    assert reply.status_code == 422
    text = reply.content.decode()
    assert "Choose a score from 1 to 5, or “not assessed”." in text
    assert text.count("<title>Error:") == 1
    assert kept(mine) == [(3, "", 1)]


def test_sheet_plain_form_overall_view_conflict_tells_both(client, mine):
    worlds.save_overall_view(
        sheet=mine, key=uuid4(), version=0, view="APPOINTABLE", by=mine.member.person.user, at=AT
    )
    data = overall("NOT_APPOINTABLE")
    for criterion in criteria_of(mine):
        data |= fields(criterion)
    reply = client.post(sheet_url(mine), data)
    text = reply.content.decode()
    assert reply.status_code == 422
    assert "Saved there: Appointable. You chose here: Not appointable." in text
    mine.refresh_from_db()
    assert (mine.overall_view, mine.version) == ("APPOINTABLE", 1)


def test_sheet_plain_form_without_any_field_changes_nothing_and_never_fails(client, mine):
    reply = client.post(sheet_url(mine), {})
    assert reply.status_code == 422
    assert not Score.objects.exists()


def test_sheet_locked_is_read_only(client, world, mine):
    fill_member(world, 1, 4)
    lock(world, 1)
    page = client.get(sheet_url(mine))
    assert page.status_code == 200
    assert "You locked this sheet on" in page.content.decode()
    assert 'type="submit" name="next"' not in page.content.decode()
    first, second = criteria_of(mine)
    data = {**fields(first, version=1, choice="1"), **fields(second, version=1), **overall()}
    reply = client.post(sheet_url(mine), data)
    assert reply.status_code == 422
    assert "This sheet is locked." in reply.content.decode()
    assert kept(mine) == [(4, "Said so", 1)] * 2


# --- the script's endpoints ------------------------------------------------------------------


def test_save_criterion_replies_with_version_and_server_time(client, mine):
    criterion, key = criteria_of(mine)[0], uuid4()
    data = fields(criterion, key=key, choice="4", evidence="Said so")
    first = client.post(criterion_url(mine, criterion), data)
    again = client.post(criterion_url(mine, criterion), data)
    assert (first.status_code, first["Content-Type"]) == (200, "application/json")
    assert set(first.json()) == {"version", "saved_at"}
    assert first.json()["version"] == 1
    assert first.json()["saved_at"].startswith("2026-12-08T09:30")
    assert again.json() == first.json()
    assert kept(mine) == [(4, "Said so", 1)]


def test_save_criterion_conflict_says_what_is_saved_on_this_sheet_only(client, world, mine):
    criterion = criteria_of(mine)[0]
    save(world.sheet(0), 0, value=1, evidence="Of another member")
    save(mine, 0, value=4, evidence="Of mine")
    reply = client.post(criterion_url(mine, criterion), fields(criterion, choice="2"))
    assert reply.status_code == 409
    assert reply.json() == {
        "error": "This was changed on another device or in another tab.",
        "saved": {
            "version": 1,
            "value": 4,
            "is_not_assessed": False,
            "not_assessed_reason": "",
            "evidence": "Of mine",
            "is_concern": False,
            "concern": "",
        },
    }


def test_save_criterion_key_reused_is_unprocessable(client, mine):
    criterion, key = criteria_of(mine)[0], uuid4()
    url = criterion_url(mine, criterion)
    client.post(url, fields(criterion, key=key, choice="4"))
    reply = client.post(url, fields(criterion, key=key, choice="5"))
    assert reply.status_code == 422
    assert reply.json() == {"error": "The same key was used for another change. Nothing was saved."}


def test_save_criterion_locked_and_cancelled_are_forbidden(client, world, mine):
    criterion = criteria_of(mine)[0]
    fill_member(world, 1, 4)
    lock(world, 1)
    url = criterion_url(mine, criterion)
    reply = client.post(url, fields(criterion, version=1, choice="1"))
    assert (reply.status_code, list(reply.json())) == (403, ["error"])
    reply = client.post(overall_url(mine), overall("BORDERLINE", 1))
    assert reply.status_code == 403
    other = world.sheet(0)
    move_stage(
        appointment=world.appointment, to=Stage.CANCELLED, by=world.officer, at=AT, reason="Cuts"
    )
    reply = browser(world.user(0)).post(
        criterion_url(other, criterion), fields(criterion, choice="1")
    )
    assert (reply.status_code, reply.json()) == (
        403,
        {"error": "Scoring is closed. What was saved before stays as it is."},
    )


def test_save_overall_replies_saves_and_conflicts(client, mine):
    reply = client.post(overall_url(mine), overall("APPOINTABLE"))
    assert (reply.status_code, reply.json()["version"]) == (200, 1)
    reply = client.post(overall_url(mine), overall("BORDERLINE"))
    assert (reply.status_code, reply.json()["saved"]) == (
        409,
        {"view": "APPOINTABLE", "version": 1},
    )
    reply = client.post(overall_url(mine), overall("SUPERB", 1))
    assert reply.status_code == 422


BAD = {
    "no key": {"key": ""},
    "bad key": {"key": "not-a-uuid"},
    "key of markup": {"key": "<script>"},
    "no version": {"version": ""},
    "negative version": {"version": "-1"},
    "huge version": {"version": str(HUGE)},
    "NaN version": {"version": "NaN"},
    "infinite version": {"version": "1e400"},
    "off the scale": {"choice": "6"},
    "zero": {"choice": "0"},
    "fraction": {"choice": "3.7"},
    "comma": {"choice": "4,5"},
    "half": {"choice": "4½"},
    "NaN": {"choice": "NaN"},
    "Arabic-Indic": {"choice": "٣"},
    "full-width": {"choice": "３"},
    "huge": {"choice": str(HUGE)},
    "NUL in evidence": {"evidence": "a\x00b"},
    "NUL in reason": {"choice": "not_assessed", "not_assessed_reason": "\x00"},
    "NUL in choice": {"choice": "3\x00"},
    "1 MB of evidence": {"evidence": "x" * 1_000_000},
    "1 MB of concern": {"is_concern": "on", "concern": "x" * 1_000_000},
    "long reason": {"choice": "not_assessed", "not_assessed_reason": "x" * 201},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_save_criterion_bad_input_is_unprocessable_and_saves_nothing(client, mine, change):
    criterion = criteria_of(mine)[0]
    reply = client.post(criterion_url(mine, criterion), fields(criterion, **change))
    assert reply.status_code == 422
    assert reply.json()["error"]
    data = {**fields(criterion, **change), **fields(criteria_of(mine)[1]), **overall()}
    assert client.post(sheet_url(mine), data).status_code == 422
    assert not Score.objects.exists()


@pytest.mark.parametrize(
    "note",
    [
        "<script>alert(1)</script>{{ settings.SECRET_KEY }}{% debug %}",
        "Z" + "\u0335" * 500,
        "\u202eevil\u202c and 陳美玲 🙂",
        "=SUM(A1:A9)",
        "line\r\nline",
        "'; DROP TABLE assessments_score; --",
        "x" * 3998 + "\r\ny",
    ],
)
def test_save_criterion_odd_but_legitimate_notes_are_kept_as_typed(client, mine, note):
    criterion = criteria_of(mine)[0]
    reply = client.post(
        criterion_url(mine, criterion), fields(criterion, choice="3", evidence=note)
    )
    assert reply.status_code == 200
    assert kept(mine) == [(3, note.replace("\r\n", "\n"), 1)]
    assert "<script>alert" not in client.get(sheet_url(mine)).content.decode()


def test_save_criterion_body_that_is_no_form_is_unprocessable(client, mine):
    criterion = criteria_of(mine)[0]
    for body in ('{"a": NaN}', "[" * 100_000, "\x00", '{"a":1,"a":2}'):
        reply = client.post(criterion_url(mine, criterion), body, content_type="application/json")
        assert reply.status_code == 422
    assert not Score.objects.exists()


def test_save_criterion_beyond_the_upload_limit_is_a_bad_request(client, mine):
    criterion = criteria_of(mine)[0]
    data = fields(criterion, choice="3", evidence="x" * 3_000_000)
    query = "&".join(f"{name}={value}" for name, value in data.items())
    reply = client.post(
        criterion_url(mine, criterion), query, content_type="application/x-www-form-urlencoded"
    )
    assert reply.status_code in (400, 413)
    assert not Score.objects.exists()


@pytest.mark.parametrize("name", ["sheet", "save_overall", "save_criterion"])
def test_sheet_that_is_not_mine_is_not_found(client, world, mine, name):
    first = criteria_of(mine)[0]
    other_trust = worlds.make_world(slug="south").sheet()
    for sheet in (world.sheet(0).pk, other_trust.pk, 0, 999_999, 2**31, 2**63, HUGE):
        args = [sheet, first.pk] if name == "save_criterion" else [sheet]
        url = reverse(f"assessments:{name}", args=args)
        data = {**fields(first, choice="3"), **overall("BORDERLINE")}
        assert client.post(url, data).status_code == 404
        if name == "sheet":
            assert client.get(url).status_code == 404
    assert not Score.objects.exists()


def test_criterion_of_another_sheet_is_not_found(db, the_day):
    world = worlds.make_world(1, 1, exercises=2)
    client = browser(world.user(0))
    first, second = world.sheets(0)
    other = criteria_of(second)[0]
    for pk in (other.pk, 0, 999_999, HUGE):
        url = reverse("assessments:save_criterion", args=[first.pk, pk])
        data = {f"c{pk}-key": uuid4(), f"c{pk}-version": 0, f"c{pk}-choice": "3"}
        assert client.post(url, data).status_code == 404
    assert not Score.objects.exists()


def test_wrong_methods_are_not_allowed(client, world, mine):
    criterion = criteria_of(mine)[0]
    review = reverse("assessments:review", args=[world.appointment.pk])
    allowed = {
        sheet_url(mine): ("GET", "POST"),
        criterion_url(mine, criterion): ("POST",),
        overall_url(mine): ("POST",),
        review: ("GET", "POST"),
    }
    for url, methods in allowed.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(methods):
            assert client.generic(method, url).status_code == 405


def test_a_post_without_csrf_token_is_refused(world, mine):
    client = browser(world.user(1))
    client.handler.enforce_csrf_checks = True
    criterion = criteria_of(mine)[0]
    reply = client.post(criterion_url(mine, criterion), fields(criterion, choice="3"))
    assert reply.status_code == 403
    assert not Score.objects.exists()


def test_a_script_whose_session_ended_is_told_so_in_json(world, mine, client):
    client.logout()
    criterion = criteria_of(mine)[0]
    reply = client.post(
        criterion_url(mine, criterion),
        fields(criterion, choice="3"),
        headers={"Accept": "application/json"},
    )
    assert (reply.status_code, "reason" in reply.json()) == (401, True)


def test_sheet_of_a_withdrawn_candidate_leaves_the_members_sight(client, world):
    withdraw_application(
        application=world.applications[0], reason="Took another post.", by=world.officer, at=AT
    )
    gone, stays = world.sheet(1, 0), world.sheet(1, 1)
    assert client.get(sheet_url(gone)).status_code == 404
    assert client.post(sheet_url(gone), {"next": "1"}).status_code == 404
    page = client.get(sheet_url(stays))
    assert page.status_code == 200
    assert "Amara Okafor" not in page.content.decode()


def test_sheet_of_a_member_who_stood_down_is_closed_to_them(client, world, mine):
    criterion = criteria_of(mine)[0]
    stand_down(member=world.members[1], reason="Taken ill.", by=world.officer, at=AT)
    assert client.get(sheet_url(mine)).status_code == 404
    reply = client.post(criterion_url(mine, criterion), fields(criterion, choice="3"))
    assert reply.status_code == 404


def test_sheet_is_nobody_elses_whatever_their_role(world, mine):
    save(mine, 0, value=1, evidence="Private")
    superuser = worlds.make_user("Root", "root@north.example")
    superuser.is_superuser = True
    superuser.save(update_fields=["is_superuser"])
    people = [
        world.user(0),
        world.officer,
        world.chief_executive,
        world.medical_director,
        world.auditor,
        superuser,
        worlds.make_user("Edit", "edit@north.example", world.trust, Role.FRAMEWORK_EDITOR),
    ]
    criterion = criteria_of(mine)[0]
    for user in people:
        client = browser(user)
        assert client.get(sheet_url(mine)).status_code == 404
        assert client.post(sheet_url(mine), {}).status_code == 404
        reply = client.post(criterion_url(mine, criterion), fields(criterion, choice="3"))
        assert reply.status_code == 404
        assert client.post(overall_url(mine), overall("BORDERLINE")).status_code == 404
    assert kept(mine) == [(1, "Private", 1)]


# --- review and lock -------------------------------------------------------------------------


def review_url(world):
    return reverse("assessments:review", args=[world.appointment.pk])


def test_review_shows_my_own_scores_side_by_side_and_nobody_elses(client, world):
    save(world.sheet(1, 0), 0, value=2, is_concern=True, concern="Mine alone")
    save(world.sheet(1, 1), 0, is_not_assessed=True, not_assessed_reason="No time")
    save(world.sheet(0, 0), 0, value=5, evidence="Of the chair")
    reply = client.get(review_url(world))
    text = " ".join(reply.content.decode().split())
    assert reply.status_code == 200
    assert '<span class="q-own-score">2</span> <span>Concern raised</span>' in text
    assert '<span class="q-own-score">Not assessed</span>' in text
    assert '<span class="q-own-score">5</span>' not in text
    assert "Of the chair" not in text
    assert "Lock my scores</button>" not in text
    links = [sheet_url(sheet) for sheet in world.sheets(1)]
    assert all(f'href="{link}"' in text for link in links)
    assert sheet_url(world.sheet(0)) not in text


def test_review_posted_with_gaps_locks_nothing(client, world):
    reply = client.post(review_url(world), follow=True)
    assert "Nothing was locked" in reply.content.decode()
    assert not ScoreSheet.objects.exclude(locked_at=None).exists()


def test_review_locks_once_and_a_second_post_is_harmless(client, world):
    fill_member(world, 1, 4)
    assert "Lock my scores</button>" in client.get(review_url(world)).content.decode()
    for _ in range(2):
        assert client.post(review_url(world)).url == review_url(world)
    assert ScoreSheet.objects.exclude(locked_at=None).count() == 2
    page = client.get(review_url(world)).content.decode()
    assert "All your scores are locked." in page
    assert "Lock my scores</button>" not in page


def test_review_is_only_for_those_with_sheets(world):
    observer = worlds.invite(world, "Observer", "observer@north.example", scores=False)
    stranger = worlds.make_world(slug="south").user(0)
    for user in (observer.person.user, world.officer, world.chief_executive, stranger):
        client = browser(user)
        assert client.get(review_url(world)).status_code == 404
        assert client.post(review_url(world)).status_code == 404


def test_review_after_cancellation_does_not_lock_and_says_why(client, world):
    fill_member(world, 1, 4)
    move_stage(
        appointment=world.appointment, to=Stage.CANCELLED, by=world.officer, at=AT, reason="Cuts"
    )
    reply = client.post(review_url(world))
    assert reply.status_code == 403
    assert "Scoring is closed." in reply.content.decode()
    assert not ScoreSheet.objects.exclude(locked_at=None).exists()


def test_home_offers_each_member_their_own_next_step(client, world):
    home = reverse("home")
    assert "Score Dr Amara Okafor" in client.get(home).content.decode()
    worlds.fill(world.sheet(1, 0), 4)
    assert "Score Dr Łukasz Zieliński" in client.get(home).content.decode()
    worlds.fill(world.sheet(1, 1), 4)
    assert "Review and lock" in client.get(home).content.decode()
    lock(world, 1)
    page = client.get(home).content.decode()
    assert "Review and lock" not in page
    assert "Score Dr" not in page
