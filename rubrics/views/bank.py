"""Pages of the question bank."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import trust_ids
from rubrics import queries, services
from rubrics.forms import BankFilterForm, RetireForm
from rubrics.models import Question
from rubrics.policies import can_edit_frameworks, edited_trust_ids

NOT_AN_EDITOR = "Only a framework editor of {trust} can retire or restore its questions."


@require_GET
def bank(request: HttpRequest) -> HttpResponse:
    """List the questions of the person's trusts, narrowed by the address."""
    has_drafts = bool(edited_trust_ids(request.user))
    is_draft = has_drafts and request.GET.get("source") == queries.DRAFTS
    competencies = queries.bank_competencies(request.user, is_draft=is_draft)
    has_several_trusts = len(trust_ids(request.user)) > 1
    form = BankFilterForm(
        request.GET,
        competencies=competencies,
        specialties=queries.specialties_asked(request.user),
        has_drafts=has_drafts,
    )
    wanted = form.narrowed_to
    found = queries.bank_page(
        request.user, wanted, page=request.GET.get("page", 1), on=timezone.localdate()
    )
    context = {
        "form": form,
        "bank": found,
        "page_obj": found.page,
        "specialty": wanted.get("specialty", ""),
        "is_narrowed": any(wanted.values()),
        "is_draft": is_draft,
        "has_several_trusts": has_several_trusts,
        "has_several_frameworks": has_several_trusts or len(competencies) > 1,
    }
    return render(request, "rubrics/bank.html", context)


@require_GET
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one question with its anchors beside it and where it was asked."""
    found = get_object_or_404(queries.visible_questions(request.user), pk=pk)
    page = queries.bank_question(found, page=request.GET.get("page", 1))
    context = {
        "page": page,
        "page_obj": page.uses,
        "can_retire": can_edit_frameworks(request.user, page.version.framework.trust),
    }
    return render(request, "rubrics/question.html", context)


@require_http_methods(["GET", "POST"])
def retire_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question out of use, with the reason."""
    found = _editable(request, pk)
    form = RetireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.retire_question(
                trust=_trust_of(found),
                key=found.key,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except services.RetiredAlready as error:
            messages.info(request, f"{error} Nothing was changed.")
        else:
            messages.success(request, "The question is retired. You can restore it here.")
        return redirect("rubrics:question", pk=pk)
    return render(request, "rubrics/question_retire.html", {"form": form, "question": found})


@require_POST
def restore_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a retired question be asked again."""
    found = _editable(request, pk)
    try:
        services.restore_question(
            trust=_trust_of(found), key=found.key, by=request.user, at=timezone.now()
        )
    except services.NotRetired as error:
        messages.info(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, "The question can be asked again.")
    return redirect("rubrics:question", pk=pk)


def _editable(request: HttpRequest, pk: int) -> Question:
    """Return a question the person may retire; 403 when it is only theirs to read."""
    found = get_object_or_404(queries.visible_questions(request.user), pk=pk)
    trust = _trust_of(found)
    if not can_edit_frameworks(request.user, trust):
        raise PermissionDenied(NOT_AN_EDITOR.format(trust=trust))
    return found


def _trust_of(found: Question):
    return found.competency.domain.version.framework.trust
