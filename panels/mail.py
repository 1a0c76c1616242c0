"""The panel's messages: each one action, the date in full, and never a candidate's name."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import mail
from accounts.policies import is_staff
from panels.models import Member, Panel
from panels.rulesets import load


def send_invitation(member: Member) -> None:
    """Ask somebody by e-mail to sit on a panel, as part of the caller's transaction."""
    user = member.person.user
    context = _invitation(
        member.panel, member.person.name, member.seat, member.is_deputy, is_staff(user)
    )
    mail.send("panels/invitation", user.email, _subject(member.panel), context)


def preview_invitation(panel: Panel, seat: str) -> str:
    """Return the text of an invitation to this seat, before it is known who gets it."""
    context = _invitation(panel, "[name]", seat, is_deputy=False, has_password=False)
    context |= {"subject": _subject(panel), "site_url": settings.SITE_URL}
    return render_to_string("mail/panels/invitation.txt", context).strip()


def _subject(panel: Panel) -> str:
    return f"Will you sit on the panel for {panel.appointment.post_title}?"


def _invitation(
    panel: Panel, name: str, seat: str, is_deputy: bool, has_password: bool
) -> dict[str, object]:
    appointment = panel.appointment
    rule_set = load(appointment.rule_set_key)
    return {
        "name": name,
        "appointment": appointment,
        "trust": appointment.trust,
        "panel_term": rule_set.panel_term,
        "seat": rule_set.seat(seat).term if seat else "",
        "is_deputy": is_deputy,
        "has_password": has_password,
        "link": mail.link(reverse("panels:respond", args=[appointment.pk])),
    }
