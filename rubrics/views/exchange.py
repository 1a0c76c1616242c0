"""Pages on which a framework leaves as a file and comes back from one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Trust
from rubrics import held_files, queries, services
from rubrics.faults import FileRefused
from rubrics.formats import FORMATS
from rubrics.forms import ImportForm
from rubrics.queries.exchange import NEW_FRAMEWORK, UNCHANGED, ImportPlan, plan_import
from rubrics.views.access import editable

NOT_HELD = (
    "This file was imported already, or is not kept any more. Choose it again under Frameworks,"
    " Import a framework from a file."
)
CHANGED_SINCE = (
    "Somebody changed the framework after this page was shown to you, so nothing was imported."
    " These are the numbers now."
)


@require_POST
def export(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Give a version as a file."""
    found = editable(request, pk)
    try:
        data = services.export_version(
            version=found, file_format=file_format, by=request.user, at=timezone.now()
        )
    except FileRefused as refusal:
        messages.error(request, f"No file was made. {refusal.problems[0]}")
        return redirect("rubrics:version", pk=pk)
    name = f"{found.framework.slug}-v{found.number}.{file_format}"
    return HttpResponse(
        data,
        content_type=FORMATS[file_format].content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
def import_framework(request: HttpRequest, trust_pk: int) -> HttpResponse:
    """Take a file, check it and keep it until it is confirmed; or say everything wrong in it."""
    trust = get_object_or_404(queries.edited_trusts(request.user), pk=trust_pk)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            reading, name = form.reading, form.cleaned_data["file"].name
            held = held_files.HeldFile(name, reading.text, reading.notes)
            token = held_files.hold(held, user=request.user, trust=trust)
            return redirect("rubrics:preview_import", trust_pk=trust_pk, token=token)
    return render(request, "rubrics/exchange_import.html", {"form": form, "trust": trust})


@require_http_methods(["GET", "POST"])
def preview_import(request: HttpRequest, trust_pk: int, token: str) -> HttpResponse:
    """Show in numbers what a file would change, and change it when that is confirmed."""
    trust = get_object_or_404(queries.edited_trusts(request.user), pk=trust_pk)
    held = held_files.find(token, user=request.user, trust=trust)
    if held is None:
        raise PermissionDenied(NOT_HELD)
    if request.method == "POST" and (done := _imported(request, trust, held)):
        held_files.release(token, user=request.user, trust=trust)
        messages.success(request, _said(done))
        return redirect("rubrics:version", pk=done.version.pk)
    plan = plan_import(trust, held.text)
    context = {
        "trust": trust,
        "held": held,
        "plan": plan,
        "is_new": plan.outcome == NEW_FRAMEWORK,
        "is_same": plan.outcome == UNCHANGED,
    }
    return render(request, "rubrics/exchange_preview.html", context)


def _imported(
    request: HttpRequest, trust: Trust, held: held_files.HeldFile
) -> services.Imported | None:
    """Import what is held; None when it is not what the page showed, or cannot be."""
    try:
        return services.import_framework(
            trust=trust,
            text=held.text,
            file_name=held.name,
            seen=request.POST.get("seen") or "nothing",
            by=request.user,
            at=timezone.now(),
        )
    except services.PartChanged:
        messages.error(request, CHANGED_SINCE)
    except services.NameTaken:
        pass  # the page says so in its own place
    return None


def _said(done: services.Imported) -> str:
    plan: ImportPlan = done.plan
    named = f"{done.version.framework.name}, {done.version},"
    if plan.outcome == UNCHANGED:
        return f"{named} says all this already. Nothing was changed."
    return f"{named} is a draft that says what the file says."
