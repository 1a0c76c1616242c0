"""Convening a panel: its seats, its chair and who is asked to sit."""

from datetime import datetime

from django.db import transaction

from accounts import services as accounts
from accounts.models import User
from appointments.models import Appointment
from audit import ledger
from panels import mail
from panels.access import sync_grants
from panels.models import (
    SITTING,
    DeclarationOutcome,
    Member,
    MemberStatus,
    Panel,
    Person,
    PutForwardBy,
)
from panels.rulesets import load
from panels.services.limits import OpenAlready, check_not_finished, check_seated, locked


class CannotInvite(ValueError):
    """Somebody cannot be invited to this place; the message says why."""


class OtherTrust(CannotInvite):
    """Somebody from another trust's directory cannot be invited."""


class UnknownSeat(CannotInvite):
    """The rule set has no such seat."""


class SeatTaken(CannotInvite):
    """Somebody is invited to this seat or sits in it."""


class ChairTaken(CannotInvite):
    """Somebody is the chair already."""


class OnPanelAlready(CannotInvite):
    """This person is on the panel, or stood down from it because of an interest."""


@transaction.atomic
def convene_panel(*, appointment: Appointment, by: User | None, at: datetime) -> Panel:
    """Return the appointment's panel, convened if there was none."""
    panel, is_new = Panel.objects.get_or_create(appointment=appointment)
    if is_new:
        ledger.record(
            chain=appointment.chain,
            action="panel.convened",
            obj=panel,
            by=by,
            at=at,
            new={"rule_set": appointment.rule_set_key},
        )
    return panel


@transaction.atomic
def record_local_consultant(*, panel: Panel, is_none: bool, by: User | None, at: datetime) -> Panel:
    """Record whether no local consultant in the specialty is available; rules ask for that.

    Raises OpenAlready: an opened panel stays as it was opened.
    """
    held = locked(panel)
    if held.opened_at is not None:
        raise OpenAlready("This panel is open already, so what was recorded about it stays.")
    if held.has_no_local_consultant != is_none:
        panel.has_no_local_consultant = is_none
        panel.save(update_fields=["has_no_local_consultant"])
        ledger.record(
            chain=panel.appointment.chain,
            action="panel.local_consultant_recorded",
            obj=panel,
            by=by,
            at=at,
            old={"has_no_local_consultant": held.has_no_local_consultant},
            new={"has_no_local_consultant": is_none},
        )
    return panel


@transaction.atomic
def invite_member(
    *,
    panel: Panel,
    person: Person,
    seat: str = "",
    is_chair: bool = False,
    is_deputy: bool = False,
    scores: bool = True,
    put_forward_by: PutForwardBy | str = "",
    has_specialty_accepted: bool = False,
    by: User | None,
    at: datetime,
) -> Member:
    """Ask somebody to sit, in a seat or as an additional member, and e-mail the invitation.

    Somebody who declined or stood down earlier may be asked again, unless they stood down because
    of an interest. Raises OtherTrust, UnknownSeat, SeatTaken, ChairTaken, OnPanelAlready or
    PanelHasFinished.
    """
    check_not_finished(locked(panel))
    _check_seat(panel, person, seat, is_chair)
    _give_user(person, by, at)
    member = Member.objects.filter(panel=panel, person=person).first() or Member(
        panel=panel, person=person, position=_next_position(panel)
    )
    _check_free(member)
    member.seat, member.is_chair, member.is_deputy = seat, is_chair, is_deputy and bool(seat)
    member.scores, member.put_forward_by = scores, put_forward_by
    member.has_specialty_accepted = has_specialty_accepted
    member.status, member.invited_at, member.responded_at = MemberStatus.INVITED, at, None
    member.save()
    ledger.record(
        chain=panel.appointment.chain,
        action="member.invited",
        obj=member,
        by=by,
        at=at,
        new={
            "person": ledger.reference(person),
            "seat": seat,
            "is_chair": is_chair,
            "is_deputy": member.is_deputy,
            "scores": scores,
            "put_forward_by": str(put_forward_by),
            "has_specialty_accepted": has_specialty_accepted,
        },
    )
    sync_grants(panel)
    mail.send_invitation(member)
    return member


