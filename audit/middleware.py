"""Give every request an id that its log lines and its ledger entries share."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the id of the request being served, or an empty string outside one."""
    return _request_id.get()


class RequestIdMiddleware:
    """Set a fresh id for the time of one request and name it in the reply."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = _request_id.get()
            return response
        finally:
            _request_id.reset(token)


class RequestIdFilter(logging.Filter):
    """Add the request's id to each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, with its id or a dash."""
        record.request_id = current_request_id() or "-"
        return True
