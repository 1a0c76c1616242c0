"""The auditor's page: the ledger of their trust, readable and verifiable without any mark."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.verify import verify_chain
from config import chains


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """List the chains of the auditor's trusts and of their appointments."""
    if not chains.audits(request.user):
        raise Http404
    page, rows = chains.appointment_chains(request.user, request.GET.get("page"))
    context = {"trusts": chains.trust_chains(request.user), "page_obj": page, "rows": rows}
    return render(request, "ledger/chains.html", context)


@require_GET
def chain(request: HttpRequest, key: str) -> HttpResponse:
    """Show one chain's entries and, when asked, verify it."""
    try:
        row = chains.chain_of(request.user, key)
    except chains.SitsOnThisPanel as error:
        raise PermissionDenied(str(error)) from error
    if row is None:
        raise Http404
    page, entries = chains.entries_of(key, request.GET.get("page"))
    context = {"row": row, "page_obj": page, "entries": entries, "findings": None, "verdict": ""}
    if "verify" in request.GET:
        context["findings"] = verify_chain(key)
        context["verdict"] = chains.findings_in_words(context["findings"])
    return render(request, "ledger/chain.html", context)
