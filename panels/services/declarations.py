"""Declarations of interest and what the chair decides about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from appointments.models import Application, ApplicationStatus
from audit import ledger
from panels.access import sync_grants
from panels.models import Declaration, DeclarationOutcome, Member, MemberStatus
from panels.policies import can_decide
from panels.services.invitations import leave
from panels.services.limits import check_not_finished, check_seated, locked


class NotSitting(PermissionDenied):
    """Only somebody who accepted the invitation declares."""


class NotACandidate(PermissionDenied):
    """The application is not on this panel's shortlist."""


class StatementMissing(ValueError):
    """An interest needs a statement for the chair to decide upon."""


class DecidedAlready(PermissionDenied):
    """What was decided about an interest stays, whatever the member declares later."""


class NotYoursToDecide(PermissionDenied):
    """The chair decides, medical staffing where the chair declared, and nobody about their own."""


class NothingToDecide(ValueError):
    """There is no such outcome of this declaration."""


@dataclass(frozen=True)
class Answer:
    """What a member answers about one candidate."""

    application: Application
    has_interest: bool
    statement: str


@transaction.atomic
def declare_all(
    *, member: Member, answers: Iterable[Answer], by: User | None, at: datetime
) -> list[Declaration]:
    """Record every answer of a member, or none of them; raises what declare raises."""
    return [
        declare(
            member=member,
            application=answer.application,
            has_interest=answer.has_interest,
            statement=answer.statement,
            by=by,
            at=at,
        )
        for answer in answers
    ]


@transaction.atomic
def declare(
    *,
    member: Member,
    application: Application,
    has_interest: bool,
    statement: str,
    by: User | None,
    at: datetime,
) -> Declaration:
    """Record what a member declares about one candidate; an interest waits for the chair.

    Raises NotSitting, NotACandidate, StatementMissing, DecidedAlready or PanelHasFinished.
    """
    panel = locked(member.panel)
    check_not_finished(panel)
    statement = statement.strip() if has_interest else ""
    _check_declaration(member, application, has_interest, statement)
    declaration = Declaration.objects.filter(member=member, application=application).first()
    if declaration is None:
        declaration, old = Declaration(member=member, application=application), None
    elif (declaration.has_interest, declaration.statement) == (has_interest, statement):
        return declaration
    elif declaration.decided_at is not None:
        raise DecidedAlready("The chair has decided about this interest. Tell them what changed.")
    else:
        old = {"has_interest": declaration.has_interest, "outcome": declaration.outcome}
    declaration.has_interest, declaration.statement = has_interest, statement
    declaration.outcome = "" if has_interest else DeclarationOutcome.NONE
    declaration.declared_at = at
    declaration.save()
    ledger.record(
        chain=panel.appointment.chain,
        action="declaration.made",
        obj=declaration,
        by=by,
        at=at,
        old=old,
        new={
            "application": ledger.reference(application),
            "has_interest": has_interest,
            "outcome": str(declaration.outcome),
        },
        texts={"statement": statement},
    )
    sync_grants(panel)
    return declaration


def _check_declaration(
    member: Member, application: Application, has_interest: bool, statement: str
) -> None:
    member.refresh_from_db(fields=["status"])
    if member.status != MemberStatus.ACCEPTED:
        raise NotSitting("Accept the invitation first; then you can declare your interests.")
    application.refresh_from_db(fields=["status"])
    is_candidate = application.appointment_id == member.panel.appointment_id
    if not is_candidate or application.status != ApplicationStatus.SHORTLISTED:
        raise NotACandidate("This candidate is not on the shortlist of this appointment.")
    if has_interest and not statement:
        raise StatementMissing("Say what your interest is, so that the chair can decide.")


@transaction.atomic
def decide_declaration(
    *, declaration: Declaration, outcome: DeclarationOutcome, by: User, at: datetime
) -> Declaration:
    """Decide what follows from a declared interest; it takes effect on the next request.

    Raises NotYoursToDecide, NothingToDecide, NotSeated or PanelHasFinished.
    """
    panel = locked(declaration.member.panel)
    check_not_finished(panel)
    check_seated(declaration.member)
    if not can_decide(by, declaration):
        raise NotYoursToDecide("The chair decides about the interests of the other members.")
    declaration.refresh_from_db(fields=["has_interest", "outcome"])
    if not declaration.has_interest or outcome in ("", DeclarationOutcome.NONE):
        raise NothingToDecide("No interest is declared here.")
    former = declaration.outcome
    if former == outcome:
        return declaration
    declaration.outcome, declaration.decided_by, declaration.decided_at = outcome, by, at
    declaration.save(update_fields=["outcome", "decided_by", "decided_at"])
    ledger.record(
        chain=panel.appointment.chain,
        action="declaration.decided",
        obj=declaration,
        by=by,
        at=at,
        old={"outcome": str(former)},
        new={"outcome": str(outcome)},
    )
    if outcome == DeclarationOutcome.STANDS_DOWN:
        leave(declaration.member, "A declared interest.", by, at)
    sync_grants(panel)
    return declaration
