"""The sheet before anybody scores: previewed by an editor, printed by medical staffing."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from assessments.queries.paper import paper_code, paper_sheets
from tests.assessments import worlds
from tests.assessments.worlds import browser


def paper_url(world):
    return reverse("assessments:paper", args=[world.appointment.pk])


def pdf_url(world, sheet):
    return reverse("assessments:paper_pdf", args=[world.appointment.pk, sheet.code])


def test_preview_shows_each_criterion_and_can_save_nothing(world):
    url = reverse("assessments:preview", args=[world.appointment.blueprint_id])
    reply = browser(world.officer).get(url)
    text = reply.content.decode()
    assert reply.status_code == 200
    assert all(criterion.competency.name in text for criterion in worlds.criteria_of(world.sheet()))
    assert "<form" not in text.split("<main")[1].split("</main>")[0]
    assert browser(world.officer).post(url).status_code == 405


def test_preview_of_another_trusts_blueprint_is_not_found(world):
    other = worlds.make_user("Kacper Nowak", "kacper@south.example")
    url = reverse("assessments:preview", args=[world.appointment.blueprint_id])
    assert browser(other).get(url).status_code == 404


def test_paper_lists_a_sheet_per_scoring_member_and_candidate(world):
    worlds.recuse(world, 1, 0)
    sheets = paper_sheets(worlds.fresh_panel(world))
    assert [(sheet.member.position, sheet.application.position) for sheet in sheets] == [
        (1, 1),
        (1, 2),
        (2, 2),
    ]
    text = browser(world.officer).get(paper_url(world)).content.decode()
    assert all(sheet.code in text for sheet in sheets)


def test_paper_code_stands_for_one_member_and_candidate(world):
    panel = worlds.fresh_panel(world)
    codes = {paper_code(panel, member, candidate) for member in (1, 2) for candidate in (1, 2)}
    assert len(codes) == 4
    assert paper_code(panel, 1, 1) == paper_code(panel, 1, 1)


def test_paper_pdf_names_code_member_and_candidate_and_no_score(world):
    worlds.fill(world.sheet(0, 0), 4, 5, note="A note that is nobody else's")
    sheet = paper_sheets(worlds.fresh_panel(world))[0]
    reply = browser(world.officer).get(pdf_url(world, sheet))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(reply.content)).pages)
    assert reply["Content-Type"] == "application/pdf"
    assert sheet.code in text
    assert sheet.member.person.name in text
    assert sheet.application.candidate.name in text
    assert "A note that is nobody else's" not in text


def test_paper_pdf_with_a_made_up_code_is_not_found(world):
    url = reverse("assessments:paper_pdf", args=[world.appointment.pk, "AAAA-AAAA"])
    assert browser(world.officer).get(url).status_code == 404


@pytest.mark.parametrize("who", ["chair", "member", "chief_executive", "auditor"])
def test_paper_is_for_medical_staffing_only(world, who):
    person = {
        "chair": world.user(0),
        "member": world.user(1),
        "chief_executive": world.chief_executive,
        "auditor": world.auditor,
    }[who]
    assert browser(person).get(paper_url(world)).status_code == 403
