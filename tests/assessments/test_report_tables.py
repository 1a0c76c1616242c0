"""What a candidate report says, what it refuses to say, and that its PDF says the same."""

from dataclasses import replace
from datetime import date
from fractions import Fraction as F
from io import BytesIO

import pypdf
import pytest
from django.template.loader import render_to_string

from assessments.reports import pdf
from assessments.reports.charts import Scale
from assessments.reports.tables import (
    CandidateReportInput,
    ReportCriterion,
    ReportError,
    ReportExercise,
    candidate_report,
    nearest_level,
    report_problems,
)
from assessments.reports.wording import forbidden

SCALE = Scale("test", ("Poor", "Area for concern", "Satisfactory", "Good", "Excellent"))
SAFETY = ReportCriterion(
    code="4.1",
    name="Ensuring patient safety",
    summary="Sees risk early and acts in the open.",
    level=4,
    anchor="Recognises risk, escalates well and shows others took it up.",
    members=7,
    questions=2,
    evidence=("Told how a near miss was reported the same evening.",),
    mean=F(29, 7),
    minimum=3,
    maximum=5,
)
INTEGRITY = ReportCriterion("1.4", "Acting with integrity", "Keeps to what is right.", None)
GIVEN = CandidateReportInput(
    trust_name="Northmoor Vale NHS Trust",
    post_title="Consultant in Anaesthesia",
    panel_term="Advisory Appointments Committee",
    assessed_on=date(2026, 12, 8),
    candidate_name="Dr Ngũgĩ wa Thiong'o-Kamau",
    scale=SCALE,
    exercises=(ReportExercise("Presentation", 15), ReportExercise("Panel interview")),
    criteria=(SAFETY, INTEGRITY),
    strengths=("Brings a whole team into a change.",),
    next_steps=("Sit in on two performance meetings.",),
    outcome="The committee found you suitable for appointment.",
    contact="Ask Medical Staffing about this report.",
    retention="The record is kept for 12 months after the outcome.",
    others=("Dr Łukasz Wiśniewski", "Professor Siân Llŷr"),
    workings=("(20 × 4.14) ÷ 20 = 4.14",),
    seal_code="QR-7F3K-29MD",
)


def said(report):
    """Every word of a report, charts included."""
    words = [report.title, report.trust_name, report.footer]
    words += [word for fact in report.facts for word in fact]
    for section in report.sections:
        words.append(section.heading)
        for block in section.blocks:
            words += [block.text, block.heading, block.basis, block.svg, *block.items, *block.head]
            words += [cell for row in block.rows for cell in row]
    return "\n".join(words)


def section(report, heading):
    return next(s for s in report.sections if s.heading == heading)


def test_candidate_edition_has_every_part_in_order():
    report = candidate_report(GIVEN)
    assert [s.heading for s in report.sections] == [
        "About this report",
        "Your competency profile",
        "What the committee saw",
        "Your strengths",
        "Your next steps",
        "Outcome",
        "How you were assessed",
        "What this report cannot tell",
        "Your data, and whom to ask",
    ]
    assert report.facts == (
        ("Post", "Consultant in Anaesthesia"),
        ("Assessed", "Tuesday 8 December 2026, Advisory Appointments Committee"),
    )
    assert (report.title, report.footer, report.is_for_candidate) == (
        "Assessment report: Dr Ngũgĩ wa Thiong'o-Kamau",
        "Personal · Record QR-7F3K-29MD",
        True,
    )


def test_candidate_edition_tells_level_meaning_basis_and_evidence():
    finding, unassessed = section(candidate_report(GIVEN), "What the committee saw").blocks
    assert (finding.heading, finding.basis, finding.text, finding.items) == (
        "Ensuring patient safety: good",
        "Sees risk early and acts in the open. (7 members, 2 questions)",
        SAFETY.anchor,
        SAFETY.evidence,
    )
    assert (unassessed.heading, unassessed.basis, unassessed.text) == (
        "Acting with integrity: not assessed",
        "Keeps to what is right. (no member had enough to go on)",
        "This could not be assessed on the day. It was not counted as a low level.",
    )


def test_candidate_edition_holds_no_figure_and_no_workings():
    words = said(candidate_report(GIVEN))
    assert [leak for leak in ("4.14", "3 to 5", "mean", "÷") if leak in words] == []


def test_panel_file_edition_adds_figures_and_says_what_it_is():
    report = candidate_report(GIVEN, "PANEL_FILE")
    table = section(report, "Your competency profile").blocks[1]
    assert table.rows == (
        ("Ensuring patient safety", "Good", "4.14", "3 to 5", "7 members, 2 questions"),
        ("Acting with integrity", "Not assessed", "", "", "no member had enough to go on"),
    )
    assert section(report, "How the total came about").blocks[0].items == GIVEN.workings
    assert "Do not send this edition" in report.sections[0].blocks[0].text
    assert report.footer == "Panel file: not for release · Record QR-7F3K-29MD"


def test_editions_share_every_word_of_the_candidate():
    mine = candidate_report(GIVEN).sections
    file = {s.heading: s for s in candidate_report(GIVEN, "PANEL_FILE").sections}
    shared = [s for s in mine if s.heading not in {"About this report", "Your competency profile"}]
    assert shared == [file[s.heading] for s in shared]


