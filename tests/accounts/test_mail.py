"""A letter goes once, if what it tells of was committed, and nothing breaks out of its headers."""

import smtplib

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from accounts import mail
from tests.accounts.conftest import AT

pytestmark = pytest.mark.django_db
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def send(member):
    def send_letter(to="sian@nhs.example", subject="Choose your password", **more):
        mail.send(
            "set_password",
            to,
            subject,
            {"user": member, "link": "https://x.example/a?b=1&c=2"},
            **more,
        )

    return send_letter


def test_letter_has_a_plain_and_a_formatted_part(send, settings):
    send()
    [letter] = django_mail.outbox
    assert (letter.subject, letter.to) == ("Choose your password", ["sian@nhs.example"])
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL
    assert "https://x.example/a?b=1&c=2\n" in letter.body
    assert settings.SITE_URL in letter.body
    [(html, mimetype)] = letter.alternatives
    assert mimetype == "text/html"
    assert 'href="https://x.example/a?b=1&amp;c=2"' in html


def test_name_that_is_html_stays_text(send, member):
    member.name = "<script>alert(1)</script>"
    send()
    [letter] = django_mail.outbox
    assert "<script>" not in letter.alternatives[0].content
    assert "Dear <script>alert(1)</script>" in letter.body


def test_calendar_file_is_attached(send):
    send(attachments=[("panel.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Ngũgĩ\r\n", "text/calendar")])
    [(name, content, mimetype)] = django_mail.outbox[0].attachments
    assert (name, mimetype) == ("panel.ics", "text/calendar")
    text = content if isinstance(content, str) else content.decode()
    assert text == "BEGIN:VCALENDAR\r\nSUMMARY:Ngũgĩ\r\n"


def test_bytes_are_attached_as_they_are(send):
    send(attachments=[("report.pdf", b"%PDF\x00\xff", "application/pdf")])
    assert django_mail.outbox[0].attachments[0].content == b"%PDF\x00\xff"


BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize("place", ["{}Bcc: x@y.example", "Hello{}Bcc: x@y.example", "Hello{}"])
def test_line_break_in_a_subject_is_refused(send, line_break, place):
    subject = place.format(line_break)
    with pytest.raises(mail.UnsafeLetter):
        send(subject=subject)
    assert django_mail.outbox == []


@pytest.mark.parametrize(
    "to",
    [
        "a@nhs.example\nBcc: b@nhs.example",
        "a@nhs.example\r",
        "a@nhs.example, b@nhs.example",
        "Siân <a@nhs.example>",
        "",
        "nobody",
    ],
)
def test_what_is_not_one_plain_address_is_refused(send, to):
    with pytest.raises((mail.UnsafeLetter, ValidationError)):
        send(to=to)
    assert django_mail.outbox == []


def test_line_break_in_a_file_name_is_refused(send):
    with pytest.raises(mail.UnsafeLetter):
        send(attachments=[("a.ics\r\nX: y", "", "text/calendar")])


def test_several_addresses_get_one_letter(send):
    send(to=["a@nhs.example", "b@nhs.example"])
    assert [letter.to for letter in django_mail.outbox] == [["a@nhs.example", "b@nhs.example"]]


def test_link_is_a_full_address(settings):
    settings.SITE_URL = "https://quorate.nhs.example/"
    assert mail.link("/people/") == "https://quorate.nhs.example/people/"


# The queue


@pytest.fixture
def queue(settings):
    """Let letters wait in the database; return what a worker does."""
    settings.TASKS = QUEUE

    def work():
        call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)

    return work


@pytest.mark.django_db(transaction=True)
def test_letter_of_a_change_that_is_rolled_back_never_goes(queue, send):
    class ChangeFailed(Exception):
        pass

    with pytest.raises(ChangeFailed), transaction.atomic():
        _send_and_fail(send, ChangeFailed)
    send(subject="The other")
    queue()
    assert [letter.subject for letter in django_mail.outbox] == ["The other"]


def _send_and_fail(send, error):
    send(subject="The one")
    raise error


@pytest.mark.django_db(transaction=True)
def test_letter_waits_unreadable(queue, send):
    send()
    [job] = DBTaskResult.objects.all()
    waiting = str(job.args_kwargs)
    assert "sian" not in waiting
    assert "x.example" not in waiting
    queue()
    assert len(django_mail.outbox) == 1
    assert "sian" not in str(DBTaskResult.objects.values())


@pytest.mark.django_db(transaction=True)
def test_letter_is_tried_again_while_the_mail_server_is_away(queue, send, monkeypatch):
    plain = EmailBackend.send_messages

    def away(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    with time_machine.travel(AT, tick=True) as clock:
        send()
        queue()
        clock.shift(61)
        queue()
        assert django_mail.outbox == []
        monkeypatch.setattr(EmailBackend, "send_messages", plain)
        clock.shift(30)
        queue()
        assert django_mail.outbox == []
        clock.shift(91)
        queue()
        queue()
    assert len(django_mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_letter_to_an_address_that_is_refused_is_not_tried_again(queue, send, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    send()
    queue()
    assert [job.status for job in DBTaskResult.objects.all()] == ["FAILED"]


@pytest.mark.django_db(transaction=True)
def test_letter_is_given_up_at_last(queue, send, monkeypatch):
    def away(self, messages):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    with time_machine.travel(AT, tick=True) as clock:
        send()
        for _ in range(len(mail.RETRY_MINUTES) + 3):
            queue()
            clock.shift(4 * 60 * 60)
    statuses = [job.status for job in DBTaskResult.objects.order_by("enqueued_at")]
    assert statuses == ["SUCCESSFUL"] * len(mail.RETRY_MINUTES) + ["FAILED"]
