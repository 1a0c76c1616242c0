"""Creating an appointment together with its panel: the rules are chosen here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments.forms import AppointmentForm
from appointments.queries import blueprints_of, trust_run
from appointments.services import ReferenceTaken
from panels import queries, services


@require_http_methods(["GET", "POST"])
def create_appointment(request: HttpRequest) -> HttpResponse:
    """Create an appointment and convene its panel."""
    trust = trust_run(request.user)
    if trust is None:
        raise Http404
    form = AppointmentForm(
        request.POST if request.method == "POST" else None,
        trust=trust,
        by=request.user,
        rule_sets=queries.rule_sets_of(trust),
    )
    if request.method == "POST" and form.is_valid():
        try:
            appointment = services.create_with_panel(
                trust=trust, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except ReferenceTaken as error:
            form.add_error("reference", str(error))
        else:
            messages.success(request, f"{appointment.post_title} is created. Now fill its panel.")
            return redirect("panels:panel", pk=appointment.pk)
    context = {"form": form, "has_blueprint": blueprints_of(trust).exists()}
    return render(request, "panels/create_appointment.html", context)
