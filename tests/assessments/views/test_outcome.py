"""Outcome, recommendation, decision: shut before the last lock, then for the right person."""

import re
import time

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from appointments.services import withdraw_application
from appointments.stages import Stage
from assessments.models import CandidateReport, Decision, Recommendation, RecommendedCandidate
from audit.models import Entry
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser, fill_member, lock


def url(name, world):
    return reverse(f"assessments:{name}", args=[world.appointment.pk])


def everybody(world):
    superuser = worlds.make_user("Root", "root@north.example")
    superuser.is_superuser = True
    superuser.save(update_fields=["is_superuser"])
    both = worlds.make_user(
        "Both", "both@north.example", world.trust, Role.CHIEF_EXECUTIVE, Role.MEDICAL_STAFFING
    )
    return {
        "chair": world.user(0),
        "member": world.user(1),
        "staffing": world.officer,
        "chief executive": world.chief_executive,
        "medical director": world.medical_director,
        "auditor": world.auditor,
        "superuser": superuser,
        "chief executive and staffing": both,
    }


def recommended(world, *choices):
    """Return a form of verdicts and preferences in the order of the candidates."""
    data = {"reasons": "Agreed after comparing the evidence."}
    for application, (verdict, preference) in zip(world.applications, choices, strict=True):
        data[f"verdict-{application.pk}"] = verdict
        data[f"preference-{application.pk}"] = preference
    return data


GOOD = (("RECOMMENDED", "1"), ("RESERVE", "2"))


# --- before everybody has locked -------------------------------------------------------------


@pytest.mark.parametrize("name", ["outcome", "recommend", "decide"])
def test_outcome_before_all_have_locked_is_forbidden_to_every_role(world, name):
    fill_member(world, 0, 4)
    lock(world, 0)
    fill_member(world, 1, 5)
    for role, user in everybody(world).items():
        client = browser(user)
        expected = 404 if role == "superuser" else 403
        assert client.get(url(name, world)).status_code == expected, role
        if name != "outcome":
            assert client.post(url(name, world), {"reasons": "x"}).status_code == expected, role
    assert not Recommendation.objects.exists()


def test_outcome_after_all_have_locked_is_for_members_and_the_office(scored):
    found = {
        role: browser(user).get(url("outcome", scored)).status_code
        for role, user in everybody(scored).items()
    }
    assert found == {
        "chair": 200,
        "member": 200,
        "staffing": 200,
        "chief executive": 200,
        "medical director": 200,
        "auditor": 403,
        "superuser": 404,
        "chief executive and staffing": 200,
    }


def test_outcome_shows_totals_ranks_concerns_and_opens_to_single_marks(db, the_day):
    world = worlds.make_world(low_value=3, allowed_low=0)
    for member in (0, 1):
        worlds.fill(world.sheet(member, 0), 4, 5 - member)
        worlds.fill(world.sheet(member, 1), 2, 3, view="NOT_APPOINTABLE")
    worlds.save(
        world.sheet(1, 1),
        0,
        version=1,
        value=2,
        is_concern=True,
        concern="Spoke over the lay member",
    )
    lock(world, 0)
    lock(world, 1)
    text = " ".join(browser(world.user(1)).get(url("outcome", world)).content.decode().split())
    assert "Everybody has locked. The panel has not recorded its recommendation yet." in text
    # (10 × 4 + 20 × 4.5) ÷ 30 and (10 × 2 + 20 × 3) ÷ 30
    for words in ("<span>4.33</span>", "<span>86.7%</span>", "<span>2.67</span>"):
        assert words in text
    assert "(10 × 4.00 + 20 × 4.50) ÷ 30 = 4.33" in text
    assert "(5 + 4) ÷ 2 = 4.50" in text
    assert "Criteria with a mean below 3: 1 of 2, at most 0 allowed: not met." in text
    assert "Spoke over the lay member" in text
    assert "Appointable 2" in text
    assert "Not appointable 2" in text
    assert "Łukasz Wiśniewski: 4" in text


