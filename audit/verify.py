"""Verify the ledger: recompute every chain and compare signed heads and anchors with it.

Nothing here trusts what it reads: a row that cannot even be read is a fault, not an error.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError
from django.db.models import Max

from audit.heads import is_signature_good
from audit.ledger import entry_hash, first_hash
from audit.models import Chain, Entry, SignedHead

UNREADABLE = (AttributeError, DatabaseError, OverflowError, TypeError, ValueError)
CANNOT_BE_READ = "cannot be read"


@dataclass(frozen=True)
class Fault:
    """The first place in a chain, or one signed head, that does not hold."""

    chain: str
    sequence: int
    words: str

    def __str__(self) -> str:
        return f"{self.chain} entry {self.sequence}: {self.words}"


@dataclass(frozen=True)
class Findings:
    """What was verified and what does not hold."""

    chains: int
    entries: int
    signed_heads: int
    anchors: int
    faults: tuple[Fault, ...]


class UnusableAnchor(ValueError):
    """An anchor file cannot be read as signed heads, one JSON object a line."""


def verify(anchors: Iterable[SignedHead] = ()) -> Findings:
    """Verify every chain, every signed head and the heads kept elsewhere.

    Only this installation's keys are trusted, or whoever rewrote a chain could sign it anew.
    """
    kept = list(anchors)
    return _verify(set(_keys(Chain, "key") + _keys(Entry, "chain_id")), SignedHead.objects, kept)


def verify_chain(key: str) -> Findings:
    """Verify one chain and its signed heads, in a fixed number of queries."""
    return _verify({key}, SignedHead.objects.filter(chain_id=key), [])


def _keys(model: type, field: str) -> list[str]:
    return list(model.objects.order_by().values_list(field, flat=True).distinct())


def _verify(keys: set[str], stored, kept: list[SignedHead]) -> Findings:
    heads, faults = _read_heads(stored)
    signed = defaultdict(list)
    for head in (*heads, *kept):
        signed[head.chain_id].append(head)
    entries = 0
    for key in sorted(keys | set(signed), key=str):
        walk = _Walk(key, {head.sequence for head in signed[key]})
        entries += walk.entries
        faults += [walk.fault] if walk.fault else []
        faults += _head_faults(signed[key], walk.hashes, is_known=key in keys)
    return Findings(len(keys), entries, len(heads), len(kept), tuple(dict.fromkeys(faults)))


class _Walk:
    """One pass through a chain: how far it holds, its first fault, and the hashes asked for.

    The head is read after the last sequence and before the entries, so that entries written
    meanwhile are never taken for faults: a later read of a chain can only show more.
    """

    def __init__(self, key: str, wanted: set[int]) -> None:
        self.key, self.wanted = key, wanted
        self.entries = 0
        self.hashes: dict[int, str] = {}
        try:
            self.fault = self._find()
        except UNREADABLE:
            self.fault = Fault(key, self.entries + 1, CANNOT_BE_READ)

    def _find(self) -> Fault | None:
        entries = Entry.objects.filter(chain_id=self.key)
        if self.wanted:
            rows = entries.filter(sequence__in=self.wanted).values_list("sequence", "hash")
            self.hashes = dict(rows)
        last = entries.aggregate(last=Max("sequence"))["last"]
        chain = Chain.objects.filter(key=self.key).first()
        if chain is None:
            return Fault(self.key, 0, "the whole chain is gone") if last else None
        fault = self._entries_fault(chain)
        if fault is None and last is not None and last > chain.sequence:
            fault = Fault(self.key, self.entries + 1, "stands after the head of its chain")
        return fault

    def _entries_fault(self, chain: Chain) -> Fault | None:
        previous = first_hash(chain.key, chain.salt) if chain.salt else None
        entries = Entry.objects.filter(chain_id=self.key, sequence__lte=chain.sequence)
        for entry in _readable(entries.order_by("sequence", "pk")):
            expected = self.entries + 1
            words = CANNOT_BE_READ if entry is None else _entry_fault(entry, previous, expected)
            if words:
                return Fault(self.key, expected, words)
            self.entries = expected
            previous = entry.hash
        if self.entries != chain.sequence:
            return Fault(self.key, self.entries + 1, "is missing, and every entry after it")
        if previous is not None and chain.hash != previous:
            return Fault(self.key, self.entries, "differs from the head of its chain")
        return None


def _readable(entries) -> Iterator[Entry | None]:
    """Yield entries in order; None in place of the first one that cannot be read."""
    read = 0
    try:
        for entry in entries.iterator(chunk_size=500):
            read += 1
            yield entry
    except UNREADABLE:
        try:
            yield from entries[read:].iterator(chunk_size=1)
        except UNREADABLE:
            yield None


def _entry_fault(entry: Entry, previous: str | None, expected: int) -> str:
    if entry.sequence != expected:
        is_gap = isinstance(entry.sequence, int) and entry.sequence > expected
        return f"is missing; the next is {entry.sequence}" if is_gap else "stands twice"
    if previous is not None and entry.previous_hash != previous:
        return "does not continue what stands before it"
    try:
        is_as_written = entry.hash == entry_hash(entry)
    except UNREADABLE:
        return CANNOT_BE_READ
    return "" if is_as_written else "was changed after it was written"


def _read_heads(stored) -> tuple[list[SignedHead], list[Fault]]:
    try:
        return list(stored.order_by("chain_id", "sequence")), []
    except UNREADABLE:
        return [], [Fault("signed heads", 0, CANNOT_BE_READ)]


def _head_faults(signed: list[SignedHead], hashes: dict[int, str], is_known: bool) -> list[Fault]:
    faults = []
    for head in signed:
        if not is_signature_good(head):
            words = "the signed head has a false signature or an unknown key"
        elif not is_known:
            words = "was signed, but the whole chain is gone"
        elif head.sequence not in hashes:
            words = "was signed, but does not stand there any more"
        elif hashes[head.sequence] != head.hash:
            words = "differs from the head that was signed"
        else:
            continue
        faults.append(Fault(head.chain_id, head.sequence, words))
    return faults


def read_anchors(path: Path) -> list[SignedHead]:
    """Return the signed heads of an anchor file.

    Raises UnusableAnchor, naming the first bad line, when it is not one.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UnusableAnchor(f"{path} cannot be read: {error}") from error
    return [
        _anchor(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()
    ]


def _anchor(path: Path, number: int, line: str) -> SignedHead:
    try:
        row = json.loads(line)
        signed_at = datetime.fromisoformat(row["signed_at"])
        is_sound = signed_at.utcoffset() is not None and type(row["sequence"]) is int
        texts = [row[name] for name in ("chain", "hash", "public_key", "signature")]
        if not is_sound or not all(isinstance(text, str) for text in texts):
            raise ValueError(line)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnusableAnchor(f"{path} line {number} is not a signed head") from error
    chain, hash_, public_key, signature = texts
    return SignedHead(
        chain_id=chain,
        sequence=row["sequence"],
        hash=hash_,
        signed_at=signed_at,
        public_key=public_key,
        signature=signature,
    )
