"""Pages on which a framework editor changes a draft."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rubrics import queries, services
from rubrics.forms import (
    CompetencyForm,
    DetailsForm,
    DomainForm,
    NewFrameworkForm,
    QuestionForm,
    ScaleForm,
)
from rubrics.models import FrameworkVersion
from rubrics.views.access import draft, draft_part, refuse_closed

SCALE_CHANGED = (
    "Somebody gave this draft another scale meanwhile. Nothing was saved: copy what you wrote, and"
    " open the page again."
)
CHANGED_MEANWHILE = (
    "Somebody else changed this {thing} while you were writing. Your words are below and not"
    " saved yet. Open the version in another tab to compare, then save again to replace theirs."
)
CHANGED_SINCE = (
    "Somebody changed the draft after this page was shown to you, so nothing was {done}."
    " Look at it as it is now and try again."
)
ANCHORS = (
    "For each score, write the behaviour a member would see or hear. You can save with a box left"
    " empty; the version can be published when none is."
)
STEPS = {"up": -1, "down": 1}


@require_http_methods(["GET", "POST"])
def start_framework(request: HttpRequest, trust_pk: int) -> HttpResponse:
    """Start a framework from nothing."""
    trust = get_object_or_404(queries.edited_trusts(request.user), pk=trust_pk)
    form = NewFrameworkForm(request.POST or None)
    if form.is_valid():
        found = _saved(
            form,
            lambda: services.start_framework(
                trust=trust, **form.cleaned_data, by=request.user, at=timezone.now()
            ),
        )
        if found:
            messages.success(request, f"{found.framework.name} is started. Add its first domain.")
            return redirect("rubrics:version", pk=found.pk)
    context = {
        "form": form,
        "heading": "Start a framework from nothing",
        "caption": trust.name,
        "leave_url": reverse("rubrics:frameworks"),
    }
    return render(request, "rubrics/draft_form.html", context)


@require_http_methods(["GET", "POST"])
def edit_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name, source and licence note of a draft's framework."""
    found = draft(request, pk)
    form = DetailsForm(request.POST or None, version=found)
    if form.is_valid() and _saved(
        form,
        lambda: services.update_details(
            version=found, **form.cleaned_data, by=request.user, at=timezone.now()
        ),
    ):
        messages.success(request, "The name, source and licence note are saved.")
        return redirect("rubrics:version", pk=pk)
    intro = "These are shown with every version of this framework, published ones too."
    return _form_page(request, form, found, "Name and source", intro=intro)