# --- recommending ----------------------------------------------------------------------------


def test_recommend_seals_once_and_a_second_post_changes_nothing(scored):
    client = browser(scored.user(0))
    assert client.get(url("recommend", scored)).status_code == 200
    data = recommended(scored, *GOOD)
    reply = client.post(url("recommend", scored), data)
    assert (reply.status_code, reply.url) == (302, url("outcome", scored))
    again = client.post(url("recommend", scored), data)
    assert again.status_code == 403
    recommendation = Recommendation.objects.get()
    assert list(
        recommendation.candidates.order_by("preference").values_list("verdict", "preference")
    ) == [("RECOMMENDED", 1), ("RESERVE", 2)]
    assert (scored.stage(), recommendation.made_by) == (Stage.RECOMMENDED, scored.user(0))
    text = client.get(url("outcome", scored)).content.decode()
    assert "The panel recommends Dr Amara Okafor for appointment." in text
    assert recommendation.code in text
    assert "as they were sealed" in text
    assert Entry.objects.filter(action="recommendation.sealed").count() == 1


def test_recommend_is_the_chairs_alone(scored):
    for role, user in everybody(scored).items():
        if role == "chair":
            continue
        client = browser(user)
        expected = 404 if role == "superuser" else 403
        assert client.get(url("recommend", scored)).status_code == expected
        reply = client.post(url("recommend", scored), recommended(scored, *GOOD))
        assert reply.status_code == expected
    assert not Recommendation.objects.exists()


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ((("RECOMMENDED", ""), ("NOT_SUITABLE", "")), "Give the order of preference."),
        ((("SUITABLE", "1"), ("NOT_SUITABLE", "")), "Leave this empty unless recommended"),
        ((("RECOMMENDED", "1"), ("RECOMMENDED", "2")), "There is 1 post: recommend no more"),
        ((("RECOMMENDED", "1"), ("RESERVE", "1")), "Number those recommended 1, 2, 3"),
        ((("RECOMMENDED", "2"), ("RESERVE", "1")), "Number those recommended 1, 2, 3"),
        ((("RECOMMENDED", "1"), ("RESERVE", "3")), "Number those recommended 1, 2, 3"),
        ((("RECOMMENDED", "0"), ("RESERVE", "2")), "greater than or equal to 1"),
        ((("RECOMMENDED", "NaN"), ("RESERVE", "2")), "whole number"),
        ((("RECOMMENDED", str(10**30)), ("RESERVE", "2")), "less than or equal to 99"),
        ((("APPOINTED", "1"), ("RESERVE", "2")), "Select a valid choice"),
        ((("", ""), ("RESERVE", "1")), "Choose an answer"),
    ],
)
def test_recommend_tells_problems_in_words_and_seals_nothing(scored, choices, problem):
    client = browser(scored.user(0))
    reply = client.post(url("recommend", scored), recommended(scored, *choices))
    assert reply.status_code == 200
    text = reply.content.decode()
    assert problem in text or (problem == "Choose an answer" and "required" in text)
    assert (Recommendation.objects.count(), scored.stage()) == (0, Stage.SCORED)


def test_recommend_without_reasons_seals_nothing(scored):
    data = recommended(scored, *GOOD) | {"reasons": "  "}
    assert browser(scored.user(0)).post(url("recommend", scored), data).status_code == 200
    assert not Recommendation.objects.exists()


def test_recommend_candidate_who_misses_a_rule_cannot_be_found_suitable(db, the_day):
    world = worlds.scored_world(values={0: 4, 1: 2}, minimum_value=3)
    client = browser(world.user(0))
    for choice in (("RESERVE", "2"), ("SUITABLE", "")):
        data = recommended(world, ("RECOMMENDED", "1"), choice)
        text = client.post(url("recommend", world), data).content.decode()
        assert "Dr Łukasz Zieliński does not meet the blueprint’s rules" in text.replace(
            "&#x27;", "’"
        )
    assert not Recommendation.objects.exists()
    data = recommended(world, ("RECOMMENDED", "1"), ("NOT_SUITABLE", ""))
    assert client.post(url("recommend", world), data).status_code == 302


