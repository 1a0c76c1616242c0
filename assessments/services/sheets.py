"""Score sheets: opened once, saved change by change, locked by their member.

One save is one short transaction: the score at its next version, the receipt for its key, the
ledger row. The same change sent again gets the same reply; a change made from an older version is
refused with what is saved now, so that nothing newer is overwritten (trust.md §1).
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from appointments.models import Application, Appointment
from appointments.services import move_stage
from appointments.stages import Stage
from assessments.models import OverallView, Receipt, Score, ScoreSheet
from assessments.policies import SCORING_STAGES
from assessments.queries.outcome import NotEverybodyLocked, is_everyone_locked
from assessments.queries.sheets import Gap, gaps_of_sheets
from audit import ledger
from panels.models import Member, Panel
from panels.queries import members_who_score, undeclared
from panels.services import open_panel
from rubrics.models import Criterion, Exercise
from rubrics.seats import in_words, scores_from
from rubrics.services import freeze_blueprint, record_question_uses

EVIDENCE_LIMIT = 4000


class CannotOpen(Exception):
    """Scoring cannot be opened; the message says what is missing."""


class CannotSave(Exception):
    """A change cannot be saved; the message says why and what to do."""


class SheetLocked(CannotSave):
    """The sheet was locked, so nothing on it changes any more."""


class ScoringClosed(CannotSave):
    """Scoring is not open, or was ended, so nothing is saved or locked."""


class KeyReused(CannotSave):
    """The same key came with another change."""


class ChangedElsewhere(CannotSave):
    """Something newer is saved: `saved` is what the member's own sheet holds now."""

    def __init__(self, saved: dict) -> None:
        super().__init__("This was changed on another device or in another tab.")
        self.saved = saved


