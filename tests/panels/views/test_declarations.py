"""Declaring interests and deciding about them."""

import pytest
from django.urls import reverse

from appointments.stages import Stage
from panels import queries, services
from panels.models import Declaration, Member
from tests.appointments.office import AT, browser, make_candidate, shortlist
from tests.panels.seated import decide, declare


def url_of(name, appointment, *more):
    return reverse(f"panels:{name}", args=[appointment.pk, *more])


def answers(first, second, statement="", **changes):
    return {
        f"interest_{first.pk}": "yes" if statement else "no",
        f"statement_{first.pk}": statement,
        f"interest_{second.pk}": "no",
        f"statement_{second.pk}": "",
        **changes,
    }


def test_declarations_shows_names_and_nothing_else_of_the_file(appointment, members, candidates):
    text = browser(members["CE"].person.user).get(url_of("declarations", appointment)).text
    assert "Dr Amara Okafor" in text
    assert "Dr Nguyễn Thị Hồng" in text
    for secret in ("0012345", "c0012345@mail.example", "Fenwick", "Specialist Register"):
        assert secret not in text


def test_declarations_saved_together(appointment, members, candidates):
    client, url = browser(members["CE"].person.user), url_of("declarations", appointment)
    page = client.post(url, answers(*candidates, "I trained her"), follow=True)
    assert "Your declarations are saved." in page.text
    rows = Declaration.objects.order_by("application__position")
    assert [(d.application, d.has_interest, d.statement, d.outcome) for d in rows] == [
        (candidates[0], True, "I trained her", ""),
        (candidates[1], False, "", "NONE"),
    ]
    assert "I trained her" in client.get(url).text


def test_declarations_every_candidate_is_answered(appointment, members, candidates):
    client, url = browser(members["CE"].person.user), url_of("declarations", appointment)
    page = client.post(url, {f"interest_{candidates[0].pk}": "yes"})
    assert page.context["form"].errors == {
        f"interest_{candidates[1].pk}": ["Say whether you have an interest in Dr Nguyễn Thị Hồng."],
        f"statement_{candidates[0].pk}": ["Say what your interest in Dr Amara Okafor is."],
    }
    assert not Declaration.objects.exists()


def test_declarations_of_ids_that_are_not_on_the_page(appointment, members, candidates):
    hidden = make_candidate(appointment, "Dr Rejected", "0019999")
    shortlist(hidden, False, "No CCT")
    data = answers(*candidates) | {f"interest_{hidden.pk}": "no"}
    browser(members["CE"].person.user).post(url_of("declarations", appointment), data)
    assert set(Declaration.objects.values_list("application", flat=True)) == {
        application.pk for application in candidates
    }


def test_declarations_before_the_shortlist_is_ready_names_nobody(appointment, members):
    early = make_candidate(appointment, "Dr Amara Okafor", "0012345")
    shortlist(early)
    client, url = browser(members["CE"].person.user), url_of("declarations", appointment)
    page = client.get(url)
    assert "The shortlist is not ready yet" in page.text
    assert "Okafor" not in page.text
    client.post(url, {f"interest_{early.pk}": "no"})
    assert not Declaration.objects.exists()


def test_declarations_before_answering_says_why_not(appointment, invited, candidates):
    page = browser(invited["CE"].person.user).get(url_of("declarations", appointment))
    assert (page.status_code, "Answer the invitation first" in page.text) == (403, True)
    assert "Okafor" not in page.text


def test_declarations_is_not_for_others(appointment, members, candidates, officer, auditor):
    for user in (officer, auditor):
        assert browser(user).get(url_of("declarations", appointment)).status_code == 404


def test_declarations_decided_is_read_only(appointment, members, candidates):
    chair = members["LAY"].person.user
    decide(declare(members["CE"], candidates[0], "Friend"), "DOES_NOT_SCORE", chair)
    client, url = browser(members["CE"].person.user), url_of("declarations", appointment)
    page = client.get(url)
    assert "It was decided: does not score this candidate." in page.text
    assert f"interest_{candidates[0].pk}" not in page.context["form"].fields
    client.post(url, answers(*candidates))
    assert Declaration.objects.get(application=candidates[0]).outcome == "DOES_NOT_SCORE"