def test_report_without_strengths_or_seal_leaves_their_parts_out():
    report = candidate_report(replace(GIVEN, strengths=(), seal_code=""))
    assert "Your strengths" not in [s.heading for s in report.sections]
    assert (report.footer, "quote" in said(report)) == ("Personal", False)


def test_report_of_an_override_says_so():
    report = candidate_report(replace(GIVEN, override_note="The university's seat was empty."))
    assert section(report, "How you were assessed").blocks[-1].text == (
        "Composition of the committee: The university's seat was empty."
    )


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("strengths", ("Clearer than Dr Wisniewski.",), "In the strengths: “Wiśniewski”"),
        ("next_steps", ("Talk to Siân Llŷr about it.",), "In the next steps: “Siân Llŷr”"),
        ("outcome", "Another candidate was appointed.", "In the outcome: “Another candidate”"),
        (
            "criteria",
            (replace(SAFETY, evidence=("Scored a 4 with me.",)),),
            "In the evidence on Ensuring patient safety: “Scored a 4”",
        ),
    ],
)
def test_candidate_edition_refuses_what_must_never_be_in_it(field, value, place):
    given = replace(GIVEN, **{field: value})
    with pytest.raises(ReportError) as refusal:
        candidate_report(given)
    assert [problem.startswith(place) for problem in refusal.value.problems] == [True]
    assert refusal.value.problems == report_problems(given)


OTHERS = ("Dr Łukasz Wiśniewski", "Will Young", "陳美玲", "Grace Thiong'o", "Ann van der Berg")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Łukasz Wiśniewski asked about it.", ["Łukasz Wiśniewski"]),
        ("lukasz wisniewski asked about it.", ["Łukasz Wiśniewski"]),
        ("As Dr. Wiśniewski put it", ["Wiśniewski"]),
        ("as dr wisniewski put it", ["Wiśniewski"]),
        ("Wisniewski's question was hard.", ["Wiśniewski"]),
        ("When Will asked again", ["Will"]),
        ("As Young said", ["Young"]),
        ("陳美玲問", ["陳美玲"]),
        ("As Berg said", ["Berg"]),
        ("Will take the lead. Will need support.", []),
        ("Worked with young people with grace.", []),
        ("Read Thiong'o-Kamau's own paper.", []),
        ("The patient was wilful.", []),
    ],
)
def test_forbidden_finds_names_and_leaves_words_alone(text, found):
    problems = forbidden(text, OTHERS, own="Dr Ngũgĩ wa Thiong'o-Kamau")
    assert problems == [
        f"“{name}” is the name of somebody else, or part of it. Remove the name." for name in found
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Stronger than the others.", "than the others"),
        ("You were ranked second.", "ranked second"),
        ("The best candidate of the day.", "best candidate"),
        ("You scored 4 on this.", "scored 4"),
        ("One member gave a 2 here.", "gave a 2"),
        ("Extra time was given in the presentation.", "Extra time was given"),
        ("You managed your dyslexia well.", "your dyslexia"),
        ("After her maternity leave she led the audit.", "maternity leave"),
    ],
)
def test_forbidden_finds_comparison_marks_and_health(text, found):
    (problem,) = forbidden(text, ())
    assert problem.startswith(f"“{found}” ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Reduced waiting by 4 weeks and gave a 10-minute talk 24/7.",
        "Works closely with the health board and mental health services.",
        "Gave 2 examples of a first choice antibiotic, in the first place for sepsis.",
        "Made reasonable adjustments for a trainee.",
    ],
)
def test_forbidden_leaves_ordinary_evidence_alone(text):
    assert forbidden(text, OTHERS) == []


@pytest.mark.parametrize(
    ("mean", "level"), [(F(7, 2), 4), (F(349, 100), 3), (F(5), 5), (F(1, 3), 0), (None, None)]
)
def test_nearest_level_half_up(mean, level):
    assert nearest_level(mean) == level


@pytest.fixture(scope="module")
def drawn():
    """The candidate's PDF, drawn once, with markup in everything a person typed."""
    typed = "<img src='x'> & <b>bold</b>"
    given = replace(GIVEN, strengths=(typed,), others=())
    report = candidate_report(given)
    html = render_to_string("documents/candidate_report.html", {"report": report})
    yield typed, report, pypdf.PdfReader(BytesIO(pdf.render_pdf(html, title=report.title)))
    pdf._stop_child()


def test_pdf_says_what_the_report_says(drawn):
    _, report, document = drawn
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    words = [report.subject, report.trust_name, report.footer]
    words += [value for _, value in report.facts]
    words += [s.heading for s in report.sections]
    words += [b.text for s in report.sections for b in s.blocks if b.kind != "TABLE"]
    assert [w for w in words if w not in text] == []
    assert document.metadata.title == report.title


def test_pdf_shows_typed_markup_as_text(drawn):
    typed, _, document = drawn
    assert typed in " ".join(page.extract_text() for page in document.pages)


def test_pdf_numbers_its_pages(drawn):
    _, _, document = drawn
    total = len(document.pages)
    assert total <= 2
    for number, page in enumerate(document.pages, start=1):
        assert f"Page {number} of {total}" in page.extract_text()
