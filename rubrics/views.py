"""Pages of frameworks and blueprints."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import trust_ids
from rubrics import library, queries, services
from rubrics.forms import CompetencyForm
from rubrics.models import FrameworkVersion, VersionStatus
from rubrics.policies import can_edit_frameworks

NOT_AN_EDITOR = "Only a framework editor of {trust} can change its frameworks."


@require_GET
def frameworks(request: HttpRequest) -> HttpResponse:
    """List the frameworks of the person's trusts with their versions."""
    rows = queries.framework_list(request.user)
    return render(
        request,
        "rubrics/frameworks.html",
        {
            "rows": rows,
            "offers": queries.library_offers(request.user),
            "has_several_trusts": len(trust_ids(request.user)) > 1,
        },
    )


@require_POST
def load(request: HttpRequest, slug: str, trust_pk: int) -> HttpResponse:
    """Load a framework of the starter library as a draft and go there."""
    trust = get_object_or_404(queries.edited_trusts(request.user), pk=trust_pk)
    path = library.available().get(slug)
    if path is None:
        raise Http404
    loaded = services.load_library(trust=trust, path=path, by=request.user, at=timezone.now())
    messages.success(request, f"{loaded.framework.name} is loaded as {loaded}.")
    return redirect("rubrics:version", pk=loaded.pk)


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every word of one version."""
    found = get_object_or_404(queries.visible_versions(request.user), pk=pk)
    is_editor = can_edit_frameworks(request.user, found.framework.trust_id)
    is_draft = found.status == VersionStatus.DRAFT
    page = queries.version_page(found)
    context = {
        "page": page,
        "is_draft": is_draft,
        "can_edit": is_editor and is_draft,
        "can_publish": is_editor and is_draft and not page.missing,
        "can_retire": is_editor and found.status == VersionStatus.PUBLISHED,
        "can_clone": is_editor,
    }
    return render(request, "rubrics/version.html", context)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft, or say why it cannot be published."""
    found = _editable(request, pk)
    try:
        services.publish_version(version=found, by=request.user, at=timezone.now())
    except (services.VersionNotDraft, services.VersionIncomplete) as error:
        messages.error(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, f"{found.framework.name}, {found}, is published.")
    return redirect("rubrics:version", pk=pk)


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published version out of use."""
    found = _editable(request, pk)
    try:
        services.retire_version(version=found, by=request.user, at=timezone.now())
    except services.VersionNotPublished as error:
        messages.error(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, f"{found.framework.name}, {found}, is retired.")
    return redirect("rubrics:version", pk=pk)


@require_POST
def clone(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a version into a new draft and go there."""
    found = _editable(request, pk)
    copy = services.clone_version(version=found, by=request.user, at=timezone.now())
    messages.success(request, f"This is {copy}, a draft with every word of {found}.")
    return redirect("rubrics:version", pk=copy.pk)


@require_http_methods(["GET", "POST"])
def edit_competency(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of one competency of a draft."""
    competency = get_object_or_404(queries.visible_competencies(request.user), pk=pk)
    found = competency.domain.version
    _require_editor(request, found)
    if found.status != VersionStatus.DRAFT:
        raise PermissionDenied(str(services.VersionNotDraft(found)))
    stored = queries.text_of(competency)
    form = CompetencyForm(request.POST or None, stored=stored, scale=found.scale)
    if request.method == "POST" and form.is_valid() and _save(request, form, competency):
        messages.success(request, f"{competency.code} {form.cleaned_data['name']} is saved.")
        return redirect("rubrics:version", pk=found.pk)
    context = {"form": form, "competency": competency, "version": found}
    return render(request, "rubrics/edit_competency.html", context)


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
            "has_several_trusts": len(trust_ids(request.user)) > 1,
        },
    )


@require_POST
def create_blueprint(request: HttpRequest, slug: str, version_pk: int) -> HttpResponse:
    """Make a ready plan into the trust's own blueprint and go there."""
    found = _editable(request, version_pk)
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


@require_GET
def blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one blueprint as a matrix, with its rules in words."""
    found = get_object_or_404(queries.visible_blueprints(request.user), pk=pk)
    return render(request, "rubrics/blueprint.html", {"page": queries.blueprint_page(found)})


def _save(request: HttpRequest, form: CompetencyForm, competency) -> bool:
    """Store what the form holds; when somebody else was quicker, say so and keep what was typed."""
    try:
        services.update_competency(
            competency=competency,
            name=form.cleaned_data["name"],
            summary=form.cleaned_data["summary"],
            anchors=form.anchors,
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        )
    except services.VersionNotDraft as error:
        raise PermissionDenied(str(error)) from error
    except services.CompetencyChanged:
        form.add_error(
            None,
            "Somebody else changed this competency while you were writing. Your words are below"
            " and not saved yet. Open the version in another tab to compare, then save again to"
            " replace theirs.",
        )
        form.take_current_state()
        return False
    return True


def _editable(request: HttpRequest, pk: int) -> FrameworkVersion:
    found = get_object_or_404(queries.visible_versions(request.user), pk=pk)
    _require_editor(request, found)
    return found


def _require_editor(request: HttpRequest, found: FrameworkVersion) -> None:
    trust = found.framework.trust
    if not can_edit_frameworks(request.user, trust):
        raise PermissionDenied(NOT_AN_EDITOR.format(trust=trust))
