"""What members declare about each candidate, and what the chair decides."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from appointments.queries import appointments_for
from appointments.stages import Stage
from panels import policies, queries, services
from panels.forms import DeclarationsForm, OutcomeForm
from panels.models import MemberStatus
from panels.services import PANEL_CHANGES
from panels.views.invitations import own_place

DECLARING = (Stage.SHORTLISTED, Stage.IN_SESSION)


@require_http_methods(["GET", "POST"])
def declarations(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare one's interests in each candidate of the shortlist."""
    appointment, member = own_place(request, pk)
    if member.status != MemberStatus.ACCEPTED:
        raise PermissionDenied("Answer the invitation first; then you can declare your interests.")
    if appointment.stage not in PANEL_CHANGES:
        raise PermissionDenied("Every score is locked, so declarations stay as they are.")
    is_ready = appointment.stage in DECLARING
    rows = queries.declaration_rows(member) if is_ready else []
    form = DeclarationsForm(request.POST if request.method == "POST" else None, rows=rows)
    if request.method == "POST" and is_ready and form.is_valid():
        services.declare_all(
            member=member, answers=form.answers, by=request.user, at=timezone.now()
        )
        messages.success(request, "Your declarations are saved.")
        return redirect("panels:declarations", pk=pk)
    context = {
        "appointment": appointment,
        "form": form,
        "rows": form.blocks,
        "is_ready": is_ready,
        "can_save": form.has_questions,
    }
    return render(request, "panels/declarations.html", context)


@require_GET
def interests(request: HttpRequest, pk: int) -> HttpResponse:
    """List the interests that this person decides about."""
    appointment = get_object_or_404(appointments_for(request.user, at=timezone.now()), pk=pk)
    if not policies.has_decisions(request.user, appointment):
        raise Http404
    context = {
        "appointment": appointment,
        "declarations": queries.interests_to_decide(request.user, appointment),
    }
    return render(request, "panels/interests.html", context)


@require_http_methods(["GET", "POST"])
def decide_declaration(request: HttpRequest, pk: int, declaration_pk: int) -> HttpResponse:
    """Decide what follows from one declared interest."""
    appointment = get_object_or_404(appointments_for(request.user, at=timezone.now()), pk=pk)
    declaration = get_object_or_404(queries.interests_of(appointment), pk=declaration_pk)
    if not policies.can_decide(request.user, declaration):
        raise Http404
    if appointment.stage not in PANEL_CHANGES:
        raise PermissionDenied("Every score is locked, so declarations stay as they are.")
    if not declaration.is_open:
        raise PermissionDenied("This member has left the panel, so there is nothing to decide.")
    form = OutcomeForm(
        request.POST if request.method == "POST" else None, initial={"outcome": declaration.outcome}
    )
    if request.method == "POST" and form.is_valid():
        services.decide_declaration(
            declaration=declaration,
            outcome=form.cleaned_data["outcome"],
            by=request.user,
            at=timezone.now(),
        )
        words = declaration.get_outcome_display().lower()
        messages.success(request, f"{declaration.member.person.name}: {words}.")
        return redirect("panels:interests", pk=pk)
    context = {
        "appointment": appointment,
        "declaration": declaration,
        "effect": queries.effect_of_leaving(declaration.member),
        "form": form,
    }
    return render(request, "panels/decide_declaration.html", context)
