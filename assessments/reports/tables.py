"""What a candidate report says, once, for the page and for the PDF alike.

The text follows the usual good practice of selection feedback: against stated criteria, strengths
as well as gaps, evidence and a next step, consistent with the committee, about this person only.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from assessments.reports import charts
from assessments.reports.wording import forbidden
from assessments.scoring import rounded

Edition = Literal["CANDIDATE", "PANEL_FILE"]


class ReportError(ValueError):
    """The report may not be made as it stands; `problems` says why, each in words."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclass(frozen=True)
class ReportExercise:
    """One exercise the candidate went through."""

    name: str
    minutes: int | None = None


@dataclass(frozen=True)
class ReportCriterion:
    """One competency: the level nearest the mean, what that level means, and what it rests on.

    `level` is None where nobody could assess it. `evidence` holds only notes an officer reviewed.
    `mean`, `minimum` and `maximum` appear in the panel-file edition only.
    """

    code: str
    name: str
    summary: str
    level: int | None
    anchor: str = ""
    members: int = 0
    questions: int = 0
    evidence: tuple[str, ...] = ()
    mean: Fraction | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class CandidateReportInput:
    """Everything a candidate report may draw on.

    `others` are the names of the members and of the other candidates: no free text may contain one.
    `workings` (how the total came about) goes to the panel file only.
    """

    trust_name: str
    post_title: str
    panel_term: str
    assessed_on: date
    candidate_name: str
    scale: charts.Scale
    exercises: tuple[ReportExercise, ...]
    criteria: tuple[ReportCriterion, ...]
    strengths: tuple[str, ...]
    next_steps: tuple[str, ...]
    outcome: str
    contact: str
    retention: str
    others: tuple[str, ...] = ()
    workings: tuple[str, ...] = ()
    seal_code: str = ""
    override_note: str = ""

    def free_text(self) -> dict[str, tuple[str, ...]]:
        """What people typed, by where it will stand."""
        evidence = {f"the evidence on {c.name}": c.evidence for c in self.criteria}
        return evidence | {
            "the strengths": self.strengths,
            "the next steps": self.next_steps,
            "the outcome": (self.outcome,),
        }


@dataclass(frozen=True)
class Block:
    """One thing to draw: PARAGRAPH, NOTE, BULLETS, TABLE, CHART or FINDING."""

    kind: str
    text: str = ""
    heading: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    basis: str = ""
    svg: str = ""

    @property
    def image(self) -> str:
        """The chart as an address for a PDF."""
        return charts.data_uri(self.svg)

    @property
    def size(self) -> tuple[int, int]:
        """The chart's width and height."""
        return charts.size_of(self.svg)


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report, ready for a template."""

    title: str
    subject: str
    trust_name: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str
    is_for_candidate: bool


def nearest_level(mean: Fraction | None) -> int | None:
    """The level a mean is nearest to, half up; None stays None."""
    return None if mean is None else int(rounded(mean, 0))


def candidate_report(given: CandidateReportInput, edition: Edition = "CANDIDATE") -> Report:
    """Compose one candidate's report: the same words in both editions, figures in the file's only.

    Raises ReportError when free text for the candidate names somebody else, compares, or tells of
    health or adjustments.
    """
    is_for_candidate = edition == "CANDIDATE"
    if is_for_candidate and (problems := report_problems(given)):
        raise ReportError(problems)
    sections = (
        _purpose(given, is_for_candidate),
        _profile(given, is_for_candidate),
        _findings(given),
        *_listed("Your strengths", given.strengths),
        *_listed("Your next steps", given.next_steps),
        Section("Outcome", (Block("PARAGRAPH", given.outcome),)),
        _method(given),
        _limits(given),
        *([] if is_for_candidate else [_workings(given)]),
        _keeping(given),
    )
    seal = f" · Record {given.seal_code}" if given.seal_code else ""
    return Report(
        title=f"Assessment report: {given.candidate_name}",
        subject=given.candidate_name,
        trust_name=given.trust_name,
        facts=(
            ("Post", given.post_title),
            ("Assessed", f"{in_words(given.assessed_on)}, {given.panel_term}"),
        ),
        sections=sections,
        footer=("Personal" if is_for_candidate else "Panel file: not for release") + seal,
        is_for_candidate=is_for_candidate,
    )


def report_problems(given: CandidateReportInput) -> list[str]:
    """Everything in the typed text that may not go to the candidate, each with its place."""
    return [
        f"In {place}: {problem}"
        for place, texts in given.free_text().items()
        for text in texts
        for problem in forbidden(text, given.others, own=given.candidate_name)
    ]


def in_words(day: date) -> str:
    """Tuesday 8 December 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _purpose(given, is_for_candidate):
    text = (
        f"This report sets out what the {given.panel_term} saw of your work against the "
        "competencies chosen for this post before the first interview. It is written for you: to "
        "keep, to discuss with a mentor or appraiser, and to plan from. It is about you alone."
    )
    blocks = [Block("PARAGRAPH", text)]
    if not is_for_candidate:
        note = (
            "Panel-file edition: the candidate's report with the means and the spread of marks "
            "added. Do not send this edition to the candidate."
        )
        blocks.insert(0, Block("NOTE", note))
    return Section("About this report", tuple(blocks))


