"""Vacancies and candidates: each change with its row in the appointment's chain of the ledger."""

import unicodedata
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Trust, User
from appointments.models import Application, ApplicationStatus, Appointment, Candidate
from appointments.stages import CANDIDATES_CHANGE, CANDIDATES_WITHDRAW, Stage, move
from audit import ledger
from rubrics.models import Blueprint


class ReferenceTaken(ValueError):
    """The trust already has an appointment with this reference."""


class NotThisTrusts(ValueError):
    """A blueprint of another trust cannot be used."""


class BlueprintNotReady(ValueError):
    """Something is missing in the blueprint, so nobody could be assessed by it."""


class AppliedAlready(ValueError):
    """This GMC number already has an application to this appointment."""


class GmcNumberTaken(ValueError):
    """This GMC number belongs to a candidate of another name."""


class ReasonMissing(ValueError):
    """What was decided needs a reason."""


class NotAtThisStage(PermissionDenied):
    """The appointment is at a stage in which this does not happen."""


class StatusNotAllowed(PermissionDenied):
    """The application cannot go from where it stands to where it should."""


class ShortlistNotFinished(ValueError):
    """The shortlist is not complete, so shortlisting cannot end."""


@transaction.atomic
def create_appointment(
    *,
    trust: Trust,
    reference: str,
    post_title: str,
    specialty: str,
    site: str,
    posts: int,
    has_substantial_teaching: bool,
    rule_set_key: str,
    blueprint: Blueprint,
    officer: User,
    aac_at: datetime,
    place: str,
    by: User | None,
    at: datetime,
    is_dental: bool = False,
) -> Appointment:
    """Open a recruitment round; raises ReferenceTaken, NotThisTrusts, BlueprintNotReady."""
    reference = reference.strip()
    if blueprint.trust_id != trust.pk:
        raise NotThisTrusts("Choose a blueprint of this trust.")
    if not blueprint.is_ready:
        raise BlueprintNotReady(f"{blueprint} is not ready: something in it is missing.")
    # The trust's row is the queue: two officers who type one reference stand in line here.
    Trust.objects.select_for_update().get(pk=trust.pk)
    if Appointment.objects.filter(trust=trust, reference=reference).exists():
        raise ReferenceTaken(f"There is already an appointment with the reference {reference}.")
    appointment = Appointment.objects.create(
        trust=trust,
        reference=reference,
        post_title=post_title.strip(),
        specialty=specialty.strip(),
        site=site.strip(),
        posts=posts,
        has_substantial_teaching=has_substantial_teaching,
        is_dental=is_dental,
        rule_set_key=rule_set_key,
        blueprint=blueprint,
        officer=officer,
        aac_at=aac_at,
        place=place.strip(),
    )
    ledger.record(
        chain=appointment.chain,
        action="appointment.created",
        obj=appointment,
        by=by,
        at=at,
        new={
            "reference": reference,
            "posts": posts,
            "has_substantial_teaching": has_substantial_teaching,
            "is_dental": is_dental,
            "rule_set": rule_set_key,
            "blueprint": ledger.reference(blueprint),
            "officer": ledger.reference(officer),
            "aac_at": aac_at.isoformat(),
        },
    )
    return appointment


@transaction.atomic
def move_stage(
    *, appointment: Appointment, to: Stage, by: User | None, at: datetime, reason: str = ""
) -> Appointment:
    """Move an appointment to another stage; asking for the stage it is in changes nothing.

    Raises MoveNotAllowed, ReasonMissing for a cancellation without one, and ShortlistNotFinished
    when an application is undecided or nobody is shortlisted.
    """
    held = _locked(appointment)
    if held.stage == to:
        appointment.stage = held.stage
        return appointment
    target = move(held.stage, to)
    if target == Stage.CANCELLED and not reason.strip():
        raise ReasonMissing("Say why the appointment is cancelled.")
    if target == Stage.SHORTLISTED:
        _check_shortlist(appointment)
    appointment.stage = target
    appointment.save(update_fields=["stage"])
    ledger.record(
        chain=appointment.chain,
        action="appointment.moved",
        obj=appointment,
        by=by,
        at=at,
        old={"stage": held.stage},
        new={"stage": str(target)},
        reason=reason.strip(),
    )
    return appointment


def _locked(appointment: Appointment) -> Appointment:
    """Return the row as it stands now, locked until the transaction ends."""
    return Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)


def _check_shortlist(appointment: Appointment) -> None:
    statuses = list(appointment.applications.values_list("status", flat=True))
    undecided = statuses.count(ApplicationStatus.RECEIVED)
    if undecided:
        people = "1 candidate is" if undecided == 1 else f"{undecided} candidates are"
        raise ShortlistNotFinished(f"{people} neither shortlisted nor rejected yet.")
    if ApplicationStatus.SHORTLISTED not in statuses:
        raise ShortlistNotFinished("Nobody is shortlisted yet.")


