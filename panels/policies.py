"""Who may do what with a panel."""

from accounts.models import User
from appointments.models import Appointment
from appointments.policies import can_run, is_office
from panels.models import Declaration, Member


def is_chair(user: User, appointment: Appointment) -> bool:
    """The member who accepted to take the chair."""
    return Member.objects.accepted().held_by(user, appointment).filter(is_chair=True).exists()


def can_convene(user: User, appointment: Appointment) -> bool:
    """Medical staffing of the trust fill the seats and invite the members."""
    return can_run(user, appointment)


def can_see_panel(user: User, appointment: Appointment) -> bool:
    """Those who oversee the trust's appointments and the chair see how the panel is composed."""
    return is_office(user, appointment) or is_chair(user, appointment)


def can_see_plan(user: User, appointment: Appointment) -> bool:
    """Those who oversee the trust's appointments, and members once they accepted, see who asks."""
    is_member = Member.objects.accepted().held_by(user, appointment).exists()
    return is_member or is_office(user, appointment)


def can_plan(user: User, appointment: Appointment) -> bool:
    """Medical staffing and the chair share out the questions."""
    return can_run(user, appointment) or is_chair(user, appointment)


def has_decisions(user: User, appointment: Appointment) -> bool:
    """The chair and medical staffing each have interests to decide about."""
    return is_chair(user, appointment) or can_run(user, appointment)


def can_decide(user: User, declaration: Declaration) -> bool:
    """The chair decides about an interest; medical staffing where the chair declared it.

    Nobody decides about their own.
    """
    member = declaration.member
    if member.person.user_id == user.pk:
        return False
    appointment = member.panel.appointment
    return can_run(user, appointment) if member.is_chair else is_chair(user, appointment)
