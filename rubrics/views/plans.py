"""Pages on which a framework editor changes an unfrozen blueprint."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rubrics import queries, services
from rubrics.forms import (
    BlueprintDetailsForm,
    ExerciseForm,
    QuestionsForm,
    RulesForm,
    WeightsForm,
)
from rubrics.forms.drafts import DraftForm
from rubrics.models import Blueprint, Exercise
from rubrics.soundness import WHOLE
from rubrics.views.blueprints import edited_blueprint, require_editor

CHANGED_MEANWHILE = (
    "Somebody else changed this while you were writing. What you typed is below and not saved yet."
    " Open the blueprint in another tab to compare, then save again to replace theirs."
)
CHANGED_SINCE = (
    "Somebody changed the blueprint after this page was shown to you, so nothing was {done}."
    " Look at it as it is now and try again."
)
STEPS = {"up": -1, "down": 1}


@require_http_methods(["GET", "POST"])
def blueprint_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name and summary of a blueprint."""
    found = open_plan(request, pk)
    form = BlueprintDetailsForm(request.POST or None, blueprint=found)
    if form.is_valid() and _saved(
        form,
        lambda: services.update_blueprint(
            blueprint=found, **form.cleaned_data, by=request.user, at=timezone.now()
        ),
    ):
        messages.success(request, "The name and summary are saved.")
        return redirect("rubrics:blueprint", pk=pk)
    return _form_page(request, form, found, "Name and summary")


@require_http_methods(["GET", "POST"])
def add_exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an exercise at the end of a blueprint."""
    found = open_plan(request, pk)
    form = ExerciseForm(request.POST or None)
    if form.is_valid() and (
        made := _saved(
            form,
            lambda: services.add_exercise(
                blueprint=found, words=form.words, by=request.user, at=timezone.now()
            ),
        )
    ):
        messages.success(request, f"{made} is added. Give it weights for what is scored in it.")
        return redirect(f"{reverse('rubrics:blueprint', args=[pk])}#exercise-{made.pk}")
    return _form_page(request, form, found, "Add an exercise")


@require_http_methods(["GET", "POST"])
def edit_exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an exercise says about itself, and who scores it."""
    exercise = open_exercise(request, pk)
    form = ExerciseForm(request.POST or None, stored=exercise)
    if form.is_valid() and (
        saved := _saved(
            form,
            lambda: services.update_exercise(
                exercise=exercise,
                words=form.words,
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            ),
        )
    ):
        messages.success(request, f"{saved} is saved.")
        return redirect(_place_of(exercise))
    return _form_page(request, form, exercise.blueprint, str(exercise), exercise=exercise)


