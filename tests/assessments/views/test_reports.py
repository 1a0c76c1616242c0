"""Candidate reports: reviewed, released once, drawn, and read by the office alone."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from assessments import tasks
from assessments.models import CandidateReport
from assessments.reports.pdf import PdfError
from assessments.services import drawing
from assessments.services import reports as service
from audit.models import Entry
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser

HUGE = 10**30
TEXTS = {
    "strengths": "You spoke openly about an error.",
    "next_steps": "Shadow a budget round.",
    "evidence-1.1": "Told the patient the same day.",
    "evidence-1.2": "Ran three small tests.",
}


def url(name, report):
    return reverse(f"assessments:{name}", args=[getattr(report, "pk", report)])


@pytest.fixture
def report(decided):
    return CandidateReport.objects.select_related("application__candidate").get(
        application=decided.applications[0]
    )


@pytest.fixture
def client(decided):
    return browser(decided.officer)


@pytest.fixture
def drawn(monkeypatch):
    """Note which reports were asked to be drawn, instead of drawing them."""
    asked = []
    monkeypatch.setattr(type(tasks.draw_report), "enqueue", lambda task, pk: asked.append(pk))
    return asked


def review(client, report, version=0, **changes):
    return client.post(url("review_report", report), {**TEXTS, "version": version, **changes})


def test_report_shows_medical_staffing_the_way_to_review(client, report):
    text = client.get(url("report", report)).content.decode()
    assert "Dr Amara Okafor" in text
    assert url("review_report", report) in text
    assert url("release_report", report) not in text
    assert "Zieliński" not in text


def test_review_offers_the_members_notes_without_their_names(client, report, decided):
    text = client.get(url("review_report", report)).content.decode()
    assert "Said so" in text
    for member in decided.members:
        assert member.person.name not in text


def test_review_saves_texts_and_the_version(client, report):
    reply = review(client, report)
    assert (reply.status_code, reply.url) == (302, url("report", report))
    report.refresh_from_db()
    assert (report.strengths, report.next_steps, report.version) == (
        TEXTS["strengths"],
        TEXTS["next_steps"],
        1,
    )
    assert report.evidence == {
        "1.1": ["Told the patient the same day."],
        "1.2": ["Ran three small tests."],
    }
    text = client.get(url("report", report)).content.decode()
    assert "Told the patient the same day." in text
    assert url("release_report", report) in text


def test_review_from_an_older_version_overwrites_nothing(client, report):
    review(client, report)
    reply = review(client, report, strengths="Older tab")
    assert reply.status_code == 200
    assert "Nothing was overwritten" in reply.content.decode()
    report.refresh_from_db()
    assert (report.strengths, report.version) == (TEXTS["strengths"], 1)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "NaN"},
        {"version": ""},
        {"version": "-1"},
        {"version": str(HUGE)},
        {"strengths": "a\x00b"},
        {"strengths": "x" * 1_000_000},
        {"evidence-1.1": "x" * 4001},
    ],
    ids=lambda change: str(change)[:30],
)
def test_review_bad_input_saves_nothing(client, report, change):
    data = {**TEXTS, "version": 0, **change}
    assert client.post(url("review_report", report), data).status_code == 200
    report.refresh_from_db()
    assert (report.version, report.strengths) == (0, "")


FORBIDDEN = {
    "You told Siân about it": "name of somebody else",
    "Stronger than the others": "compares with other candidates",
    "Better than Zieliński": "name of somebody else",
    "You scored a 5": "gives a mark",
    "Reasonable adjustments were in place": "tell of health",
}


@pytest.mark.parametrize(("words", "problem"), FORBIDDEN.items())
def test_release_is_stopped_by_words_that_must_not_be_read(client, report, drawn, words, problem):
    page = review(client, report, strengths=words)
    assert problem in client.get(page.url).content.decode()
    reply = client.post(url("release_report", report), follow=True)
    assert problem in reply.content.decode()
    report.refresh_from_db()
    assert (report.released_at, drawn) == (None, [])


def test_release_needs_a_strength_and_a_next_step(client, report, drawn):
    review(client, report, strengths="", next_steps="")
    reply = client.post(url("release_report", report), follow=True)
    assert "at least one strength and one next step" in reply.content.decode()
    report.refresh_from_db()
    assert report.released_at is None


def test_release_happens_once_and_asks_for_the_pdf_once(client, report, drawn, decided):
    review(client, report)
    for _ in range(2):
        assert client.post(url("release_report", report)).status_code == 302
    report.refresh_from_db()
    assert drawn == [report.pk]
    assert report.released_by == decided.officer
    assert Entry.objects.filter(action="report.released").count() == 1
    assert "The PDF is being drawn." in client.get(url("report", report)).content.decode()
    assert client.get(url("review_report", report)).status_code == 403
    assert review(client, report, version=1, strengths="Later").status_code == 403
    report.refresh_from_db()
    assert report.strengths == TEXTS["strengths"]


def test_release_draws_the_pdf_that_the_office_downloads(client, report):
    review(client, report)
    client.post(url("release_report", report))
    reply = client.get(url("report_pdf", report))
    content = b"".join(reply.streaming_content)
    assert content.startswith(b"%PDF-")
    assert reply["Content-Type"] == "application/pdf"
    assert reply["Content-Disposition"] == (
        'attachment; filename="Assessment report Dr Amara Okafor.pdf"'
    )
    assert reply["Cache-Control"] == "no-store, private"
    assert url("report_pdf", report) in client.get(url("report", report)).content.decode()


def test_draw_pdf_that_fails_is_told_on_the_page_and_can_be_drawn_again(
    client, report, decided, monkeypatch, drawn
):
    review(client, report)
    client.post(url("release_report", report), follow=True)

    def fail(*args, **kwargs):
        raise PdfError("The PDF took too long to draw." + "x" * 300)

    monkeypatch.setattr(drawing, "render_pdf", fail)
    drawing.draw_pdf(report_pk=report.pk)
    report.refresh_from_db()
    assert (bool(report.pdf), len(report.pdf_problem)) == (False, 200)
    text = client.get(url("report", report)).content.decode()
    assert "took too long to draw" in text
    assert "being drawn" not in text
    assert client.get(url("report_pdf", report)).status_code == 404
    monkeypatch.setattr(drawing, "render_pdf", lambda html, title: b"%PDF-again")
    for _ in range(2):
        drawing.draw_pdf(report_pk=report.pk)
    report.refresh_from_db()
    assert (report.pdf_problem, report.pdf.read()) == ("", b"%PDF-again")
    report.pdf.close()
    folder = report.pdf.storage.path("reports")
    assert len(list(Path(folder).iterdir())) == 1


@pytest.fixture
def released(report, decided, drawn):
    service.review_report(
        report=report,
        version=0,
        strengths="Open.",
        next_steps="Shadow a round.",
        evidence={},
        by=decided.officer,
        at=AT,
    )
    service.release_report(report=report, by=decided.officer, at=AT)
    report.pdf.save("report.pdf", ContentFile(b"%PDF-secret"), save=False)
    report.save(update_fields=["pdf"])
    return report


def test_reports_are_for_the_office_and_not_found_for_everybody_else(released, decided):
    other = worlds.decided_world(slug="south")
    superuser = worlds.make_user("Root", "root@north.example")
    superuser.is_superuser = True
    superuser.save(update_fields=["is_superuser"])
    for user in (decided.officer, decided.chief_executive, decided.medical_director):
        client = browser(user)
        assert client.get(url("report", released)).status_code == 200
        pdf = client.get(url("report_pdf", released))
        assert b"".join(pdf.streaming_content) == b"%PDF-secret"
    for user in (
        decided.user(0),
        decided.user(1),
        decided.auditor,
        other.officer,
        other.chief_executive,
        superuser,
    ):
        client = browser(user)
        for name in ("report", "report_pdf", "review_report"):
            assert client.get(url(name, released)).status_code == 404
        for name in ("review_report", "release_report"):
            assert client.post(url(name, released), TEXTS).status_code == 404


def test_review_and_release_are_medical_staffings_alone(report, decided, drawn):
    for user in (decided.chief_executive, decided.medical_director):
        client = browser(user)
        assert (
            url("review_report", report) not in client.get(url("report", report)).content.decode()
        )
        assert client.get(url("review_report", report)).status_code == 403
        assert review(client, report).status_code == 403
        assert client.post(url("release_report", report)).status_code == 403
    report.refresh_from_db()
    assert (report.version, report.released_at) == (0, None)


def test_reports_that_do_not_exist_are_not_found(client, decided):
    for pk in (0, 999_999, 2**63, HUGE):
        for name in ("report", "report_pdf", "review_report"):
            assert client.get(url(name, pk)).status_code == 404
        assert client.post(url("release_report", pk)).status_code == 404


def test_report_pdf_before_it_is_drawn_is_not_found(client, report):
    assert client.get(url("report_pdf", report)).status_code == 404


def test_release_asks_again_who_you_are_when_that_is_long_ago(report, decided, drawn):
    client = browser(decided.officer, has_proved=False)
    reply = client.post(url("release_report", report))
    assert reply.status_code == 302
    assert reply.url.startswith(reverse("mfa_reauthenticate"))
    report.refresh_from_db()
    assert report.released_at is None


def test_report_wrong_methods_are_not_allowed(client, report):
    for name, allowed in {
        "report": ("GET",),
        "report_pdf": ("GET",),
        "review_report": ("GET", "POST"),
        "release_report": ("POST",),
    }.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(allowed):
            assert client.generic(method, url(name, report)).status_code == 405


def test_report_of_a_declined_recommendation_tells_the_candidate_so(db, the_day):
    world = worlds.scored_world()
    worlds.make_decision(
        worlds.make_recommendation(world), world, is_accepted=False, reason="No funding."
    )
    report = CandidateReport.objects.get(application=world.applications[0])
    text = browser(world.officer).get(url("report", report)).content.decode()
    assert "has not accepted the recommendation" in " ".join(text.split())
    assert "No funding." not in text