def test_recommend_nobody_is_a_recommendation_too(scored):
    data = recommended(scored, ("SUITABLE", ""), ("NOT_SUITABLE", ""))
    client = browser(scored.user(0))
    assert client.post(url("recommend", scored), data).status_code == 302
    text = client.get(url("outcome", scored)).content.decode()
    assert "The panel recommends that nobody be appointed." in text


def test_recommend_two_posts_two_names_in_order(db, the_day):
    world = worlds.scored_world(posts=2)
    data = recommended(world, ("RECOMMENDED", "2"), ("RECOMMENDED", "1"))
    client = browser(world.user(0))
    assert client.post(url("recommend", world), data).status_code == 302
    text = client.get(url("outcome", world)).content.decode()
    assert "The panel recommends Dr Łukasz Zieliński and Dr Amara Okafor" in text


def test_recommend_leaves_out_a_candidate_who_withdrew_after_the_last_lock(scored):
    withdraw_application(
        application=scored.applications[1], reason="Withdrew.", by=scored.officer, at=AT
    )
    client = browser(scored.user(0))
    assert "Zieliński" not in client.get(url("recommend", scored)).content.decode()
    data = {
        f"verdict-{scored.applications[0].pk}": "RECOMMENDED",
        f"preference-{scored.applications[0].pk}": "1",
        "reasons": "One left.",
    }
    assert client.post(url("recommend", scored), data).status_code == 302
    assert RecommendedCandidate.objects.count() == 1


def test_outcome_says_so_when_what_was_sealed_was_changed(scored):
    from django.db import connection

    from audit import triggers

    worlds.make_recommendation(scored)
    with connection.cursor() as cursor:
        for statement in triggers.drop_statements(connection):
            cursor.execute(statement)
        cursor.execute("UPDATE assessments_score SET value = 5")
    text = browser(scored.officer).get(url("outcome", scored)).content.decode()
    assert "Do not act on this page." in text


# --- deciding --------------------------------------------------------------------------------


@pytest.fixture
def waiting(scored):
    worlds.make_recommendation(scored)
    scored.appointment.refresh_from_db()
    return scored


def test_decide_accepts_once_and_begins_the_reports(waiting):
    client = browser(waiting.chief_executive)
    page = client.get(url("decide", waiting))
    assert page.status_code == 200
    reply = client.post(url("decide", waiting), {"is_accepted": "yes"})
    assert (reply.status_code, reply.url) == (302, url("outcome", waiting))
    assert client.post(url("decide", waiting), {"is_accepted": "no"}).status_code == 403
    decision = Decision.objects.get()
    assert (decision.is_accepted, decision.decided_by) == (True, waiting.chief_executive)
    assert CandidateReport.objects.count() == 2
    waiting.appointment.refresh_from_db()
    assert waiting.stage() == Stage.DECIDED
    assert (waiting.appointment.members_leave_at - decision.decided_at).total_seconds() == 86_400
    assert "accepted the recommendation" in client.get(url("outcome", waiting)).content.decode()


def test_decide_declining_needs_a_reason(waiting):
    client = browser(waiting.chief_executive)
    for reason in ("", "   "):
        reply = client.post(url("decide", waiting), {"is_accepted": "no", "reason": reason})
        assert "Give the reason for not accepting" in reply.content.decode()
    assert not Decision.objects.exists()
    data = {"is_accepted": "no", "reason": "The funding was withdrawn."}
    assert client.post(url("decide", waiting), data).status_code == 302
    text = client.get(url("outcome", waiting)).content.decode()
    assert "declined the recommendation" in text
    assert "The funding was withdrawn." in text
    ledger = "".join(f"{e.new}{e.reason}" for e in Entry.objects.filter(action="decision.made"))
    assert "funding" not in ledger


