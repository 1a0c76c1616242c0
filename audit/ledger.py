"""Write the ledger: every service calls `record` inside the transaction that makes the change.

The ledger names people and things by reference (`user:7`, `score:41`), never by name, and free
text enters it only as a salted digest, so that erasing a person or a chain's salt leaves a chain
that still verifies.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, models

from audit.middleware import current_request_id
from audit.models import Chain, Entry

DOMAIN = b"quorate.ledger.v1\n"
SYSTEM = "system"


class NotInTransaction(RuntimeError):
    """A ledger row was written outside the transaction of the change it describes."""


class NaiveTime(ValueError):
    """A ledger row was given a time without its zone, which elsewhere would be another time."""


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, exact characters."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def reference(thing: models.Model | str | None) -> str:
    """Name a model instance without personal data, as `score:41`; strings pass through."""
    if thing is None:
        return ""
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.model_name}:{thing.pk}"


def digest(chain: Chain, text: str) -> str:
    """Return a salted SHA-256 of free text, so that it can be proved but not read here."""
    return hashlib.sha256(chain.salt.encode() + b"\n" + text.encode()).hexdigest()


def first_hash(key: str, salt: str) -> str:
    """Return what a chain's first entry continues: it commits to the salt, which may be erased."""
    return hashlib.sha256(DOMAIN + canonical({"chain": key, "salt": salt}).encode()).hexdigest()


def entry_hash(entry: Entry) -> str:
    """Return the SHA-256 that binds an entry's every column to the one before it (trust.md §2)."""
    body = {
        "action": entry.action,
        "actor": entry.actor,
        "app_version": entry.app_version,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "chain": entry.chain_id,
        "new": entry.new,
        "object": entry.object,
        "old": entry.old,
        "on_behalf_of": entry.on_behalf_of,
        "previous_hash": entry.previous_hash,
        "reason": entry.reason,
        "request_id": entry.request_id,
        "sequence": entry.sequence,
    }
    return hashlib.sha256(DOMAIN + canonical(body).encode()).hexdigest()


def whole_milliseconds(at: datetime) -> datetime:
    """Return a time without what a JSON dump would lose, so that a restored ledger verifies."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def record(
    *,
    chain: str,
    action: str,
    obj: models.Model | str,
    by: models.Model | None,
    at: datetime,
    old: dict | None = None,
    new: dict | None = None,
    texts: dict[str, str] | None = None,
    reason: str = "",
    on_behalf_of: models.Model | None = None,
) -> Entry:
    """Append one entry to a chain, in the caller's transaction.

    `texts` is free text (evidence, statements): only its salted digest is kept, beside `new`.
    Raises NotInTransaction when no transaction is open: then the row could outlive its change.
    Raises NaiveTime when `at` has no zone.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{action} must be recorded inside the transaction it describes")
    if at.utcoffset() is None:
        raise NaiveTime(f"{action} was recorded at a time without its zone")
    head = _locked_head(chain)
    if texts:
        new = {**(new or {}), **{f"{key}_digest": digest(head, t) for key, t in texts.items() if t}}
    entry = Entry(
        chain=head,
        sequence=head.sequence + 1,
        previous_hash=head.hash,
        actor=reference(by) or SYSTEM,
        on_behalf_of=reference(on_behalf_of),
        action=action,
        object=reference(obj),
        old="" if old is None else canonical(old),
        new="" if new is None else canonical(new),
        reason=reason,
        at=whole_milliseconds(at),
        request_id=current_request_id(),
        app_version=settings.APP_VERSION,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save(update_fields=["sequence", "hash"])
    return entry


def _locked_head(key: str) -> Chain:
    """Return the chain's head, locked until the transaction ends; made at its first entry."""
    head = Chain.objects.select_for_update().filter(key=key).first()
    if head is None:
        salt = secrets.token_hex(32)
        Chain.objects.bulk_create(
            [Chain(key=key, salt=salt, hash=first_hash(key, salt))], ignore_conflicts=True
        )
        head = Chain.objects.select_for_update().get(key=key)
    return head
