"""The first page after signing in: what needs this person now, by role."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.policies import roles_of
from appointments.stages import Stage
from assessments.queries.actions import Action, decisions_for, member_actions, staffing_actions
from config.templatetags.dates import moment


@dataclass(frozen=True)
class Card:
    """One thing that needs this person."""

    title: str
    meta: str
    url: str
    label: str
    tag: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class Section:
    """Cards under one heading, and what to say when there are none."""

    heading: str
    cards: tuple[Card, ...]
    empty: str


PLACES = {
    Role.AUDITOR: (
        Card("The ledger", "Who did what and when, never a mark.", "ledger", "Open the ledger"),
        Card("Appointments", "Where each one stands.", "appointments:list", "See appointments"),
    ),
    Role.FRAMEWORK_EDITOR: (
        Card(
            "Competency frameworks",
            "What is assessed, with its anchors, questions and blueprints.",
            "rubrics:frameworks",
            "Open frameworks",
        ),
    ),
    Role.TRUST_ADMINISTRATOR: (
        Card(
            "People and roles",
            "Who works here with Quorate, and as what.",
            "accounts:people_and_roles",
            "Open people and roles",
        ),
    ),
    Role.MEDICAL_DIRECTOR: (
        Card("Appointments", "Where each one stands.", "appointments:list", "See appointments"),
    ),
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs this person now."""
    user, at = request.user, timezone.now()
    held = {role for _, role in roles_of(user)}
    sections = []
    if Role.CHIEF_EXECUTIVE in held:
        waiting = decisions_for(user, at=at)
        sections.append(Section("Waiting for you", _cards(waiting), "No decision waits for you."))
    mine = member_actions(user, at=at)
    if mine or not held:
        sections.append(
            Section("Your panels", _cards(mine), "Nothing needs you now. We will e-mail you.")
        )
    if Role.MEDICAL_STAFFING in held:
        work = staffing_actions(user, at=at)
        sections.append(Section("Needs you", _cards(work), "Nothing needs you now."))
    sections += [
        Section(role.label, tuple(_place(card) for card in PLACES[role]), "")
        for role in PLACES
        if role in held
    ]
    greeting = f"{_time_of_day(at)}, {user.name}"
    return render(request, "home.html", {"sections": sections, "greeting": greeting})


def _cards(actions: list[Action]) -> tuple[Card, ...]:
    return tuple(
        Card(
            title=action.appointment.post_title,
            meta=f"Panel meets {moment(action.appointment.aac_at)}",
            url=action.url,
            label=action.task,
            tag=Stage(action.appointment.stage).words,
            is_urgent=action.is_urgent,
        )
        for action in actions
    )


def _place(card: Card) -> Card:
    return Card(card.title, card.meta, reverse(card.url), card.label)


def _time_of_day(at: datetime) -> str:
    hour = timezone.localtime(at).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
