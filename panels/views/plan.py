"""The interview plan: which member asks which question."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment
from appointments.queries import appointments_for
from panels import policies, queries, services
from panels.forms import PlanForm
from panels.models import Panel
from panels.services import PANEL_CHANGES

CHANGED_MEANWHILE = (
    "Somebody else changed the plan while you had it open. Your choices are below and not saved"
    " yet. Open the plan in another tab to compare, then save again to replace theirs."
)


@require_http_methods(["GET", "POST"])
def interview_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who asks which question; medical staffing and the chair share them out."""
    appointment = get_object_or_404(appointments_for(request.user, at=timezone.now()), pk=pk)
    panel = queries.panel_of(appointment)
    me = queries.member_of(request.user, appointment)
    if panel is None:
        raise Http404
    if not policies.can_see_plan(request.user, appointment):
        if me is None:
            raise Http404
        raise PermissionDenied("Answer the invitation first; then you see who asks what.")
    can_plan = policies.can_plan(request.user, appointment)
    can_change = can_plan and panel.opened_at is None and appointment.stage in PANEL_CHANGES
    if request.method == "POST" and not can_change:
        raise PermissionDenied(_why_not(panel, can_plan))
    if can_change:
        return _change(request, appointment, panel)
    plan = queries.interview_plan(panel, me)
    context = {
        "appointment": appointment,
        "plan": plan,
        "sees_warnings": policies.can_see_panel(request.user, appointment),
    }
    return render(request, "panels/plan.html", context)


def _change(request: HttpRequest, appointment: Appointment, panel: Panel) -> HttpResponse:
    is_shared = request.method == "GET" and request.GET.get("share") == "evenly"
    plan = queries.interview_plan(panel)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        plan=plan,
        suggested=queries.even_plan(panel) if is_shared else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_questions(
                panel=panel,
                assignments=form.assignments,
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            )
        except services.PlanChanged:
            form.add_error(None, CHANGED_MEANWHILE)
            form.take_current_state()
        else:
            messages.success(request, "The interview plan is saved.")
            return redirect("panels:interview_plan", pk=appointment.pk)
    context = {
        "appointment": appointment,
        "plan": plan,
        "form": form,
        "is_suggestion": is_shared,
        "can_open_blueprint": policies.can_convene(request.user, appointment),
    }
    return render(request, "panels/plan_form.html", context)


def _why_not(panel: Panel, can_plan: bool) -> str:
    if not can_plan:
        return "Medical staffing and the chair share out the questions."
    if panel.opened_at is not None:
        return "Scoring is open, so the interview plan stands."
    return "This panel has finished, so its interview plan stays as it is."