class Incomplete(Exception):
    """Sheets cannot be locked; `gaps` says what is missing where."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__("Some scores are missing.")
        self.gaps = gaps


@dataclass(frozen=True)
class Change:
    """One criterion as a member leaves it."""

    value: int | None = None
    is_not_assessed: bool = False
    not_assessed_reason: str = ""
    evidence: str = ""
    is_concern: bool = False
    concern: str = ""


@transaction.atomic
def open_scoring(
    *, panel: Panel, by: User, at: datetime, override_reason: str = ""
) -> list[ScoreSheet]:
    """Open the panel, freeze its blueprint and lay out a sheet per member, candidate and exercise.

    A member has a sheet where their seat scores the exercise. Raises CannotOpen while there is no
    candidate, a member has not declared for one of them, the blueprint is not ready or nobody would
    score somebody in an exercise, and panels.services.CompositionFails while the rules are not met
    and nobody overrides them.
    """
    appointment = panel.appointment
    applications = list(
        appointment.applications.to_be_assessed().select_related("candidate").order_by("position")
    )
    if not applications:
        raise CannotOpen("Nobody is shortlisted, so there is nobody to score.")
    missing = undeclared(panel)
    if missing:
        raise CannotOpen(
            "These members have not yet settled their declarations of interest: "
            + ", ".join(sorted({member.person.name for member in missing}))
            + "."
        )
    open_panel(panel=panel, by=by, at=at, override_reason=override_reason)
    move_stage(appointment=appointment, to=Stage.IN_SESSION, by=by, at=at)
    _freeze(appointment, by, at)
    sheets = _lay_out(panel, applications)
    record_question_uses(
        trust=appointment.trust,
        blueprint=appointment.blueprint,
        reference=appointment.reference,
        post_title=appointment.post_title,
        specialty=appointment.specialty,
        used_on=timezone.localdate(appointment.aac_at),
        by=by,
        at=at,
    )
    ledger.record(
        chain=appointment.chain,
        action="scoring.opened",
        obj=panel,
        by=by,
        at=at,
        new={"sheets": len(sheets)},
        reason=panel.override_reason,
    )
    return sheets


def _freeze(appointment: Appointment, by: User, at: datetime) -> None:
    """Freeze the blueprint: an exercise added once the sheets are laid out would have none."""
    blueprint = freeze_blueprint(blueprint=appointment.blueprint, by=by, at=at)
    blueprint.refresh_from_db(fields=["is_ready"])
    if not blueprint.is_ready:
        raise CannotOpen(
            f"{blueprint} is not ready: something in it was taken out after it was chosen. Its page"
            " says what is missing. Ask a framework editor to mend it, then open again."
        )


def _lay_out(panel: Panel, applications: list[Application]) -> list[ScoreSheet]:
    """Lay out the sheets of everybody whose seat scores an exercise; nobody may go unscored."""
    exercises = list(panel.appointment.blueprint.exercises.order_by("position"))
    sheets, unscored = [], []
    for application in applications:
        members = list(members_who_score(panel, application))
        for exercise in exercises:
            scorers = [m for m in members if scores_from(exercise.scoring_seats, m.seat)]
            if not scorers:
                unscored.append((exercise, application))
            sheets += [
                ScoreSheet(member=member, application=application, exercise=exercise)
                for member in scorers
            ]
    if not sheets:
        raise CannotOpen("No member of the panel can score any candidate.")
    if unscored:
        raise CannotOpen(" ".join(_unscored_in_words(unscored)))
    return ScoreSheet.objects.bulk_create(sheets)


def _unscored_in_words(unscored: list[tuple[Exercise, Application]]) -> list[str]:
    """Say of each exercise for whom nobody would score it, and what to do."""
    names: dict[Exercise, list[str]] = {}
    for exercise, application in unscored:
        names.setdefault(exercise, []).append(application.candidate.name)
    return [
        f"Nobody would score {', '.join(found)} in {exercise}, which is scored by:"
        f" {in_words(exercise.scoring_seats)}. Seat somebody who can score there, or let more"
        " seats score it in the blueprint."
        for exercise, found in names.items()
    ]


@transaction.atomic
def save_score(
    *,
    sheet: ScoreSheet,
    criterion: Criterion,
    key: UUID,
    version: int,
    change: Change,
    by: User,
    at: datetime,
) -> dict:
    """Save one criterion and return the reply: its new version and when it was saved.

    Raises KeyReused, SheetLocked, ScoringClosed, ChangedElsewhere, or CannotSave for what the scale
    does not have.
    """
    body = {"criterion": criterion.pk, "version": version, **asdict(change)}
    sheet = _held(sheet)
    known = _known_reply(sheet, key, body)
    if known is not None:
        return known
    _check_writable(sheet)
    _check_change(sheet, criterion, change)
    score = sheet.scores.filter(criterion=criterion).first()
    if (score.version if score else 0) != version:
        raise ChangedElsewhere(saved_score(score))
    old = asdict(_change_of(score)) if score else None
    score = score or Score(sheet=sheet, criterion=criterion)
    for field, value in asdict(change).items():
        setattr(score, field, value)
    score.version, score.saved_at = version + 1, at
    score.save()
    if sheet.exercise.blueprint.frozen_at is None:
        freeze_blueprint(blueprint=sheet.exercise.blueprint, by=by, at=at)
    _record(sheet, score, "score.saved", old, change, by, at)
    reply = {"version": score.version, "saved_at": at.isoformat()}
    return _receipt(sheet, key, body, reply, at)


@transaction.atomic
def save_overall_view(
    *, sheet: ScoreSheet, key: UUID, version: int, view: str, by: User, at: datetime
) -> dict:
    """Save a member's overall view of the candidate; raises as save_score does."""
    body = {"view": view, "version": version}
    sheet = _held(sheet)
    known = _known_reply(sheet, key, body)
    if known is not None:
        return known
    _check_writable(sheet)
    if view not in ("", *OverallView.values):
        raise CannotSave("Choose appointable, borderline or not appointable.")
    if sheet.version != version:
        raise ChangedElsewhere({"view": sheet.overall_view, "version": sheet.version})
    old, sheet.overall_view, sheet.version = sheet.overall_view, view, version + 1
    sheet.save(update_fields=["overall_view", "version"])
    ledger.record(
        chain=sheet.application.appointment.chain,
        action="overall_view.saved",
        obj=sheet,
        by=by,
        at=at,
        old={"view": old},
        new={"view": view},
    )
    return _receipt(sheet, key, body, {"version": sheet.version, "saved_at": at.isoformat()}, at)


@transaction.atomic
def lock_sheets(*, member: Member, by: User, at: datetime) -> list[ScoreSheet]:
    """Lock every open sheet of a member; after the last member's the appointment is scored.

    Raises Incomplete with every gap, or ScoringClosed, and then locks nothing.
    """
    panel = Panel.objects.select_for_update().get(pk=member.panel_id)
    sheets = list(
        ScoreSheet.objects.counted()
        .select_for_update(of=("self",))
        .filter(member=member, locked_at=None)
    )
    appointment = panel.appointment
    if sheets:
        _check_in_session(appointment)
    gaps = gaps_of_sheets(sheets)
    if gaps:
        raise Incomplete(gaps)
    for sheet in sheets:
        sheet.locked_at = at
        sheet.save(update_fields=["locked_at"])
        ledger.record(chain=appointment.chain, action="sheet.locked", obj=sheet, by=by, at=at)
    if sheets and is_everyone_locked(panel):
        move_stage(appointment=appointment, to=Stage.SCORED, by=by, at=at)
    return sheets


