"""A request's id is in its reply, in its log lines and in its ledger entries."""

import logging

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from audit import ledger
from audit.middleware import RequestIdFilter, RequestIdMiddleware, current_request_id
from audit.models import Entry
from tests.audit.tampering import AT, CHAIN


@pytest.mark.django_db
def test_request_and_its_entries_share_an_id():
    def view(request):
        with transaction.atomic():
            ledger.record(chain=CHAIN, action="a.b", obj="x:1", by=None, at=AT)
        return HttpResponse()

    replies = [RequestIdMiddleware(view)(RequestFactory().get("/")) for _ in range(2)]
    ids = [reply["X-Request-ID"] for reply in replies]
    assert ids == list(Entry.objects.order_by("sequence").values_list("request_id", flat=True))
    assert len(set(ids)) == 2
    assert current_request_id() == ""


def test_id_is_gone_after_a_view_that_failed():
    def view(request):
        assert current_request_id()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert current_request_id() == ""


def test_id_that_a_visitor_sends_is_not_taken():
    request = RequestFactory().get("/", headers={"X-Request-ID": "mine"})
    reply = RequestIdMiddleware(lambda request: HttpResponse())(request)
    assert reply["X-Request-ID"] != "mine"


def test_log_line_outside_a_request_has_a_dash():
    record = logging.makeLogRecord({})
    assert RequestIdFilter().filter(record)
    assert record.request_id == "-"