@transaction.atomic
def end_members_access(
    *, appointment: Appointment, ends_at: datetime, by: User | None, at: datetime
) -> Appointment:
    """Set the moment from which the panel's members see nothing of this appointment."""
    held = _locked(appointment)
    appointment.members_leave_at = ends_at
    appointment.save(update_fields=["members_leave_at"])
    former = held.members_leave_at
    ledger.record(
        chain=appointment.chain,
        action="appointment.members_leave",
        obj=appointment,
        by=by,
        at=at,
        old={"members_leave_at": former.isoformat() if former else None},
        new={"members_leave_at": ends_at.isoformat()},
    )
    return appointment


@transaction.atomic
def add_candidate(
    *,
    appointment: Appointment,
    name: str,
    email: str,
    gmc_number: str,
    registration: str,
    present_post: str,
    by: User | None,
    at: datetime,
) -> Application:
    """Enter a candidate's application; somebody the trust knows by GMC number is found again.

    Raises AppliedAlready, GmcNumberTaken when the number is known under another name, and
    NotAtThisStage once the panel is in session.
    """
    _check_stage(_locked(appointment), CANDIDATES_CHANGE)
    candidate = _find_or_enter(appointment.trust_id, name.strip(), email.strip(), gmc_number)
    if appointment.applications.filter(candidate=candidate).exists():
        raise AppliedAlready(f"GMC number {gmc_number} is already on the list of candidates.")
    last = appointment.applications.order_by("-position").values_list("position", flat=True).first()
    application = Application.objects.create(
        appointment=appointment,
        candidate=candidate,
        position=(last or 0) + 1,
        registration=registration.strip(),
        present_post=present_post.strip(),
    )
    ledger.record(
        chain=appointment.chain,
        action="application.received",
        obj=application,
        by=by,
        at=at,
        new={"candidate": ledger.reference(candidate), "position": application.position},
        texts={"registration": application.registration, "present_post": application.present_post},
    )
    return application


def _find_or_enter(trust_id: int, name: str, email: str, gmc_number: str) -> Candidate:
    known = Candidate.objects.filter(trust_id=trust_id, gmc_number=gmc_number).first()
    if known is None:
        return Candidate.objects.create(
            trust_id=trust_id, name=name, email=email, gmc_number=gmc_number
        )
    if not _is_same_name(known.name, name):
        raise GmcNumberTaken(
            f"GMC number {gmc_number} belongs to {known.name}. Check the number and the name."
        )
    if known.email != email:
        known.email = email
        known.save(update_fields=["email"])
    return known


def _is_same_name(left: str, right: str) -> bool:
    """Compare two names as people read them: accents composed or not, in any case."""
    first, second = (unicodedata.normalize("NFC", name).casefold() for name in (left, right))
    return first.split() == second.split()


def _check_stage(appointment: Appointment, stages: tuple[Stage, ...]) -> None:
    if appointment.stage not in stages:
        words = Stage(appointment.stage).words
        raise NotAtThisStage(f"This appointment is “{words}”, so its candidates stay as they are.")


@transaction.atomic
def decide_shortlist(
    *,
    application: Application,
    is_shortlisted: bool,
    reason: str,
    by: User | None,
    at: datetime,
) -> Application:
    """Shortlist a candidate or not; every rejection needs a reason.

    Raises ReasonMissing, StatusNotAllowed for somebody who withdrew, and NotAtThisStage once the
    panel is in session.
    """
    _check_stage(_locked(application.appointment), CANDIDATES_CHANGE)
    status = ApplicationStatus.SHORTLISTED if is_shortlisted else ApplicationStatus.REJECTED
    if status == ApplicationStatus.REJECTED and not reason.strip():
        raise ReasonMissing("Say which essential criterion is not met.")
    return _set_status(application, status, reason, "application.shortlist_decided", by, at)


@transaction.atomic
def withdraw_application(
    *, application: Application, reason: str, by: User | None, at: datetime
) -> Application:
    """Record that a candidate withdrew.

    Raises ReasonMissing, StatusNotAllowed for somebody who was not shortlisted, and NotAtThisStage
    once the panel has recommended.
    """
    _check_stage(_locked(application.appointment), CANDIDATES_WITHDRAW)
    if not reason.strip():
        raise ReasonMissing("Say why the candidate withdrew, or that no reason was given.")
    held = Application.objects.get(pk=application.pk)
    if held.status == ApplicationStatus.REJECTED:
        raise StatusNotAllowed("This candidate was not shortlisted, so cannot withdraw.")
    status = ApplicationStatus.WITHDRAWN
    return _set_status(application, status, reason, "application.withdrawn", by, at)


def _set_status(
    application: Application,
    status: ApplicationStatus,
    reason: str,
    action: str,
    by: User | None,
    at: datetime,
) -> Application:
    held = Application.objects.get(pk=application.pk)
    if held.status == ApplicationStatus.WITHDRAWN and status != ApplicationStatus.WITHDRAWN:
        raise StatusNotAllowed("This candidate has withdrawn.")
    application.status, application.status_reason = status, reason.strip()
    if (held.status, held.status_reason) == (status, reason.strip()):
        return application
    application.save(update_fields=["status", "status_reason"])
    ledger.record(
        chain=application.appointment.chain,
        action=action,
        obj=application,
        by=by,
        at=at,
        old={"status": held.status},
        new={"status": str(status)},
        texts={"reason": reason.strip()},
    )
    return application
