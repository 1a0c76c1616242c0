"""One appointment at a glance, the board of the day, and opening and closing of scoring."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.sessions import ignore_for_idle
from appointments.policies import is_office
from appointments.stages import MoveNotAllowed, Stage
from assessments import policies
from assessments.forms import OpenScoringForm
from assessments.queries.actions import hub_actions
from assessments.queries.appointments import (
    Standing,
    candidates_for,
    standing_of,
    visible_appointments,
)
from assessments.queries.outcome import NotEverybodyLocked
from assessments.queries.progress import progress_of
from assessments.queries.reports import reports_of
from assessments.services import sheets as service
from panels.composition import Moment
from panels.queries import composition_of, undeclared
from panels.services import CompositionFails, OpenAlready
from panels.ticks import ticks_of


def standing_or_404(request: HttpRequest, pk: int) -> Standing:
    """Return how the person stands to an appointment; not theirs is not found."""
    visible = visible_appointments(request.user, at=timezone.now())
    return standing_of(request.user, get_object_or_404(visible, pk=pk))


@require_GET
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an appointment: where it stands, who it concerns, what this person does next."""
    standing = standing_or_404(request, pk)
    stage, panel = standing.appointment.stage, standing.panel
    sees_progress = policies.can_see_progress(
        is_chair=standing.is_chair, is_staffing=standing.is_staffing
    )
    context = {
        "standing": standing,
        "appointment": standing.appointment,
        "stage_words": Stage(stage).words,
        "candidates": candidates_for(request.user, standing.appointment, at=timezone.now()),
        "progress": progress_of(panel) if sees_progress and _is_open(panel) else None,
        "at": timezone.now(),
        "actions": hub_actions(request.user, standing.appointment, at=timezone.now()),
        "facts": facts_of(standing),
        "is_overseer": is_office(request.user, standing.appointment),
        "can_close": policies.can_close(
            is_staffing=standing.is_staffing,
            stage=stage,
            is_everyone_locked=standing.is_everyone_locked,
        ),
        "reports": reports_of(panel)
        if policies.can_report(is_staffing=standing.is_office, stage=stage)
        else [],
    }
    return render(request, "assessments/appointment.html", context)


def can_see_results(standing: Standing) -> bool:
    """Say whether this person may see scores other than their own now."""
    return policies.can_see_results(
        is_everyone_locked=standing.is_scored,
        is_member=standing.is_member,
        is_office=standing.is_office,
    )


def _is_open(panel) -> bool:
    return panel is not None and panel.opened_at is not None


def facts_of(standing: Standing) -> list[dict]:
    """Return an appointment's facts, each with the page that holds more, where it may be opened."""
    appointment = standing.appointment
    facts = [
        {"key": "Trust", "value": appointment.trust.name},
        {"key": "Specialty", "value": appointment.specialty},
        {"key": "Posts", "value": appointment.posts},
        {"key": "Medical staffing", "value": f"{appointment.officer}, {appointment.officer.email}"},
        {"key": "Assessed with", "value": str(appointment.blueprint)},
    ]
    pages = [
        ("Panel", "panels:panel", standing.is_staffing or standing.is_chair, "Members and rules"),
        ("Interview plan", "panels:interview_plan", _sees_plan(standing), "Who asks what"),
        ("Candidates", "appointments:candidates", standing.is_staffing, "Applications"),
        ("On paper", "assessments:paper", _can_print(standing), "Blank score sheets"),
        ("My scores", "assessments:review", _has_sheets(standing), "Review and lock"),
        ("Outcome", "assessments:outcome", can_see_results(standing), "Scores and recommendation"),
    ]
    return facts + [
        {
            "key": key,
            "value": words,
            "action_url": reverse(name, args=[appointment.pk]),
            "action_label": "Open",
        }
        for key, name, is_open, words in pages
        if is_open
    ]


def _can_print(standing: Standing) -> bool:
    return standing.is_staffing and standing.panel is not None


def _sees_plan(standing: Standing) -> bool:
    return standing.panel is not None and (standing.is_office or standing.is_member)


def _has_sheets(standing: Standing) -> bool:
    return standing.is_member and _is_open(standing.panel) and standing.member.scores


@require_GET
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has locked what, as a fragment that asks again by itself; never a value."""
    ignore_for_idle(request)
    standing = standing_or_404(request, pk)
    if not policies.can_see_progress(is_chair=standing.is_chair, is_staffing=standing.is_staffing):
        raise PermissionDenied("Only medical staffing and the chair see who has locked.")
    if not _is_open(standing.panel):
        raise PermissionDenied("Scoring has not been opened yet.")
    return render(
        request,
        "assessments/_board.html",
        {
            "progress": progress_of(standing.panel),
            "appointment": standing.appointment,
            "at": timezone.now(),
        },
    )


@require_http_methods(["GET", "POST"])
def open_scoring(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the panel once more and open scoring; an override needs a reason."""
    standing = standing_or_404(request, pk)
    if not standing.is_staffing or standing.panel is None:
        raise PermissionDenied("Medical staffing open scoring once a panel is convened.")
    if standing.appointment.stage != Stage.SHORTLISTED:
        raise PermissionDenied(
            f"Scoring opens when the shortlist is complete; this appointment is"
            f" “{Stage(standing.appointment.stage).words}”."
        )
    composition = composition_of(standing.panel, Moment.OPENING)
    form = OpenScoringForm(request.POST or None, is_override=bool(composition.blockers))
    if request.method == "POST" and form.is_valid():
        try:
            service.open_scoring(
                panel=standing.panel,
                by=request.user,
                at=timezone.now(),
                override_reason=form.cleaned_data.get("override_reason", ""),
            )
        except (service.CannotOpen, CompositionFails, OpenAlready) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Scoring is open. Members find their sheets on their home.")
            return redirect("assessments:appointment", pk)
    context = {
        "form": form,
        "appointment": standing.appointment,
        "ticks": ticks_of((*composition.blockers, *composition.warnings)),
        "holding": ticks_of(composition.holding),
        "composition": composition,
        "undeclared": [member.person.name for member in undeclared(standing.panel)],
    }
    return render(request, "assessments/open.html", context)


@require_POST
def close_scoring(request: HttpRequest, pk: int) -> HttpResponse:
    """Close scoring when the last open sheets fell away with a member or a candidate."""
    standing = standing_or_404(request, pk)
    if not standing.is_staffing or standing.panel is None:
        raise PermissionDenied("Medical staffing close scoring.")
    try:
        service.close_scoring(panel=standing.panel, by=request.user, at=timezone.now())
    except (NotEverybodyLocked, MoveNotAllowed) as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, "Scoring is closed. The outcome can be seen.")
    return redirect("assessments:appointment", pk)
