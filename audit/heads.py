"""Sign chain heads with Ed25519 and append them to a file kept off the machine."""

import hashlib
import json
import os
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from audit.ledger import DOMAIN, canonical, whole_milliseconds
from audit.models import Chain, SignedHead


class NoLedgerKey(RuntimeError):
    """QUORATE_LEDGER_KEY is not set, so nothing can be signed."""


def _private_key() -> Ed25519PrivateKey:
    if not settings.LEDGER_KEY:
        raise NoLedgerKey("QUORATE_LEDGER_KEY is not set: see docs/operators.md")
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(settings.LEDGER_KEY.encode()).digest()
    )


def trusted_keys() -> set[str]:
    """Return the public keys whose signatures count: the one in use and those retired."""
    keys = {key.strip().lower() for key in settings.LEDGER_FORMER_KEYS}
    if settings.LEDGER_KEY:
        keys.add(_private_key().public_key().public_bytes_raw().hex())
    return keys


def head_message(chain: str, sequence: int, hash_: str, signed_at: datetime) -> bytes:
    """Return the bytes that a signature covers."""
    at = signed_at.astimezone(UTC).isoformat(timespec="microseconds")
    body = {"chain": chain, "sequence": sequence, "hash": hash_, "signed_at": at}
    return DOMAIN + canonical(body).encode()


@transaction.atomic
def sign_head(*, chain: str, at: datetime) -> SignedHead:
    """Sign a chain's present head; signing the same head again returns the first signature.

    The signed head is appended to LEDGER_ANCHORS once the transaction has committed; where that
    fails it is logged, and `keep_missing` appends it later.
    Raises Chain.DoesNotExist for an empty chain and NoLedgerKey without a key.
    """
    head = Chain.objects.select_for_update().get(key=chain)
    known = head.signed_heads.filter(sequence=head.sequence).first()
    if known is not None:
        return known
    key, at = _private_key(), whole_milliseconds(at)
    signed = SignedHead.objects.create(
        chain=head,
        sequence=head.sequence,
        hash=head.hash,
        signed_at=at,
        public_key=key.public_key().public_bytes_raw().hex(),
        signature=key.sign(head_message(head.key, head.sequence, head.hash, at)).hex(),
    )
    transaction.on_commit(lambda: _append([signed]), robust=True)
    return signed


def sign_every_head(*, at: datetime) -> list[SignedHead]:
    """Sign the head of every chain that has entries; raises NoLedgerKey without a key."""
    keys = Chain.objects.filter(sequence__gte=1).order_by("key").values_list("key", flat=True)
    return [sign_head(chain=key, at=at) for key in keys]


def keep_missing() -> int:
    """Append to LEDGER_ANCHORS each signed head that it lacks; returns how many there were."""
    path = settings.LEDGER_ANCHORS
    kept = set(path.read_text(encoding="utf-8").splitlines()) if path.exists() else set()
    missing = [
        signed
        for signed in SignedHead.objects.order_by("signed_at", "pk")
        if _line(signed) not in kept
    ]
    _append(missing)
    return len(missing)


def is_signature_good(signed: SignedHead) -> bool:
    """Say whether a signed head was signed by a key of ours and fits its content."""
    if signed.public_key not in trusted_keys():
        return False
    try:
        message = head_message(signed.chain_id, signed.sequence, signed.hash, signed.signed_at)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.public_key))
        key.verify(bytes.fromhex(signed.signature), message)
    except (AttributeError, InvalidSignature, TypeError, ValueError):
        return False
    return True


def _append(heads: list[SignedHead]) -> None:
    """Append heads to the file and have the disk keep them."""
    path = settings.LEDGER_ANCHORS
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{_line(signed)}\n" for signed in heads))
        file.flush()
        os.fsync(file.fileno())


def _line(signed: SignedHead) -> str:
    return json.dumps(
        {
            "chain": signed.chain_id,
            "sequence": signed.sequence,
            "hash": signed.hash,
            "signed_at": signed.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "public_key": signed.public_key,
            "signature": signed.signature,
        },
        sort_keys=True,
    )
