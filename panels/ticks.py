"""Findings of the composition check as the ticks that pages show."""

from collections.abc import Iterable
from dataclasses import dataclass

from panels.composition import Finding, State

TO_CHECK = "Not yet confirmed in law: check before you rely on it."


@dataclass(frozen=True)
class Tick:
    """One line: holds, fails or cannot tell; in words, with its source and what would mend it."""

    state: str
    text: str
    source: str
    mend: str


def ticks_of(findings: Iterable[Finding]) -> list[Tick]:
    """Return findings as ticks: what stops the panel first, then warnings, then what holds."""
    ordered = sorted(findings, key=lambda f: (not f.is_blocking, not f.is_warning))
    return list(
        dict.fromkeys(
            Tick(str(f.state), f.words, with_confirmation(f.source, f.is_confirmed), f.mend)
            for f in ordered
        )
    )


def kept_findings(kept: Iterable[dict]) -> list[Finding]:
    """Return the findings that were kept with a panel when it was opened."""
    return [Finding(**{**one, "state": State(one["state"])}) for one in kept]


def with_confirmation(source: str, is_confirmed: bool) -> str:
    """Name a rule's source, and say plainly where nobody has confirmed it yet."""
    return source if is_confirmed else f"{source}. {TO_CHECK}"
