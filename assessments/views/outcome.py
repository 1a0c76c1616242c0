"""The outcome page, the panel's recommendation and the employer's decision."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.stepup import confirmed_recently
from appointments.stages import Stage
from assessments import policies
from assessments.forms import DecisionForm, RecommendationForm
from assessments.queries.appointments import Standing
from assessments.queries.outcome import OutcomePage, outcome_page
from assessments.queries.standing import sentence_of, standing_ticks
from assessments.services import decision as service
from assessments.views.hub import can_see_results, standing_or_404
from panels.composition import Moment
from panels.queries import composition_of
from panels.ticks import kept_findings, ticks_of


def _page_or_403(standing: Standing) -> OutcomePage:
    if not can_see_results(standing):
        raise PermissionDenied(
            "The outcome can be seen once every member has locked their scores, by the panel, the"
            " chief executive, the medical director and medical staffing."
        )
    return outcome_page(standing.panel)


def _context(standing: Standing, page: OutcomePage) -> dict:
    stage = standing.appointment.stage
    composition = composition_of(standing.panel, Moment.VOTING)
    return {
        "page": page,
        "appointment": standing.appointment,
        "stage_words": Stage(stage).words,
        "sentence": sentence_of(page),
        "standing_ticks": standing_ticks(page, composition),
        "composition": composition,
        "ticks": ticks_of(kept_findings(standing.panel.composition)),
        "can_recommend": policies.can_recommend(is_chair=standing.is_chair, stage=stage),
        "can_decide": policies.can_decide(
            is_chief_executive=standing.is_chief_executive, stage=stage
        ),
    }


@require_GET
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the outcome: the recommendation, what it rests on, every number down to its scores."""
    standing = standing_or_404(request, pk)
    page = _page_or_403(standing)
    return render(request, "assessments/outcome.html", _context(standing, page))


@require_http_methods(["GET", "POST"])
@confirmed_recently
def recommend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the chair record and seal what the panel recommends."""
    standing = standing_or_404(request, pk)
    page = _page_or_403(standing)
    context = _context(standing, page)
    if not context["can_recommend"]:
        raise PermissionDenied("The chair records the recommendation once, when all have locked.")
    form = RecommendationForm(
        request.POST or None, candidates=page.ranked, posts=standing.appointment.posts
    )
    form.helper.form_action = request.path  # also where it is shown after a step-up
    if request.method == "POST" and form.is_valid():
        try:
            service.recommend(
                panel=standing.panel,
                choices=form.choices(),
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                at=timezone.now(),
            )
        except service.CannotRecommend as error:
            for problem in error.problems:
                form.add_error(None, problem)
        else:
            messages.success(request, "The recommendation is sealed and waits for the employer.")
            return redirect("assessments:outcome", pk)
    return render(request, "assessments/recommend.html", {**context, "form": form})


@require_http_methods(["GET", "POST"])
@confirmed_recently
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the chief executive accept the recommendation, or decline it with a reason."""
    standing = standing_or_404(request, pk)
    page = _page_or_403(standing)
    context = _context(standing, page)
    if not context["can_decide"]:
        raise PermissionDenied("The chief executive decides once there is a recommendation.")
    form = DecisionForm(request.POST or None)
    form.helper.form_action = request.path
    if request.method == "POST" and form.is_valid():
        try:
            service.decide(
                recommendation=page.recommendation,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except service.CannotDecide as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your decision is recorded.")
            return redirect("assessments:outcome", pk)
    return render(request, "assessments/decide.html", {**context, "form": form})
