"""Who may do what with an appointment, read from the roles of its trust."""

from accounts.models import Role, User
from accounts.policies import has_role, trust_ids
from appointments.models import OFFICE, Appointment


def can_run(user: User, appointment: Appointment) -> bool:
    """Medical staffing of the trust run its appointments."""
    return has_role(user, appointment.trust_id, Role.MEDICAL_STAFFING)


def can_see_candidates(user: User, appointment: Appointment) -> bool:
    """Medical staffing, the chief executive and the medical director see who applied."""
    return has_role(user, appointment.trust_id, *OFFICE)


def is_office(user: User, appointment: Appointment) -> bool:
    """Those who oversee the trust's appointments: whoever sees the candidates, and auditors."""
    return has_role(user, appointment.trust_id, *OFFICE, Role.AUDITOR)


def has_list(user: User) -> bool:
    """Whoever oversees the appointments of any trust has a list of them."""
    return bool(trust_ids(user, *OFFICE, Role.AUDITOR))


def can_create(user: User) -> bool:
    """Medical staffing of any trust make appointments."""
    return bool(trust_ids(user, Role.MEDICAL_STAFFING))
