"""What every page that changes frameworks asks first: seen at all, then allowed to edit."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from rubrics import queries, services
from rubrics.models import Competency, Domain, FrameworkVersion, Question, VersionStatus
from rubrics.policies import can_edit_frameworks

NOT_AN_EDITOR = "Only a framework editor of {trust} can change its frameworks."
PARTS = {
    "domain": queries.visible_domains,
    "competency": queries.visible_competencies,
    "question": queries.visible_questions,
}


def editable(request: HttpRequest, pk: int) -> FrameworkVersion:
    """Return a version the person may edit; 404 when it is not theirs, 403 when only to read."""
    found = get_object_or_404(queries.visible_versions(request.user), pk=pk)
    require_editor(request, found)
    return found


def draft(request: HttpRequest, pk: int) -> FrameworkVersion:
    """Return a draft the person may edit; also 403 when it is published or retired."""
    found = editable(request, pk)
    _require_draft(found)
    return found


def draft_part(request: HttpRequest, kind: str, pk: int) -> Domain | Competency | Question:
    """Return a domain, competency or question of a draft the person may edit."""
    part = get_object_or_404(PARTS[kind](request.user), pk=pk)
    found = services.version_of(part)
    require_editor(request, found)
    _require_draft(found)
    return part


def require_editor(request: HttpRequest, found: FrameworkVersion) -> None:
    """Refuse with 403 a person who does not edit the frameworks of the version's trust."""
    trust = found.framework.trust
    if not can_edit_frameworks(request.user, trust):
        raise PermissionDenied(NOT_AN_EDITOR.format(trust=trust))


def refuse_closed(error: services.VersionNotDraft) -> NoReturn:
    """Refuse with 403 and the reason what came after the version was published."""
    raise PermissionDenied(str(error)) from error


def _require_draft(found: FrameworkVersion) -> None:
    if found.status != VersionStatus.DRAFT:
        refuse_closed(services.VersionNotDraft(found))
