"""One INSERT, committed, and its time as JSON: the body of a score save without its duties."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from benchmarks.floor.models import Row


@require_POST
def insert(request: HttpRequest) -> JsonResponse:
    """Insert what was sent."""
    row = Row.objects.create(
        sheet=request.POST["sheet"],
        criterion=request.POST["criterion"],
        value=request.POST["value"],
        evidence=request.POST["evidence"],
        saved_at=timezone.now(),
    )
    response = JsonResponse({"version": row.pk, "saved_at": row.saved_at.isoformat()})
    response["Content-Length"] = len(response.content)  # CommonMiddleware is not there to do it
    return response
