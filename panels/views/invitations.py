"""A member's answer to an invitation, and members who leave."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments.forms import ReasonForm
from appointments.models import Appointment
from appointments.queries import appointments_for, appointments_run
from panels import queries, services
from panels.forms import RespondForm
from panels.models import Member, MemberStatus
from panels.services import PANEL_CHANGES


def own_place(request: HttpRequest, pk: int) -> tuple[Appointment, Member]:
    """Return an appointment on whose panel the person has a place, and that place."""
    appointment = get_object_or_404(appointments_for(request.user, at=timezone.now()), pk=pk)
    member = queries.member_of(request.user, appointment)
    if member is None:
        raise Http404
    return appointment, member


@require_http_methods(["GET", "POST"])
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one sits on this panel."""
    appointment, member = own_place(request, pk)
    if member.status == MemberStatus.ACCEPTED:
        return redirect("panels:declarations", pk=pk)
    if appointment.stage not in PANEL_CHANGES:
        raise PermissionDenied("This panel has finished.")
    form = RespondForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_accepted = form.cleaned_data["is_accepted"]
        services.respond(member=member, is_accepted=is_accepted, by=request.user, at=timezone.now())
        if is_accepted:
            messages.success(request, "Thank you. You sit on this panel.")
            return redirect("panels:declarations", pk=pk)
        messages.success(
            request, "Thank you for answering. Medical staffing will ask someone else."
        )
        return redirect("home")
    context = {"appointment": appointment, "place": queries.place_of(member), "form": form}
    return render(request, "panels/respond.html", context)


@require_http_methods(["GET", "POST"])
def stand_down(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take one member off the panel."""
    appointment = get_object_or_404(appointments_run(request.user), pk=pk)
    found = queries.panel_of(appointment)
    if found is None:
        raise Http404
    member = get_object_or_404(queries.sitting_members(found), pk=member_pk)
    if appointment.stage not in PANEL_CHANGES:
        raise PermissionDenied("Every score is locked, so the panel stays as it is.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why do they leave?",
        hint="For example: ill, another duty, asked by mistake.",
        missing="Say why this member leaves the panel.",
        button="Take off the panel",
        is_warning=True,
    )
    if request.method == "POST" and form.is_valid():
        services.stand_down(
            member=member,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"{member.person.name} is off the panel.")
        return redirect("panels:panel", pk=pk)
    context = {
        "appointment": appointment,
        "member": member,
        "effect": queries.effect_of_leaving(member),
        "form": form,
    }
    return render(request, "panels/stand_down.html", context)
