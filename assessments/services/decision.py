"""The panel's recommendation, sealed when it is made, and the employer's decision."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from appointments.models import Application
from appointments.services import end_members_access, move_stage
from appointments.stages import Stage
from assessments.models import (
    CandidateReport,
    Decision,
    Recommendation,
    RecommendedCandidate,
    Score,
    ScoreSheet,
    Verdict,
)
from assessments.queries.outcome import assessed_applications, locked_outcome
from assessments.scoring import ALGORITHM, Outcome
from audit import ledger
from audit.heads import sign_head
from panels.composition import Moment
from panels.models import Panel
from panels.queries import composition_of

MEMBERS_STAY = timedelta(hours=24)
"""How long members keep access after the employer's decision (trust.md §3)."""


class CannotRecommend(Exception):
    """The recommendation cannot be made; `problems` says why, each in words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class CannotDecide(Exception):
    """The employer cannot decide; the message says why."""


@dataclass(frozen=True)
class Choice:
    """What the panel says of one candidate."""

    verdict: Verdict
    preference: int | None = None


@transaction.atomic
def recommend(
    *, panel: Panel, choices: Mapping[int, Choice], reasons: str, by: User, at: datetime
) -> Recommendation:
    """Record and seal what the panel recommends; `choices` has one entry per application id.

    Raises CannotRecommend with every problem, and NotEverybodyLocked before all have locked.
    """
    panel = Panel.objects.select_for_update().select_related("appointment").get(pk=panel.pk)
    outcome = locked_outcome(panel)
    applications = assessed_applications(panel)
    problems = _problems(panel, outcome, applications, choices, reasons)
    if problems:
        raise CannotRecommend(problems)
    content = content_hash(panel, choices, reasons)
    recommendation = Recommendation.objects.create(
        panel=panel,
        reasons=reasons.strip(),
        made_at=at,
        made_by=by,
        algorithm=ALGORITHM,
        content_hash=content,
        code=seal_code(content),
    )
    RecommendedCandidate.objects.bulk_create(
        RecommendedCandidate(
            recommendation=recommendation,
            application=application,
            verdict=choices[application.pk].verdict,
            preference=choices[application.pk].preference,
        )
        for application in applications
    )
    appointment = panel.appointment
    move_stage(appointment=appointment, to=Stage.RECOMMENDED, by=by, at=at)
    ledger.record(
        chain=appointment.chain,
        action="recommendation.sealed",
        obj=recommendation,
        by=by,
        at=at,
        new={"content_hash": content, "code": recommendation.code, "algorithm": ALGORITHM},
        texts={"reasons": reasons},
    )
    sign_head(chain=appointment.chain, at=at)
    return recommendation


def _problems(
    panel: Panel,
    outcome: Outcome,
    applications: list[Application],
    choices: Mapping[int, Choice],
    reasons: str,
) -> list[str]:
    problems = []
    if panel.appointment.stage != Stage.SCORED:
        problems.append("A recommendation is made once, when all scores are locked.")
    composition = composition_of(panel, Moment.VOTING)
    if composition.blockers and not panel.override_reason:
        problems += [finding.words for finding in composition.blockers]
    if not reasons.strip():
        problems.append("Give the panel's reasons.")
    if set(choices) != {application.pk for application in applications}:
        problems.append("Say what the panel recommends for every candidate.")
        return problems
    for application in applications:
        choice, appointable = choices[application.pk], outcome.of(application.pk).appointable
        if choice.verdict != Verdict.NOT_SUITABLE and appointable is False:
            problems.append(
                f"{application.candidate.name} does not meet the blueprint's rules, which were"
                " fixed before the first score, so the panel cannot find them suitable."
            )
    return problems + _preference_problems(panel.appointment.posts, choices)


def _preference_problems(posts: int, choices: Mapping[int, Choice]) -> list[str]:
    """Check the order: recommended first, then reserves, numbered 1, 2, 3 without a gap."""
    problems = []
    ordered = {
        verdict: sorted(c.preference or 0 for c in choices.values() if c.verdict == verdict)
        for verdict in (Verdict.RECOMMENDED, Verdict.RESERVE)
    }
    recommended, reserves = ordered[Verdict.RECOMMENDED], ordered[Verdict.RESERVE]
    if len(recommended) > posts:
        problems.append(
            f"There {'is 1 post' if posts == 1 else f'are {posts} posts'}:"
            " recommend no more candidates than that, and name others as reserves."
        )
    if recommended + reserves != list(range(1, len(recommended) + len(reserves) + 1)):
        problems.append(
            "Number those recommended 1, 2, 3 in order of preference, then the reserves."
        )
    return problems


def content_hash(panel: Panel, choices: Mapping[int, Choice], reasons: str) -> str:
    """Return the SHA-256 of what a seal covers: plan, scores, verdicts, composition, algorithm."""
    blueprint = panel.appointment.blueprint
    criteria = blueprint.exercises.order_by("pk").values_list(
        "pk", "criteria__pk", "criteria__competency_id", "criteria__weight", "criteria__minimum"
    )
    sheets = ScoreSheet.objects.of_panel(panel).order_by("pk")
    scores = Score.objects.filter(sheet__in=sheets).order_by("pk")
    body = {
        "algorithm": ALGORITHM,
        "blueprint": {
            "id": blueprint.pk,
            "criteria": [list(row) for row in criteria.order_by("pk", "criteria__pk")],
            "rules": [
                blueprint.minimum_value,
                blueprint.low_value,
                blueprint.allowed_low,
                blueprint.minimum_total_percent,
                blueprint.tie_break,
            ],
        },
        "composition": panel.composition,
        "override": panel.override_reason,
        "sheets": [
            list(row)
            for row in sheets.values_list("pk", "member_id", "application_id", "overall_view")
        ],
        "scores": [
            list(row)
            for row in scores.values_list(
                "sheet_id",
                "criterion_id",
                "value",
                "is_not_assessed",
                "not_assessed_reason",
                "evidence",
                "is_concern",
                "concern",
                "version",
            )
        ],
        "verdicts": [
            [application, str(choice.verdict), choice.preference]
            for application, choice in sorted(choices.items())
        ],
        "reasons": reasons.strip(),
    }
    return hashlib.sha256(b"quorate.seal.v1\n" + ledger.canonical(body).encode()).hexdigest()


def seal_code(content: str) -> str:
    """Return the short code of a sealed content as printed: two groups of five characters."""
    letters = base64.b32encode(bytes.fromhex(content)).decode()[:10]
    return f"{letters[:5]}-{letters[5:]}"


def is_seal_good(recommendation: Recommendation) -> bool:
    """Say whether what a recommendation sealed still stands as it did."""
    choices = {
        one.application_id: Choice(Verdict(one.verdict), one.preference)
        for one in recommendation.candidates.all()
    }
    content = content_hash(recommendation.panel, choices, recommendation.reasons)
    return content == recommendation.content_hash and seal_code(content) == recommendation.code


@transaction.atomic
def decide(
    *, recommendation: Recommendation, is_accepted: bool, reason: str, by: User, at: datetime
) -> Decision:
    """Record the employer's decision, begin the candidates' reports, end the members' access.

    Raises CannotDecide when it was decided already or a refusal has no reason.
    """
    panel = (
        Panel.objects.select_for_update()
        .select_related("appointment")
        .get(pk=recommendation.panel_id)
    )
    appointment = panel.appointment
    if appointment.stage != Stage.RECOMMENDED:
        raise CannotDecide("This recommendation has been decided already.")
    if not is_accepted and not reason.strip():
        raise CannotDecide("Give the reason for not accepting the recommendation.")
    decision = Decision.objects.create(
        recommendation=recommendation,
        is_accepted=is_accepted,
        reason=reason.strip(),
        decided_at=at,
        decided_by=by,
    )
    CandidateReport.objects.bulk_create(
        CandidateReport(application=application) for application in assessed_applications(panel)
    )
    move_stage(appointment=appointment, to=Stage.DECIDED, by=by, at=at)
    end_members_access(appointment=appointment, ends_at=at + MEMBERS_STAY, by=by, at=at)
    ledger.record(
        chain=appointment.chain,
        action="decision.made",
        obj=decision,
        by=by,
        at=at,
        new={"is_accepted": is_accepted},
        texts={"reason": reason},
    )
    sign_head(chain=appointment.chain, at=at)
    return decision