@transaction.atomic
def close_scoring(*, panel: Panel, by: User, at: datetime) -> Panel:
    """Close scoring when the last open sheets fell away with a member or a candidate.

    Raises NotEverybodyLocked while a sheet that counts is open, and
    appointments.stages.MoveNotAllowed when the panel is not in session.
    """
    panel = Panel.objects.select_for_update().get(pk=panel.pk)
    if not is_everyone_locked(panel):
        raise NotEverybodyLocked("Somebody still has to lock their scores.")
    move_stage(appointment=panel.appointment, to=Stage.SCORED, by=by, at=at)
    return panel


def saved_score(score: Score | None) -> dict:
    """Return a member's own score as their page shows it."""
    if score is None:
        return {"version": 0, **asdict(Change())}
    return {"version": score.version, **asdict(_change_of(score))}


def _change_of(score: Score) -> Change:
    return Change(**{field: getattr(score, field) for field in Change.__dataclass_fields__})


def _held(sheet: ScoreSheet) -> ScoreSheet:
    """Return the sheet as it stands, held against other writers until the transaction ends."""
    return (
        ScoreSheet.objects.select_related(
            "application__appointment", "exercise__blueprint__version"
        )
        .select_for_update(of=("self",))
        .get(pk=sheet.pk)
    )


def _check_writable(sheet: ScoreSheet) -> None:
    if sheet.locked_at:
        raise SheetLocked("This sheet is locked. Ask the chair if a score must change.")
    _check_in_session(sheet.application.appointment)


def _check_in_session(appointment: Appointment) -> None:
    if appointment.stage not in SCORING_STAGES:
        raise ScoringClosed("Scoring is closed. What was saved before stays as it is.")


def _check_change(sheet: ScoreSheet, criterion: Criterion, change: Change) -> None:
    scale = sheet.exercise.blueprint.version.scale
    if criterion.exercise_id != sheet.exercise_id:
        raise CannotSave("This criterion is not on this sheet.")
    if change.value is not None and change.value not in scale.values:
        raise CannotSave(f"Choose a score from {scale.low} to {scale.high}.")
    if change.value is not None and change.is_not_assessed:
        raise CannotSave("Give a score or say that it could not be assessed, not both.")
    if max(len(change.evidence), len(change.concern)) > EVIDENCE_LIMIT:
        raise CannotSave(f"Keep each note under {EVIDENCE_LIMIT:,} characters.")
    if len(change.not_assessed_reason) > 200:
        raise CannotSave("Keep the reason under 200 characters.")


def _known_reply(sheet: ScoreSheet, key: UUID, body: dict) -> dict | None:
    receipt = Receipt.objects.filter(sheet=sheet, key=key).first()
    if receipt is None:
        return None
    if receipt.body_hash != _hash(body):
        raise KeyReused("The same key was used for another change. Nothing was saved.")
    return receipt.reply


def _receipt(sheet: ScoreSheet, key: UUID, body: dict, reply: dict, at: datetime) -> dict:
    Receipt.objects.create(sheet=sheet, key=key, body_hash=_hash(body), reply=reply, created_at=at)
    return reply


def _hash(body: dict) -> str:
    return hashlib.sha256(ledger.canonical(body).encode()).hexdigest()


TEXTS = ("evidence", "concern", "not_assessed_reason")


def _record(
    sheet: ScoreSheet,
    score: Score,
    action: str,
    old: dict | None,
    change: Change,
    by: User,
    at: datetime,
) -> None:
    """Write the score's ledger row: numbers as they are, notes as digests."""
    new = asdict(change)
    ledger.record(
        chain=sheet.application.appointment.chain,
        action=action,
        obj=score,
        by=by,
        at=at,
        old={k: v for k, v in old.items() if k not in TEXTS} if old else None,
        new={k: v for k, v in new.items() if k not in TEXTS} | {"version": score.version},
        texts={key: new[key] for key in TEXTS},
    )