@require_http_methods(["GET", "POST"])
def change_scale(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the scale a draft is scored on."""
    found = draft(request, pk)
    form = ScaleForm(request.POST or None, version=found, scales=queries.scale_choices(found))
    if form.is_valid() and _saved(
        form,
        lambda: services.change_scale(
            version=found, **form.cleaned_data, by=request.user, at=timezone.now()
        ),
    ):
        return _scale_saved(request, pk)
    intro = (
        "Anchors stay at the scores that the new scale still has. Members can always answer"
        " “not assessed”, whatever the scale."
    )
    return _form_page(request, form, found, "Choose the scale", intro=intro)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the last change of a draft, if it still is the one on the page."""
    found = draft(request, pk)
    try:
        undone = services.undo_last_change(
            version=found, seen=_number(request, "seen"), by=request.user, at=timezone.now()
        )
    except services.PartChanged:
        messages.error(request, CHANGED_SINCE.format(done="undone"))
    except services.NothingToUndo as error:
        messages.info(request, str(error))
    except services.VersionNotDraft as error:
        refuse_closed(error)
    else:
        messages.success(request, f"Undone: {undone}.")
    return redirect("rubrics:version", pk=pk)


@require_POST
def add_library(request: HttpRequest, pk: int, library_slug: str) -> HttpResponse:
    """Add every domain of a starter framework at the end of a draft."""
    found = draft(request, pk)
    try:
        services.add_library(version=found, slug=library_slug, by=request.user, at=timezone.now())
    except services.UnknownLibrary as error:
        messages.error(request, str(error))
    except services.VersionNotDraft as error:
        refuse_closed(error)
    else:
        messages.success(request, "Added at the end. Remove what you do not need, or undo it.")
    return redirect("rubrics:version", pk=pk)


@require_http_methods(["GET", "POST"])
def add_domain(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a domain at the end of a draft."""
    found = draft(request, pk)
    form = DomainForm(request.POST or None, code=queries.free_code(found))
    if form.is_valid() and (
        made := _saved(
            form,
            lambda: services.add_domain(
                version=found, **_words(form), by=request.user, at=timezone.now()
            ),
        )
    ):
        messages.success(request, f"{made} is added. Add its first competency.")
        return redirect(address(made))
    return _form_page(request, form, found, "Add a domain")


@require_http_methods(["GET", "POST"])
def edit_domain(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of one domain of a draft."""
    domain = draft_part(request, "domain", pk)
    form = DomainForm(request.POST or None, stored=domain)
    if form.is_valid() and (
        saved := _saved(
            form,
            lambda: services.update_domain(
                domain=domain, **form.cleaned_data, by=request.user, at=timezone.now()
            ),
            "domain",
        )
    ):
        messages.success(request, f"{saved} is saved.")
        return redirect(address(saved))
    return _form_page(request, form, domain.version, str(domain))


@require_http_methods(["GET", "POST"])
def add_competency(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a competency at the end of a draft's domain."""
    domain = draft_part(request, "domain", pk)
    found = domain.version
    form = CompetencyForm(
        request.POST or None, scale=found.scale, code=queries.free_code(found, domain)
    )
    if form.is_valid() and (
        made := _saved(
            form,
            lambda: services.add_competency(
                domain=domain, **_competency_words(form), by=request.user, at=timezone.now()
            ),
        )
    ):
        messages.success(request, f"{made} is added. Give it questions to ask.")
        return redirect("rubrics:draft_questions", pk=made.pk)
    return _form_page(request, form, found, f"Add a competency to {domain}", intro=ANCHORS)


@require_http_methods(["GET", "POST"])
def edit_competency(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of one competency of a draft."""
    competency = draft_part(request, "competency", pk)
    found = competency.domain.version
    form = CompetencyForm(
        request.POST or None, stored=queries.text_of(competency), scale=found.scale
    )
    if form.is_valid() and (
        saved := _saved(
            form,
            lambda: services.update_competency(
                competency=competency,
                **_competency_words(form),
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            ),
            "competency",
        )
    ):
        messages.success(request, f"{saved} is saved.")
        return redirect(address(saved))
    return _form_page(request, form, found, str(competency), intro=ANCHORS, competency=competency)


@require_GET
def draft_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questions of a draft's competency, to add, order, change and remove them."""
    competency = draft_part(request, "competency", pk)
    context = {
        "page": queries.questions_page(competency),
        "version": competency.domain.version,
        "last_change": queries.last_change(competency.domain.version),
    }
    return render(request, "rubrics/draft_questions.html", context)


@require_http_methods(["GET", "POST"])
def add_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question at the end of a competency's list."""
    competency = draft_part(request, "competency", pk)
    form = QuestionForm(request.POST or None)
    if form.is_valid() and _saved(
        form,
        lambda: services.add_question(
            competency=competency, **form.words, by=request.user, at=timezone.now()
        ),
    ):
        messages.success(request, "The question is added.")
        return redirect("rubrics:draft_questions", pk=pk)
    leave = reverse("rubrics:draft_questions", args=[pk])
    found = competency.domain.version
    return _form_page(request, form, found, f"Add a question to {competency}", leave_url=leave)


@require_http_methods(["GET", "POST"])
def edit_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one question of a draft."""
    question = draft_part(request, "question", pk)
    competency = question.competency
    form = QuestionForm(request.POST or None, stored=question)
    if form.is_valid() and _saved(
        form,
        lambda: services.update_question(
            question=question,
            **form.words,
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        ),
        "question",
    ):
        messages.success(request, "The question is saved.")
        return redirect(address(question))
    heading = f"Question {question.position} of {competency}"
    leave = reverse("rubrics:draft_questions", args=[competency.pk])
    return _form_page(request, form, competency.domain.version, heading, leave_url=leave)


@require_POST
def move_part(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Move a domain, competency or question one place up or down."""
    part = draft_part(request, kind, pk)
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        messages.error(request, "Choose up or down. Nothing was moved.")
        return redirect(address(part))
    try:
        part = services.move_part(
            part=part,
            step=step,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
    except services.PartChanged:
        messages.error(request, CHANGED_SINCE.format(done="moved"))
    except services.VersionNotDraft as error:
        refuse_closed(error)
    return redirect(address(part))


@require_POST
def remove_part(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a domain, competency or question out of a draft; the page offers to undo it."""
    part = draft_part(request, kind, pk)
    try:
        removed = services.remove_part(
            part=part, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now()
        )
    except services.PartChanged:
        messages.error(request, CHANGED_SINCE.format(done="removed"))
        return redirect(address(part))
    except services.VersionNotDraft as error:
        refuse_closed(error)
    messages.success(request, f"Removed {removed}. You can undo this.")
    if kind == "question":
        return redirect("rubrics:draft_questions", pk=part.competency_id)
    return redirect("rubrics:version", pk=services.version_of(part).pk)


def address(part) -> str:
    """Return where on which page a part of a draft stands."""
    kind = part._meta.model_name
    if kind == "question":
        page = reverse("rubrics:draft_questions", args=[part.competency_id])
    else:
        page = reverse("rubrics:version", args=[services.version_of(part).pk])
    return f"{page}#{kind}-{part.pk}"


def _form_page(request, form: Form, version: FrameworkVersion, heading: str, **more):
    context = {
        "form": form,
        "version": version,
        "heading": heading,
        "caption": f"{version.framework.name}, {version}, draft",
        "leave_url": reverse("rubrics:version", args=[version.pk]),
    }
    return render(request, "rubrics/draft_form.html", context | more)


def _saved(form: Form, save: Callable[[], object], thing: str = "page") -> object | None:
    """Store what a form holds; what stands against it is said in the form, which keeps its words.

    Refused with 403 when the version was published meanwhile.
    """
    try:
        return save()
    except services.VersionNotDraft as error:
        refuse_closed(error)
    except services.PartChanged:
        form.add_error(None, CHANGED_MEANWHILE.format(thing=thing))
        form.take_current_state()
    except services.ValueOffScale:
        form.add_error(None, SCALE_CHANGED)
    except services.CodeTaken as error:
        form.add_error("code", str(error))
    except services.NameTaken as error:
        form.add_error("name", str(error))
    return None


def _words(form: Form) -> dict:
    return {name: form.cleaned_data[name] for name in ("code", "name", "summary")}


def _competency_words(form: CompetencyForm) -> dict:
    return _words(form) | {"anchors": form.anchors, "tags": form.tags}


def _scale_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the new scale leaves to write, and go back to the version."""
    found = draft(request, pk)
    missing = len(queries.version_page(found).missing)
    ends = found.scale.ends
    if missing:
        word = "competency lacks" if missing == 1 else "competencies lack"
        messages.warning(request, f"Scored {ends} now. {missing} {word} an anchor: see below.")
    else:
        messages.success(request, f"Scored {ends} now. Every anchor is there.")
    return redirect("rubrics:version", pk=pk)


def _number(request: HttpRequest, name: str) -> int:
    """Return a posted whole number; anything else is no row's number."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else 0
