"""Blank score sheets on paper: who needs one for whom, and the code that ties them together."""

import base64
import hashlib
from dataclasses import dataclass

from appointments.models import Application
from assessments.queries.sheets import Block, blocks_of
from panels.access import SETTLED
from panels.models import Declaration, Member, MemberStatus, Panel
from rubrics.models import Exercise
from rubrics.seats import scores_from


@dataclass(frozen=True)
class PaperSheet:
    """One member's blank sheets for one candidate."""

    member: Member
    application: Application
    code: str


@dataclass(frozen=True)
class PaperExercise:
    """One exercise as it is printed."""

    exercise: Exercise
    blocks: tuple[Block, ...]


def paper_sheets(panel: Panel) -> list[PaperSheet]:
    """Return who scores whom, in the order of members and candidates; three queries.

    Only settled declarations count, as on screen: nobody gets paper for a candidate they may not
    score.
    """
    settled = (
        Declaration.objects.filter(
            member__panel=panel,
            member__status=MemberStatus.ACCEPTED,
            member__scores=True,
            outcome__in=SETTLED,
            application__in=panel.appointment.applications.to_be_assessed(),
        )
        .select_related("member__person", "application__candidate")
        .order_by("member__position", "application__position")
    )
    return [
        PaperSheet(
            one.member, one.application, paper_code(panel, one.member_id, one.application_id)
        )
        for one in settled
    ]


def paper_code(panel: Panel, member_pk: int, application_pk: int) -> str:
    """Return the code on a paper sheet: it stands for member and candidate and tells nothing."""
    body = f"quorate.paper.v1\n{panel.pk}:{member_pk}:{application_pk}"
    letters = base64.b32encode(hashlib.sha256(body.encode()).digest()).decode()[:8]
    return f"{letters[:4]}-{letters[4:]}"


def paper_exercises(panel: Panel, member: Member) -> list[PaperExercise]:
    """Return the exercises that a member scores, as they are printed."""
    blueprint = panel.appointment.blueprint
    scale = blueprint.version.scale
    return [
        PaperExercise(exercise, blocks_of(exercise, scale, {}))
        for exercise in blueprint.exercises.order_by("position")
        if scores_from(exercise.scoring_seats, member.seat)
    ]
