"""The transport of every letter: each app composes its own, the worker sends them.

A letter waits in the queue as part of the caller's transaction, so that it goes if and only if
the change it tells of was committed; it waits sealed, because it may carry a code or a link.

It is delivered at least once: a worker killed between the mail server's yes and its own note of it
leaves a letter that is sent again. Both copies are the same, down to the Message-ID, by which mail
systems tell doubles; a code or link in them is one and the same.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.background import task
from accounts.sealing import seal, unseal

Attachment = tuple[str, str | bytes, str]
RETRY_MINUTES = (1, 2, 5, 15, 60, 180)
"""How long to wait before each next attempt while the mail server is away."""


class UnsafeLetter(ValueError):
    """A subject, an address or a file name would break out of its header."""


def send(
    template: str,
    to: str | Iterable[str],
    subject: str,
    context: dict,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Queue one letter made of `mail/<template>.txt` and `mail/<template>.html`.

    `to` is one plain address or several; an attachment is (file name, content, media type).
    Raises UnsafeLetter for a line break in a header, ValidationError for what is no address.
    """
    addresses = [to] if isinstance(to, str) else list(to)
    _refuse_line_breaks(subject, *addresses, *(name for name, *_ in attachments))
    for address in addresses:
        validate_email(address)
    context = {"subject": subject, "site_url": settings.SITE_URL, **context}
    letter = EmailMultiAlternatives(
        subject, render_to_string(f"mail/{template}.txt", context), to=addresses
    )
    letter.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    for attachment in attachments:
        letter.attach(*attachment)
    post(letter)


def post(letter: EmailMultiAlternatives) -> None:
    """Queue a letter; one to nobody is queued too and never leaves (see `accounts.letters`)."""
    _refuse_line_breaks(letter.subject, *letter.to)
    domain = parseaddr(letter.from_email)[1].partition("@")[2]
    letter.extra_headers.setdefault("Message-ID", make_msgid(domain=domain or None))
    deliver.enqueue(seal(_pack(letter)))


def link(path: str) -> str:
    """Return the full address of a path of this site, for a letter."""
    return settings.SITE_URL.rstrip("/") + path


@task()
def deliver(sealed: str, attempt: int = 0) -> None:
    """Send a queued letter; while the mail server is away, try again later."""
    letter = _unpack(unseal(sealed))
    if not letter.to:
        return
    try:
        letter.send()
    except SMTPRecipientsRefused:
        raise
    except (OSError, SMTPException):
        if attempt >= len(RETRY_MINUTES) or not deliver.get_backend().supports_defer:
            raise
        later = timezone.now() + timedelta(minutes=RETRY_MINUTES[attempt])
        deliver.using(run_after=later).enqueue(sealed, attempt + 1)


def _refuse_line_breaks(*headers: str) -> None:
    for header in headers:
        if len(f"{header}.".splitlines()) > 1:
            raise UnsafeLetter(f"a header holds a line break: {header!r}")


def _pack(letter: EmailMultiAlternatives) -> str:
    return json.dumps(
        {
            "subject": letter.subject,
            "body": letter.body,
            "from_email": letter.from_email,
            "to": letter.to,
            "headers": letter.extra_headers,
            "alternatives": [[part.content, part.mimetype] for part in letter.alternatives],
            "attachments": [
                [part.filename, _to_base64(part.content), part.mimetype]
                for part in letter.attachments
            ],
        }
    )


def _unpack(packed: str) -> EmailMultiAlternatives:
    parts = json.loads(packed)
    alternatives, attachments = parts.pop("alternatives"), parts.pop("attachments")
    letter = EmailMultiAlternatives(**parts)
    for content, mimetype in alternatives:
        letter.attach_alternative(content, mimetype)
    for name, content, mimetype in attachments:
        letter.attach(name, base64.b64decode(content), mimetype)
    return letter


def _to_base64(content: str | bytes) -> str:
    content = content.encode() if isinstance(content, str) else content
    return base64.b64encode(content).decode()