@require_POST
def move_exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an exercise one place up or down."""
    exercise = open_exercise(request, pk)
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        messages.error(request, "Choose up or down. Nothing was moved.")
        return redirect(_place_of(exercise))
    try:
        services.move_exercise(
            exercise=exercise,
            step=step,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
    except services.PartChanged:
        messages.error(request, CHANGED_SINCE.format(done="moved"))
    except services.BlueprintFrozen as error:
        raise PermissionDenied(str(error)) from error
    return redirect(_place_of(exercise))


@require_POST
def remove_exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an exercise out of a blueprint, with its weights."""
    exercise = open_exercise(request, pk)
    try:
        services.remove_exercise(
            exercise=exercise,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
    except services.PartChanged:
        messages.error(request, CHANGED_SINCE.format(done="removed"))
    except services.BlueprintFrozen as error:
        raise PermissionDenied(str(error)) from error
    else:
        messages.success(request, f"{exercise} is removed, and its weights with it.")
    return redirect("rubrics:blueprint", pk=exercise.blueprint_id)


@require_http_methods(["GET", "POST"])
def blueprint_weights(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what each competency counts in each exercise."""
    found = open_plan(request, pk)
    form = WeightsForm(request.POST or None, page=queries.weights_page(found))
    if form.is_valid() and (
        saved := _saved(
            form,
            lambda: services.weigh(
                blueprint=found,
                weights=form.weights,
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            ),
        )
    ):
        _say_sum(request, form.total, saved)
        return redirect(f"{reverse('rubrics:blueprint', args=[pk])}#weights")
    return render(request, "rubrics/blueprint_weights.html", {"form": form, "blueprint": found})


@require_http_methods(["GET", "POST"])
def exercise_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Say in which order an exercise asks, by which questions and with which minimums."""
    exercise = open_exercise(request, pk)
    form = QuestionsForm(
        request.POST or None,
        choices=queries.criterion_choices(exercise),
        scale=exercise.blueprint.version.scale,
    )
    if form.is_valid() and _saved(
        form,
        lambda: services.choose_questions(
            exercise=exercise,
            asked=form.asked,
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        ),
    ):
        messages.success(request, f"The questions of {exercise} are saved.")
        return redirect(_place_of(exercise))
    context = {"form": form, "exercise": exercise, "blueprint": exercise.blueprint}
    return render(request, "rubrics/blueprint_questions.html", context)


@require_http_methods(["GET", "POST"])
def blueprint_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when a candidate is appointable and what parts equal totals."""
    found = open_plan(request, pk)
    form = RulesForm(
        request.POST or None,
        blueprint=found,
        competencies=queries.scored_competencies(found),
        scale=found.version.scale,
    )
    if form.is_valid() and _saved(
        form,
        lambda: services.set_rules(
            blueprint=found,
            rules=form.rules,
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        ),
    ):
        messages.success(request, "The rules are saved.")
        return redirect(f"{reverse('rubrics:blueprint', args=[pk])}#rules")
    return render(request, "rubrics/blueprint_rules.html", {"form": form, "blueprint": found})


def open_plan(request: HttpRequest, pk: int) -> Blueprint:
    """Return a blueprint the person may change now; 403 with the reason when it is frozen."""
    found = edited_blueprint(request, pk)
    _require_unfrozen(found)
    return found


def open_exercise(request: HttpRequest, pk: int) -> Exercise:
    """Return an exercise of a blueprint the person may change now."""
    exercise = get_object_or_404(queries.visible_exercises(request.user), pk=pk)
    require_editor(request, exercise.blueprint)
    _require_unfrozen(exercise.blueprint)
    return exercise


def _require_unfrozen(found: Blueprint) -> None:
    if found.frozen_at is not None:
        raise PermissionDenied(str(services.BlueprintFrozen(found)))


def _saved(form: DraftForm, save: Callable[[], object]) -> object | None:
    """Store what a form holds; what stands against it is said in the form, which keeps its words.

    Refused with 403 when scoring by the blueprint has begun meanwhile.
    """
    try:
        return save()
    except services.BlueprintFrozen as error:
        raise PermissionDenied(str(error)) from error
    except services.PartChanged:
        form.add_error(None, CHANGED_MEANWHILE)
        form.take_current_state()
    except services.NameTaken as error:
        form.add_error("name", str(error))
    except services.PlanRefused as error:
        form.add_error(None, str(error))
    return None


def _say_sum(request: HttpRequest, total: int, saved: Blueprint) -> None:
    if total == WHOLE:
        messages.success(request, f"The weights are saved and sum to {total}.")
    else:
        messages.warning(
            request,
            f"The weights are saved. They sum to {total}, not {WHOLE}, so {saved} cannot"
            " be used yet.",
        )


def _form_page(
    request: HttpRequest, form: DraftForm, found: Blueprint, heading: str, **more
) -> HttpResponse:
    context = {
        "form": form,
        "blueprint": found,
        "heading": heading,
        "caption": str(found),
        "intro": "",
        "leave_url": reverse("rubrics:blueprint", args=[found.pk]),
    }
    return render(request, "rubrics/blueprint_form.html", context | more)


def _place_of(exercise: Exercise) -> str:
    page = reverse("rubrics:blueprint", args=[exercise.blueprint_id])
    return f"{page}#exercise-{exercise.pk}"