@pytest.mark.parametrize("data", [{}, {"is_accepted": "maybe"}, {"is_accepted": "true"}])
def test_decide_without_an_answer_decides_nothing(waiting, data):
    assert browser(waiting.chief_executive).post(url("decide", waiting), data).status_code == 200
    assert not Decision.objects.exists()


def test_decide_is_the_chief_executives_alone(waiting):
    for role, user in everybody(waiting).items():
        if role.startswith("chief executive"):
            continue
        client = browser(user)
        expected = 404 if role == "superuser" else 403
        assert client.get(url("decide", waiting)).status_code == expected
        reply = client.post(url("decide", waiting), {"is_accepted": "yes"})
        assert reply.status_code == expected
    assert not Decision.objects.exists()


def test_decide_before_a_recommendation_is_forbidden(scored):
    client = browser(scored.chief_executive)
    assert client.get(url("decide", scored)).status_code == 403
    assert client.post(url("decide", scored), {"is_accepted": "yes"}).status_code == 403


def test_no_mail_of_sealing_or_deciding_tells_a_score_or_a_candidate(
    scored, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        browser(scored.user(0)).post(url("recommend", scored), recommended(scored, *GOOD))
        browser(scored.chief_executive).post(url("decide", scored), {"is_accepted": "yes"})
    assert Decision.objects.exists()
    for letter in mail.outbox:
        assert not re.search("Okafor|Zieliński|score", letter.subject + letter.body)


# --- step-up ---------------------------------------------------------------------------------


def give_password(user):
    user.set_password("correct horse battery staple")
    user.save(update_fields=["password"])
    return user


def test_recommend_and_decide_ask_again_who_you_are_when_that_is_long_ago(scored):
    chair = give_password(scored.user(0))
    client = browser(chair, has_proved=False)
    for reply in (
        client.get(url("recommend", scored)),
        client.post(url("recommend", scored), recommended(scored, *GOOD)),
    ):
        assert reply.status_code == 302
        assert reply.url.startswith(reverse("account_reauthenticate"))
    assert not Recommendation.objects.exists()
    client = browser(chair)
    with time_machine.travel(time.time() + 16 * 60, tick=False):
        reply = client.post(url("recommend", scored), recommended(scored, *GOOD))
        assert reply.url.startswith(reverse("account_reauthenticate"))
    worlds.make_recommendation(scored)
    client = browser(give_password(scored.chief_executive), has_proved=False)
    reply = client.post(url("decide", scored), {"is_accepted": "yes"})
    assert reply.url.startswith(reverse("account_reauthenticate"))
    assert not Decision.objects.exists()


def test_recommend_asks_a_chair_without_a_password_for_a_fresh_code(scored):
    client = browser(scored.user(0))
    with time_machine.travel(time.time() + 16 * 60, tick=False):
        reply = client.post(url("recommend", scored), recommended(scored, *GOOD))
    assert reply.url.startswith(reverse("account_reauthenticate_by_code"))
    assert not Recommendation.objects.exists()


def test_recommend_goes_on_with_what_was_typed_once_the_password_is_given(scored):
    client = browser(give_password(scored.user(0)), has_proved=False)
    reply = client.post(url("recommend", scored), recommended(scored, *GOOD))
    done = client.post(reply.url, {"password": "correct horse battery staple"}, follow=True)
    assert done.status_code == 200
    assert Recommendation.objects.get().reasons == "Agreed after comparing the evidence."


def test_wrong_methods_are_not_allowed(decided):
    client = browser(decided.chief_executive)
    for name in ("outcome", "appointment", "board"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert client.generic(method, url(name, decided)).status_code == 405
    for name in ("recommend", "decide", "open_scoring"):
        for method in ("PUT", "DELETE", "PATCH"):
            assert client.generic(method, url(name, decided)).status_code == 405
    for method in ("GET", "PUT", "DELETE"):
        assert client.generic(method, url("close_scoring", decided)).status_code == 405