def test_declarations_queries_do_not_grow_with_the_candidates(
    appointment, members, candidates, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = browser(members["CE"].person.user), url_of("declarations", appointment)
    client.get(url)
    with CaptureQueriesContext(connection) as two:
        client.get(url)
    for number in range(20):
        shortlist(make_candidate(appointment, f"Dr {number}", f"00300{number:02d}"))
    with django_assert_num_queries(len(two)):
        assert len(client.get(url).context["rows"]) == 22


def test_interests_by_who_decides(appointment, members, candidates, officer, auditor):
    declare(members["MD"], candidates[0], "Friend")
    declare(members["LAY"], candidates[1], "Neighbour")
    url = url_of("interests", appointment)
    chair = browser(members["LAY"].person.user).get(url).text
    office = browser(officer).get(url).text
    assert ("Dr Łukasz Wiśniewski" in chair, "Siân Llewellyn</th>" in chair) == (True, False)
    assert ("Dr Łukasz Wiśniewski" in office, "Siân Llewellyn</th>" in office) == (False, True)
    for user in (auditor, members["CE"].person.user):
        assert browser(user).get(url).status_code == 404


def test_interests_of_nobody(appointment, members, candidates):
    text = browser(members["LAY"].person.user).get(url_of("interests", appointment)).text
    assert "Nothing for you to decide" in text


def test_decide_shows_statement_and_effect_then_records(appointment, members, candidates):
    declaration = declare(members["COLLEGE"], candidates[0], "We share a house")
    client = browser(members["LAY"].person.user)
    url = url_of("decide_declaration", appointment, declaration.pk)
    text = client.get(url).text
    assert "We share a house" in text
    assert "Not quorate: 4 of 5 core seats" in text
    page = client.post(url, {"outcome": "DOES_NOT_SCORE"}, follow=True)
    assert "Mr Ngũgĩ Kamau: does not score this candidate." in page.text
    declaration.refresh_from_db()
    assert declaration.outcome == "DOES_NOT_SCORE"


def test_decide_stands_down_then_there_is_nothing_more_to_decide(appointment, members, candidates):
    declaration = declare(members["CE"], candidates[0], "Married")
    client = browser(members["LAY"].person.user)
    url = url_of("decide_declaration", appointment, declaration.pk)
    client.post(url, {"outcome": "STANDS_DOWN"})
    assert Member.objects.get(pk=members["CE"].pk).status == "STOOD_DOWN"
    page = client.get(url)
    assert (page.status_code, "has left the panel" in page.text) == (403, True)


@pytest.mark.parametrize("who", ["CE", "MD", "officer", "auditor"])
def test_decide_is_not_for_others_and_shows_them_no_statement(
    appointment, members, candidates, officer, auditor, who
):
    user = {"officer": officer, "auditor": auditor}.get(who) or members[who].person.user
    declaration = declare(members["CE"], candidates[0], "We share a house")
    url = url_of("decide_declaration", appointment, declaration.pk)
    page = browser(user).post(url, {"outcome": "STAYS"})
    assert (page.status_code, "share a house" in page.text) == (404, False)
    declaration.refresh_from_db()
    assert declaration.outcome == ""


def test_decide_outcome_that_is_not_offered(appointment, members, candidates):
    declaration = declare(members["CE"], candidates[0], "Friend")
    url = url_of("decide_declaration", appointment, declaration.pk)
    page = browser(members["LAY"].person.user).post(url, {"outcome": "NONE"})
    assert set(page.context["form"].errors) == {"outcome"}


def test_declarations_closed_once_every_score_is_locked(
    panel, appointment, declared, officer, candidates
):
    from appointments.services import move_stage

    services.open_panel(panel=panel, by=officer, at=AT)
    for to in (Stage.IN_SESSION, Stage.SCORED):
        move_stage(appointment=appointment, to=to, by=officer, at=AT)
    page = browser(declared["CE"].person.user).get(url_of("declarations", appointment))
    assert (page.status_code, "Every score is locked" in page.text) == (403, True)


def test_declarations_of_a_candidate_who_went_meanwhile_says_why_not(
    appointment, members, candidates, monkeypatch, officer
):
    """The shortlist changes between the check of the page and the service's own."""
    from appointments.services import decide_shortlist

    rows = queries.declaration_rows(members["CE"])
    monkeypatch.setattr(queries, "declaration_rows", lambda member: rows)
    decide_shortlist(
        application=candidates[0], is_shortlisted=False, reason="By mistake", by=officer, at=AT
    )
    client, url = browser(members["CE"].person.user), url_of("declarations", appointment)
    page = client.post(url, answers(*candidates))
    assert (page.status_code, "not on the shortlist" in page.text) == (403, True)
    assert not Declaration.objects.exists()
