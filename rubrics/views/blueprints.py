"""Pages of blueprints: what there is, where a new one starts, one as a whole."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import trust_ids
from rubrics import queries, services
from rubrics.forms import CopyForm, NewBlueprintForm, RenewForm
from rubrics.models import Blueprint
from rubrics.policies import can_edit_frameworks, edited_trust_ids
from rubrics.views.access import editable

NOT_AN_EDITOR = "Only a framework editor of {trust} can change its blueprints."


@require_GET
def blueprints(request: HttpRequest) -> HttpResponse:
    """List the blueprints of the person's trusts."""
    found = list(queries.blueprint_list(request.user))
    return render(
        request,
        "rubrics/blueprints.html",
        {
            "blueprints": found,
            "ready_plans": queries.ready_plans(request.user),
            "can_start": bool(edited_trust_ids(request.user)),
            "has_several_trusts": len(trust_ids(request.user)) > 1,
        },
    )


@require_POST
def create_blueprint(request: HttpRequest, slug: str, version_pk: int) -> HttpResponse:
    """Make a ready plan into the trust's own blueprint and go there."""
    found = editable(request, version_pk)
    try:
        made = services.create_blueprint(
            trust=found.framework.trust,
            slug=slug,
            version=found,
            by=request.user,
            at=timezone.now(),
        )
    except services.UnknownBlueprint as error:
        raise Http404 from error
    except (services.VersionNotPublished, services.BlueprintDoesNotFit) as error:
        messages.error(request, f"{error} Nothing was changed.")
        return redirect("rubrics:blueprints")
    messages.success(request, f"{made} is yours.")
    return redirect("rubrics:blueprint", pk=made.pk)


@require_http_methods(["GET", "POST"])
def start_blueprint(request: HttpRequest) -> HttpResponse:
    """Start a blueprint from nothing."""
    if not edited_trust_ids(request.user):
        raise PermissionDenied("Only a framework editor can start a blueprint.")
    form = NewBlueprintForm(
        request.POST or None,
        versions=queries.versions_to_plan_on(request.user),
        has_several_trusts=len(trust_ids(request.user)) > 1,
    )
    if form.is_valid():
        made = _made(
            form,
            lambda: services.start_blueprint(
                trust=form.cleaned_data["version"].framework.trust,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if made:
            messages.success(request, f"{made} is started. Add its first exercise.")
            return redirect("rubrics:add_exercise", pk=made.pk)
    context = {
        "form": form,
        "heading": "Start a blueprint from nothing",
        "caption": "",
        "intro": "You add exercises, say what each competency counts in them, and choose the"
        " questions. Nobody can use it before everything is there.",
        "leave_url": reverse("rubrics:blueprints"),
    }
    return render(request, "rubrics/blueprint_form.html", context)


@require_GET
def blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one blueprint as a matrix, with its rules, its weak points and how structured it is."""
    found = get_object_or_404(queries.visible_blueprints(request.user), pk=pk)
    is_editor = can_edit_frameworks(request.user, found.trust)
    context = {
        "page": queries.blueprint_page(found),
        "is_editor": is_editor,
        "can_edit": is_editor and found.frozen_at is None,
    }
    return render(request, "rubrics/blueprint.html", context)


@require_http_methods(["GET", "POST"])
def renew_blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the next version of a blueprint, on the same or another version of its framework."""
    found = edited_blueprint(request, pk)
    form = RenewForm(request.POST or None, choices=queries.move_choices(found))
    if form.is_valid():
        made = _made(
            form,
            lambda: services.renew_blueprint(
                blueprint=found, version=form.chosen, by=request.user, at=timezone.now()
            ),
        )
        if made:
            messages.success(request, f"{made} is made and can be changed. {found} stays as it is.")
            return redirect("rubrics:blueprint", pk=made.pk)
    return _copy_page(request, form, found, "rubrics/blueprint_renew.html")


@require_http_methods(["GET", "POST"])
def copy_blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a blueprint of another name that begins as a copy."""
    found = edited_blueprint(request, pk)
    form = CopyForm(request.POST or None, choices=queries.move_choices(found))
    if form.is_valid():
        made = _made(
            form,
            lambda: services.copy_blueprint(
                blueprint=found,
                name=form.cleaned_data["name"],
                version=form.chosen,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if made:
            messages.success(request, f"{made} is made from {found} and can be changed.")
            return redirect("rubrics:blueprint", pk=made.pk)
    return _copy_page(request, form, found, "rubrics/blueprint_copy.html")


@require_POST
def remove_blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an unfrozen blueprint away for good."""
    found = edited_blueprint(request, pk)
    try:
        services.remove_blueprint(blueprint=found, by=request.user, at=timezone.now())
    except services.BlueprintFrozen as error:
        raise PermissionDenied(str(error)) from error
    except services.BlueprintInUse as error:
        messages.error(request, f"{error} Nothing was changed.")
        return redirect("rubrics:blueprint", pk=pk)
    messages.success(request, f"{found} is removed.")
    return redirect("rubrics:blueprints")


def edited_blueprint(request: HttpRequest, pk: int) -> Blueprint:
    """Return a blueprint of a trust for which the person edits; 403 when it is only to read."""
    found = get_object_or_404(queries.visible_blueprints(request.user), pk=pk)
    require_editor(request, found)
    return found


def require_editor(request: HttpRequest, found: Blueprint) -> None:
    """Refuse with 403 a person who does not edit for the blueprint's trust."""
    if not can_edit_frameworks(request.user, found.trust):
        raise PermissionDenied(NOT_AN_EDITOR.format(trust=found.trust))


def _made(form: Form, make: Callable[[], Blueprint]) -> Blueprint | None:
    """Make a blueprint; what stands against it is said in the form."""
    try:
        return make()
    except services.NameTaken as error:
        form.add_error("name", str(error))
    except (services.VersionNotPublished, services.BlueprintDoesNotFit) as error:
        form.add_error("version", str(error))
    return None


def _copy_page(request: HttpRequest, form: Form, found: Blueprint, template: str) -> HttpResponse:
    return render(request, template, {"form": form, "blueprint": found})