@transaction.atomic
def change_member(
    *,
    member: Member,
    is_deputy: bool,
    scores: bool,
    put_forward_by: PutForwardBy | str,
    has_specialty_accepted: bool,
    by: User | None,
    at: datetime,
) -> Member:
    """Change as what a member sits, before scoring opens.

    Raises NotSeated, PanelHasFinished, or OpenAlready because sheets were laid out by then.
    """
    panel = locked(member.panel)
    check_not_finished(panel)
    check_seated(member)
    if panel.opened_at is not None:
        raise OpenAlready("Scoring is open, so members sit as they were when it opened.")
    new = {
        "is_deputy": is_deputy and bool(member.seat),
        "scores": scores,
        "put_forward_by": str(put_forward_by),
        "has_specialty_accepted": has_specialty_accepted,
    }
    old = {name: getattr(member, name) for name in new}
    if old == new:
        return member
    for name, value in new.items():
        setattr(member, name, value)
    member.save(update_fields=list(new))
    ledger.record(
        chain=panel.appointment.chain,
        action="member.changed",
        obj=member,
        by=by,
        at=at,
        old=old,
        new=new,
    )
    sync_grants(panel)
    return member


@transaction.atomic
def name_chair(*, member: Member, by: User | None, at: datetime) -> Member:
    """Make a member the chair in place of whoever was.

    Raises NotSeated for somebody who declined or stood down, and PanelHasFinished.
    """
    panel = locked(member.panel)
    check_not_finished(panel)
    check_seated(member)
    former = panel.members.sitting().filter(is_chair=True).first()
    if former == member:
        return member
    if former is not None:
        former.is_chair = False
        former.save(update_fields=["is_chair"])
    member.is_chair = True
    member.save(update_fields=["is_chair"])
    ledger.record(
        chain=panel.appointment.chain,
        action="panel.chair_named",
        obj=member,
        by=by,
        at=at,
        old={"chair": ledger.reference(former)},
        new={"chair": ledger.reference(member)},
    )
    sync_grants(panel)
    return member


def _check_seat(panel: Panel, person: Person, seat: str, is_chair: bool) -> None:
    """Refuse a seat or a chair that is not free."""
    if person.trust_id != panel.appointment.trust_id:
        raise OtherTrust("Choose somebody from this trust’s directory.")
    if seat and seat not in load(panel.appointment.rule_set_key).seat_by_code:
        raise UnknownSeat(f"The rules of this panel have no seat {seat}.")
    for holder in panel.members.sitting().exclude(person=person).select_related("person"):
        if seat and holder.seat == seat:
            raise SeatTaken(f"{holder.person.name} is already put down for this seat.")
        if is_chair and holder.is_chair:
            raise ChairTaken(f"{holder.person.name} is already the chair.")


def _check_free(member: Member) -> None:
    """Refuse to ask somebody again who sits, or who stood down because of an interest."""
    if member.pk is None:
        return
    if member.status in SITTING:
        raise OnPanelAlready(f"{member.person.name} is already on this panel.")
    if member.declarations.filter(outcome=DeclarationOutcome.STANDS_DOWN).exists():
        raise OnPanelAlready(
            f"{member.person.name} stood down because of an interest, so cannot be asked again."
        )


def _give_user(person: Person, by: User | None, at: datetime) -> None:
    """Let somebody sign in: found by e-mail address, made if there is nobody yet."""
    if person.user_id is None:
        person.user = accounts.add_person(email=person.email, name=person.name, by=by, at=at)
        person.save(update_fields=["user"])


def _next_position(panel: Panel) -> int:
    last = panel.members.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1
