"""Verify the ledger: recompute every chain and compare signed heads and anchors with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.heads import is_signature_good
from audit.ledger import entry_hash
from audit.models import Chain, Entry, SignedHead

START = "0" * 64


@dataclass(frozen=True)
class Fault:
    """The first place in a chain, or one anchor, that does not hold."""

    chain: str
    sequence: int
    words: str

    def __str__(self) -> str:
        return f"{self.chain} entry {self.sequence}: {self.words}"


def verify(anchor: Path | None = None) -> Iterator[Fault]:
    """Yield the first fault of each chain, then every signed head or anchor that disagrees.

    Only this installation's keys are trusted, or whoever rewrote a chain could sign it anew.
    """
    for chain in Chain.objects.order_by("key"):
        fault = _chain_fault(chain)
        if fault:
            yield fault
    known = set(Chain.objects.values_list("key", flat=True))
    for signed in SignedHead.objects.order_by("chain_id", "sequence"):
        yield from _head_faults(signed, known)
    if anchor is not None:
        for signed in read_anchors(anchor):
            yield from _head_faults(signed, known)


def _chain_fault(chain: Chain) -> Fault | None:
    previous, expected = START, 0
    for entry in chain.entries.order_by("sequence").iterator(chunk_size=2000):
        expected += 1
        words = _entry_fault(entry, previous, expected)
        if words:
            return Fault(chain.key, expected, words)
        previous = entry.hash
    if (chain.sequence, chain.hash) != (expected, previous):
        return Fault(chain.key, expected + 1, "entries after this one are missing")
    return None


def _entry_fault(entry: Entry, previous: str, expected: int) -> str:
    if entry.sequence != expected:
        return f"missing; the next one found is {entry.sequence}"
    if entry.previous_hash != previous:
        return "does not continue the entry before it"
    if entry.hash != entry_hash(entry):
        return "was changed after it was written"
    return ""


def _head_faults(signed: SignedHead, known: set[str]) -> Iterator[Fault]:
    place = (signed.chain_id, signed.sequence)
    if not is_signature_good(signed):
        yield Fault(*place, "the signed head has a false signature")
    elif signed.chain_id not in known:
        yield Fault(*place, "was signed, but the whole chain is gone")
    else:
        entry = Entry.objects.filter(chain_id=signed.chain_id, sequence=signed.sequence).first()
        if entry is None:
            yield Fault(*place, "was signed, but is gone")
        elif entry.hash != signed.hash:
            yield Fault(*place, "differs from the head that was signed")


def read_anchors(path: Path) -> Iterator[SignedHead]:
    """Yield the signed heads of an anchor file; raise ValueError naming the first bad line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield SignedHead(
                chain_id=row["chain"],
                sequence=row["sequence"],
                hash=row["hash"],
                signed_at=datetime.fromisoformat(row["signed_at"]),
                public_key=row["public_key"],
                signature=row["signature"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name} line {number} is not a signed head") from error
