"""Answers to invitations, and members who leave."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit import ledger
from panels.access import sync_grants
from panels.models import Member, MemberStatus
from panels.services.limits import check_not_finished, check_seated, locked


class AnsweredAlready(PermissionDenied):
    """The invitation was answered otherwise before; the office changes that."""


class ReasonMissing(ValueError):
    """Somebody who stands down does so for a reason that is recorded."""


@transaction.atomic
def respond(*, member: Member, is_accepted: bool, by: User | None, at: datetime) -> Member:
    """Accept or decline an invitation; the same answer again changes nothing.

    Raises AnsweredAlready for another answer than before, and PanelHasFinished.
    """
    panel = locked(member.panel)
    member.refresh_from_db(fields=["status"])
    answer = MemberStatus.ACCEPTED if is_accepted else MemberStatus.DECLINED
    if member.status == answer:
        return member
    if member.status != MemberStatus.INVITED:
        raise AnsweredAlready("You have answered already. Medical staffing can change that.")
    check_not_finished(panel)
    member.status, member.responded_at = answer, at
    member.save(update_fields=["status", "responded_at"])
    ledger.record(
        chain=panel.appointment.chain,
        action="member.responded",
        obj=member,
        by=by,
        at=at,
        old={"status": str(MemberStatus.INVITED)},
        new={"status": str(answer)},
    )
    sync_grants(panel)
    return member


@transaction.atomic
def stand_down(*, member: Member, reason: str, by: User | None, at: datetime) -> Member:
    """Take somebody off a panel, who then sees nothing of it from the next request on.

    Raises ReasonMissing, NotSeated, or PanelHasFinished.
    """
    panel = locked(member.panel)
    check_not_finished(panel)
    check_seated(member)
    if not reason.strip():
        raise ReasonMissing("Say why this member leaves the panel.")
    return leave(member, reason, by, at)


def leave(member: Member, reason: str, by: User | None, at: datetime) -> Member:
    """Mark a member as stood down, in the caller's transaction."""
    former, member.status = member.status, MemberStatus.STOOD_DOWN
    member.save(update_fields=["status"])
    ledger.record(
        chain=member.panel.appointment.chain,
        action="member.stood_down",
        obj=member,
        by=by,
        at=at,
        old={"status": str(former)},
        new={"status": str(MemberStatus.STOOD_DOWN)},
        texts={"reason": reason.strip()},
    )
    sync_grants(member.panel)
    return member
