"""The panel of an appointment: its seats, its check, and who is asked to sit."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appointments.models import Appointment
from appointments.queries import appointments_for, appointments_run
from panels import mail, policies, queries, services
from panels.forms import InviteForm, PlaceForm
from panels.models import Panel
from panels.services import PANEL_CHANGES

PLACE = ("is_deputy", "scores", "put_forward_by", "has_specialty_accepted")


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who fills which seat, and whether the panel is composed as its rules ask."""
    now = timezone.now()
    appointment = get_object_or_404(appointments_for(request.user, at=now), pk=pk)
    if not policies.can_see_panel(request.user, appointment):
        raise Http404
    can_convene = policies.can_convene(request.user, appointment)
    found = queries.panel_of(appointment)
    if found is None:
        context = {"appointment": appointment, "can_convene": can_convene}
        return render(request, "panels/not_convened.html", context)
    context = {
        "appointment": appointment,
        "page": queries.panel_page(found),
        "can_change": can_convene and appointment.stage in PANEL_CHANGES,
        "can_decide": policies.has_decisions(request.user, appointment),
    }
    return render(request, "panels/panel.html", context)


@require_POST
def convene(request: HttpRequest, pk: int) -> HttpResponse:
    """Convene the panel of an appointment that has none yet."""
    appointment = get_object_or_404(appointments_run(request.user), pk=pk)
    if appointment.stage not in PANEL_CHANGES:
        raise PermissionDenied("This appointment has no use for a panel any more.")
    services.convene_panel(appointment=appointment, by=request.user, at=timezone.now())
    messages.success(request, "The panel is convened. Now fill its seats.")
    return redirect("panels:panel", pk=pk)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill one seat, or add a member beside the seats."""
    appointment, found = _changeable(request, pk)
    seat = queries.seat_asked_for(found, request.GET.get("seat", ""))
    if seat is None and request.GET.get("seat"):
        raise Http404
    form = InviteForm(request.POST if request.method == "POST" else None, panel=found, seat=seat)
    if request.method == "POST" and form.is_valid():
        try:
            member = services.invite_member(
                panel=found,
                seat=seat.code if seat else "",
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except services.CannotInvite as error:
            form.add_error(None, f"{error} Nothing was sent.")
        else:
            messages.success(
                request, f"{member.person.name} is invited by email to {member.person.user.email}."
            )
            return redirect("panels:panel", pk=pk)
    context = {
        "appointment": appointment,
        "seat": seat,
        "form": form,
        "letter": mail.preview_invitation(found, seat.code if seat else ""),
    }
    return render(request, "panels/invite.html", context)


@require_http_methods(["GET", "POST"])
def change_member(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Change as what one member sits."""
    appointment, found = _changeable(request, pk)
    member = get_object_or_404(queries.sitting_members(found), pk=member_pk)
    if found.opened_at is not None:
        raise PermissionDenied("Scoring is open, so members sit as they were when it opened.")
    held = {name: getattr(member, name) for name in PLACE}
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        seat=queries.seat_asked_for(found, member.seat),
        initial=held,
    )
    if request.method == "POST" and form.is_valid():
        services.change_member(
            member=member, **(held | form.cleaned_data), by=request.user, at=timezone.now()
        )
        messages.success(request, f"What you changed about {member.person.name} is saved.")
        return redirect("panels:panel", pk=pk)
    context = {"appointment": appointment, "place": queries.place_of(member), "form": form}
    return render(request, "panels/change_member.html", context)


@require_POST
def name_chair(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Make one member the chair."""
    _, found = _changeable(request, pk)
    member = get_object_or_404(queries.sitting_members(found), pk=member_pk)
    services.name_chair(member=member, by=request.user, at=timezone.now())
    messages.success(request, f"{member.person.name} is the chair.")
    return redirect("panels:panel", pk=pk)


@require_POST
def local_consultant(request: HttpRequest, pk: int) -> HttpResponse:
    """Record whether a local consultant in the specialty is available."""
    _, found = _changeable(request, pk)
    is_none = request.POST.get("is_none") == "yes"
    services.record_local_consultant(
        panel=found, is_none=is_none, by=request.user, at=timezone.now()
    )
    words = "no local consultant" if is_none else "a local consultant"
    messages.success(request, f"It is recorded that {words} in the specialty is available.")
    return redirect("panels:panel", pk=pk)


def _panel(appointment: Appointment) -> Panel:
    found = queries.panel_of(appointment)
    if found is None:
        raise Http404
    return found


def _changeable(request: HttpRequest, pk: int) -> tuple[Appointment, Panel]:
    """Return an appointment the person runs and its panel, while members still come and go."""
    appointment = get_object_or_404(appointments_run(request.user), pk=pk)
    if appointment.stage not in PANEL_CHANGES:
        raise PermissionDenied("Every score is locked, so the panel stays as it is.")
    return appointment, _panel(appointment)
