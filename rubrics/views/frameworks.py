"""Pages of frameworks: the list, one version, publishing, retiring, copying."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import trust_ids
from rubrics import diff, library, queries, services
from rubrics.models import VersionStatus
from rubrics.policies import can_edit_frameworks
from rubrics.views.access import editable


@require_GET
def frameworks(request: HttpRequest) -> HttpResponse:
    """List the frameworks of the person's trusts with their versions."""
    rows = queries.framework_list(request.user)
    return render(
        request,
        "rubrics/frameworks.html",
        {
            "rows": rows,
            "edited_trusts": list(queries.edited_trusts(request.user).order_by("name")),
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
    can_edit = is_editor and is_draft
    page = queries.version_page(found, request.GET.get("tag", ""))
    context = {
        "page": page,
        "is_draft": is_draft,
        "can_order": can_edit and not page.tag,
        "last_change": queries.last_change(found) if can_edit else None,
        "can_edit": can_edit,
        "can_publish": is_editor and is_draft and not page.missing,
        "can_retire": is_editor and found.status == VersionStatus.PUBLISHED,
        "can_clone": is_editor,
    }
    return render(request, "rubrics/version.html", context)


@require_GET
def compare(request: HttpRequest, old_pk: int, new_pk: int) -> HttpResponse:
    """Show what changed from one version to another, with the changed words marked."""
    versions = queries.visible_versions(request.user)
    old = get_object_or_404(versions, pk=old_pk)
    new = get_object_or_404(versions, pk=new_pk)
    found = diff.compare(queries.framework_text_of(old), queries.framework_text_of(new))
    return render(request, "rubrics/diff.html", {"diff": found, "old": old, "new": new})


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft, or say why it cannot be published."""
    found = editable(request, pk)
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
    found = editable(request, pk)
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
    found = editable(request, pk)
    copy = services.clone_version(version=found, by=request.user, at=timezone.now())
    messages.success(request, f"This is {copy}, a draft with every word of {found}.")
    return redirect("rubrics:version", pk=copy.pk)