def _profile(given, is_for_candidate):
    """The chart; for the panel's file also its figures as a table."""
    if is_for_candidate:
        rows = [charts.LevelRow(c.name, c.level) for c in given.criteria]
        svg = charts.level_chart(rows, given.scale)
        return Section("Your competency profile", (Block("CHART", svg=svg),))
    rows = [
        charts.ProfileRow(c.name, c.mean, c.minimum, c.maximum, c.members) for c in given.criteria
    ]
    table = Block(
        "TABLE",
        "The profile in figures",
        head=("Competency", "Level", "Mean", "Lowest to highest", "Rests on"),
        rows=tuple(_figures(c, given.scale) for c in given.criteria),
    )
    chart = Block("CHART", svg=charts.profile_chart(rows, given.scale))
    return Section("Your competency profile", (chart, table))


def _figures(criterion, scale):
    spread = ("", "")
    if criterion.mean is not None:
        spread = (str(rounded(criterion.mean)), f"{criterion.minimum} to {criterion.maximum}")
    return (criterion.name, _level_word(criterion, scale), *spread, _basis(criterion))


def _level_word(criterion, scale):
    return charts.NOT_ASSESSED if criterion.level is None else scale.word(criterion.level)


def _basis(criterion):
    if criterion.level is None:
        return "no member had enough to go on"
    rests_on = _count(criterion.members, "member")
    if criterion.questions:
        rests_on += f", {_count(criterion.questions, 'question')}"
    return rests_on


def _count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _findings(given):
    return Section(
        "What the committee saw", tuple(_finding(c, given.scale) for c in given.criteria)
    )


def _finding(criterion, scale):
    level = _level_word(criterion, scale)
    meaning = criterion.anchor
    if criterion.level is None:
        meaning = "This could not be assessed on the day. It was not counted as a low level."
    return Block(
        "FINDING",
        text=meaning,
        heading=f"{criterion.name}: {level.lower()}",
        basis=f"{criterion.summary} ({_basis(criterion)})",
        items=criterion.evidence,
    )


def _listed(heading, items):
    return [Section(heading, (Block("BULLETS", items=items),))] if items else []


def _method(given):
    names = [
        f"{e.name} ({_count(e.minutes, 'minute')})" if e.minutes else e.name
        for e in given.exercises
    ]
    blocks = [
        Block("PARAGRAPH", f"You were assessed in: {'; '.join(names)}."),
        Block(
            "PARAGRAPH",
            "Every candidate met the same exercises and competencies. Each member gave a level on "
            "each competency alone, with a note of the evidence, before seeing any other member's. "
            "A level here is the one nearest to the average of the members who could assess it. "
            "The weights and the rule for being appointable were fixed before the first "
            "interview. The committee, not a total, made the recommendation.",
        ),
    ]
    if given.override_note:
        blocks.append(Block("NOTE", f"Composition of the committee: {given.override_note}"))
    return Section("How you were assessed", tuple(blocks))


def _limits(given):
    text = (
        f"It describes one sample of your work, on {in_words(given.assessed_on)}. Another day or "
        "other questions could have shown more, or less. It is about suitability for this post. It "
        "says nothing about your fitness to practise, and neither promises nor rules out another "
        "appointment."
    )
    return Section("What this report cannot tell", (Block("PARAGRAPH", text),))


def _workings(given):
    items = given.workings or ("No total was computed.",)
    return Section("How the total came about", (Block("BULLETS", items=items),))


def _keeping(given):
    contact = given.contact
    if given.seal_code:
        contact += (
            f" Please quote {given.seal_code}: the record behind this report is sealed under it."
        )
    blocks = (Block("PARAGRAPH", given.retention), Block("PARAGRAPH", contact))
    return Section("Your data, and whom to ask", blocks)
