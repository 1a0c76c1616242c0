"""The ledger as an auditor reads it: who did what, when and to what, never a value."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Role, Trust, User
from accounts.policies import trust_ids
from appointments.models import Appointment
from audit.models import Chain, Entry
from audit.reading import action_in_words, split_reference, thing_in_words
from audit.verify import Findings
from panels.models import Member

CHAINS_A_PAGE = 50
ENTRIES_A_PAGE = 50


class SitsOnThisPanel(PermissionError):
    """An auditor asked for the ledger of a panel they sit on, which would show others at work."""


@dataclass(frozen=True)
class ChainRow:
    """One chain: what it is about, how long it is and when it was last written."""

    key: str
    title: str
    reference: str
    entries: int
    last_at: datetime | None


@dataclass(frozen=True)
class EntryRow:
    """One entry in words."""

    sequence: int
    at: datetime
    who: str
    for_whom: str
    action: str
    thing: str


def audits(user: User) -> bool:
    """Say whether a person is an auditor of any trust."""
    return bool(trust_ids(user, Role.AUDITOR))


def trust_chains(user: User) -> list[ChainRow]:
    """Return the chains about the auditor's trusts themselves."""
    trusts = _trusts(user).order_by("name")
    return _rows([(f"trust:{trust.pk}", trust.name, "") for trust in trusts])


def appointment_chains(user: User, page: str | None) -> tuple[Page, list[ChainRow]]:
    """Return one page of appointments, the newest first, and the chain of each."""
    found = Paginator(_appointments(user).order_by("-pk"), CHAINS_A_PAGE).get_page(page)
    return found, _rows([(one.chain, one.post_title, one.reference) for one in found])


def chain_of(user: User, key: str) -> ChainRow | None:
    """Return one chain, or None where it is none of the auditor's.

    Raises SitsOnThisPanel for an appointment on whose panel the auditor sits.
    """
    kind, number = split_reference(key)
    if kind == "trust":
        titles = [(trust.name, "") for trust in _trusts(user).filter(pk=number)]
    elif kind == "appointment":
        titles = _titles(user, number)
    else:
        titles = []
    rows = _rows([(f"{kind}:{number}", *title) for title in titles])
    return rows[0] if rows and rows[0].key == key else None


def entries_of(key: str, page: str | None) -> tuple[Page, list[EntryRow]]:
    """Return one page of a chain's entries in words, the newest first."""
    entries = Entry.objects.filter(chain_id=key).order_by("-sequence").defer("old", "new", "reason")
    found = Paginator(entries, ENTRIES_A_PAGE).get_page(page)
    names = _names(found.object_list)
    return found, [_in_words(entry, names) for entry in found.object_list]


def findings_in_words(findings: Findings) -> str:
    """Return what verifying one chain found."""
    if findings.faults:
        places = "; ".join(f"entry {one.sequence} {one.words}" for one in findings.faults)
        return f"This chain does not hold: {places}. Tell whoever runs Quorate, and change nothing."
    signed = {0: "None of its heads was signed yet.", 1: "Its one signed head agrees."}.get(
        findings.signed_heads, f"All {findings.signed_heads} signed heads agree."
    )
    return (
        f"This chain holds: each of its {findings.entries} entries is as it was written,"
        f" none is missing and none was added between. {signed}"
    )


def _trusts(user: User) -> QuerySet[Trust]:
    return Trust.objects.filter(pk__in=trust_ids(user, Role.AUDITOR))


def _appointments(user: User) -> QuerySet[Appointment]:
    """Return the trusts' appointments less those whose panel the auditor sits on."""
    return Appointment.objects.filter(trust__in=trust_ids(user, Role.AUDITOR)).exclude(
        pk__in=_places(user).values("panel__appointment")
    )


def _places(user: User) -> QuerySet[Member]:
    return Member.objects.sitting().filter(person__user=user)


def _titles(user: User, number: int | None) -> list[tuple[str, str]]:
    of_trusts = Appointment.objects.filter(trust__in=trust_ids(user, Role.AUDITOR), pk=number)
    if of_trusts and _places(user).filter(panel__appointment=number).exists():
        raise SitsOnThisPanel(
            "You sit on this panel, so its ledger is closed to you: it shows when others score."
        )
    return [(one.post_title, one.reference) for one in of_trusts]


def _rows(titles: list[tuple[str, str, str]]) -> list[ChainRow]:
    last = Entry.objects.filter(chain=OuterRef("pk"), sequence=OuterRef("sequence"))
    chains = {
        chain.key: chain
        for chain in Chain.objects.filter(key__in=[key for key, *_ in titles]).annotate(
            last_at=Subquery(last.values("at")[:1])
        )
    }
    return [
        ChainRow(key, title, reference, chains[key].sequence, chains[key].last_at)
        if key in chains
        else ChainRow(key, title, reference, 0, None)
        for key, title, reference in titles
    ]


def _names(entries: list[Entry]) -> dict[int, str]:
    """Return the names of the people whom entries mention."""
    numbers = set()
    for entry in entries:
        for reference in (entry.actor, entry.on_behalf_of, entry.object):
            kind, number = split_reference(reference)
            if kind == "user":
                numbers.add(number)
    return {user.pk: user.name for user in User.objects.filter(pk__in=numbers)}


def _in_words(entry: Entry, names: dict[int, str]) -> EntryRow:
    return EntryRow(
        sequence=entry.sequence,
        at=entry.at,
        who=thing_in_words(entry.actor, names),
        for_whom=thing_in_words(entry.on_behalf_of, names) if entry.on_behalf_of else "",
        action=action_in_words(entry.action),
        thing=thing_in_words(entry.object, names),
    )
