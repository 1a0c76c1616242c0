"""The office's list of appointments, and the candidates of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appointments import policies, queries, services
from appointments.forms import BoardFilterForm, CandidateForm, ReasonForm, ShortlistForm
from appointments.models import Application, ApplicationStatus, Appointment
from appointments.stages import (
    CANDIDATES_CHANGE,
    CANDIDATES_WITHDRAW,
    MOVES,
    MoveNotAllowed,
    Stage,
)

STEPS = {
    Stage.ADVERTISED: "Mark as advertised",
    Stage.SHORTLISTING: "Start shortlisting",
    Stage.SHORTLISTED: "Finish shortlisting",
}
"""The moves that medical staffing make by hand, each with the words of its button."""

CANDIDATES_FIXED = "The panel is in session or has finished, so the list of candidates is closed."


@require_GET
def appointments(request: HttpRequest) -> HttpResponse:
    """List the trust's appointments, narrowed and ordered by the address."""
    if not policies.has_list(request.user):
        raise Http404
    form = BoardFilterForm(request.GET, user=request.user)
    sort = request.GET.get("sort", "aac")
    board = queries.board(
        request.user,
        form.narrowed_to,
        sort=sort,
        page=request.GET.get("page", 1),
        at=timezone.now(),
    )
    context = {
        "form": form,
        "board": board,
        "page_obj": board.page,
        "sort": sort,
        "is_narrowed": any(form.narrowed_to.values()),
        "can_create": policies.can_create(request.user),
    }
    return render(request, "appointments/list.html", context)


@require_GET
def candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who applied, and what medical staffing can do next."""
    appointment = get_object_or_404(queries.appointments_with_candidates(request.user), pk=pk)
    can_run = policies.can_run(request.user, appointment)
    stage = Stage(appointment.stage)
    context = {
        "appointment": appointment,
        "stage_words": stage.words,
        "colour": queries.COLOURS[stage],
        "applications": queries.candidates_of(appointment, request.user, at=timezone.now()),
        "can_change": can_run and stage in CANDIDATES_CHANGE,
        "can_withdraw": can_run and stage in CANDIDATES_WITHDRAW,
        "steps": [(to.value, STEPS[to]) for to in MOVES[stage] if can_run and to in STEPS],
        "can_cancel": can_run and Stage.CANCELLED in MOVES[stage],
    }
    return render(request, "appointments/candidates.html", context)


@require_http_methods(["GET", "POST"])
def add_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one candidate by hand."""
    appointment = _open_to_change(request, pk)
    form = CandidateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            application = services.add_candidate(
                appointment=appointment, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except (services.AppliedAlready, services.GmcNumberTaken) as error:
            form.add_error("gmc_number", str(error))
        else:
            messages.success(request, f"{application.candidate.name} is on the list of candidates.")
            return redirect("appointments:candidates", pk=pk)
    context = {"appointment": appointment, "form": form}
    return render(request, "appointments/add_candidate.html", context)


@require_http_methods(["GET", "POST"])
def decide_shortlist(request: HttpRequest, pk: int, application_pk: int) -> HttpResponse:
    """Decide whether one candidate is shortlisted."""
    appointment = _open_to_change(request, pk)
    application = _application(request, appointment, application_pk)
    if application.status == ApplicationStatus.WITHDRAWN:
        raise PermissionDenied("This candidate has withdrawn.")
    form = ShortlistForm(
        request.POST if request.method == "POST" else None,
        initial=_shortlist_as_it_stands(application),
    )
    if request.method == "POST" and form.is_valid():
        services.decide_shortlist(
            application=application, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        words = application.get_status_display().lower()
        messages.success(request, f"{application.candidate.name} is {words}.")
        return redirect("appointments:candidates", pk=pk)
    context = {"appointment": appointment, "application": application, "form": form}
    return render(request, "appointments/decide_shortlist.html", context)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int, application_pk: int) -> HttpResponse:
    """Record that one candidate withdrew."""
    appointment = get_object_or_404(queries.appointments_run(request.user), pk=pk)
    application = _application(request, appointment, application_pk)
    if appointment.stage not in CANDIDATES_WITHDRAW:
        raise PermissionDenied("The panel has made its recommendation.")
    if application.status == ApplicationStatus.REJECTED:
        raise PermissionDenied("This candidate was not shortlisted, so cannot withdraw.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why did they withdraw?",
        hint="If they gave no reason, say so.",
        missing="Say why the candidate withdrew, or that no reason was given.",
        button="Record the withdrawal",
    )
    if request.method == "POST" and form.is_valid():
        services.withdraw_application(
            application=application,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"{application.candidate.name} has withdrawn.")
        return redirect("appointments:candidates", pk=pk)
    context = {"appointment": appointment, "application": application, "form": form}
    return render(request, "appointments/withdraw.html", context)


@require_POST
def move_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the next step of an appointment by hand."""
    appointment = get_object_or_404(queries.appointments_run(request.user), pk=pk)
    to = request.POST.get("to")
    if to not in STEPS:
        raise PermissionDenied("This step is not taken here.")
    try:
        services.move_stage(
            appointment=appointment, to=Stage(to), by=request.user, at=timezone.now()
        )
    except (MoveNotAllowed, services.ShortlistNotFinished) as error:
        messages.error(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, f"{appointment.post_title} is now “{Stage(to).words}”.")
    return redirect("appointments:candidates", pk=pk)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an appointment, with the reason."""
    appointment = get_object_or_404(queries.appointments_run(request.user), pk=pk)
    stage = Stage(appointment.stage)
    if Stage.CANCELLED not in MOVES[stage]:
        raise PermissionDenied(f"An appointment that is “{stage.words}” cannot be cancelled.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is it cancelled?",
        hint="For example: no applicants, none eligible, the college assessor is not available. "
        "Name no candidate: the reason stands in the ledger.",
        missing="Say why the appointment is cancelled.",
        button="Cancel this appointment",
        is_warning=True,
    )
    if request.method == "POST" and form.is_valid():
        services.move_stage(
            appointment=appointment,
            to=Stage.CANCELLED,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"{appointment.post_title} is cancelled.")
        return redirect("appointments:list")
    return render(request, "appointments/cancel.html", {"appointment": appointment, "form": form})


def _open_to_change(request: HttpRequest, pk: int) -> Appointment:
    """Return an appointment the person runs whose list of candidates is still open."""
    appointment = get_object_or_404(queries.appointments_run(request.user), pk=pk)
    if appointment.stage not in CANDIDATES_CHANGE:
        raise PermissionDenied(CANDIDATES_FIXED)
    return appointment


def _application(request: HttpRequest, appointment: Appointment, pk: int) -> Application:
    return get_object_or_404(queries.applications_run(request.user, appointment), pk=pk)


def _shortlist_as_it_stands(application: Application) -> dict[str, str]:
    answers = {ApplicationStatus.SHORTLISTED: "yes", ApplicationStatus.REJECTED: "no"}
    return {
        "is_shortlisted": answers.get(ApplicationStatus(application.status), ""),
        "reason": application.status_reason,
    }
