"""The directory of people, and how far each of them fits a seat."""

from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.models import User
from panels.composition import Seat, Sitter, State, check_sitter
from panels.models import SITTING, Member, Panel, Person
from panels.rulesets import load
from panels.sitters import post_of, sitter_of

PAGE_SIZE = 50
FITS, UNKNOWN, DOES_NOT_FIT = "Fits the seat", "Not everything is recorded", "Does not fit the seat"


@dataclass(frozen=True)
class Group:
    """People of the directory who fit a seat equally far."""

    label: str
    people: tuple[Person, ...]


def people_run(user: User) -> QuerySet[Person]:
    """Return the directory of the trusts a person works for in medical staffing."""
    return Person.objects.run_by(user).select_related("trust")


def directory(user: User, text: str, *, page: str | int) -> Page:
    """Return one page of the directory, narrowed to a text."""
    rows = people_run(user).order_by("name", "pk")
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(email__icontains=text)
            | Q(specialty__icontains=text)
            | Q(employer__icontains=text)
        )
    return Paginator(rows, PAGE_SIZE).get_page(page)


def free_people(panel: Panel) -> QuerySet[Person]:
    """Return the people of the trust's directory who are not on this panel."""
    on_panel = Member.objects.filter(panel=panel, status__in=SITTING).values("person")
    return (
        Person.objects.filter(trust=panel.appointment.trust_id)
        .exclude(pk__in=on_panel)
        .order_by("name", "pk")
    )


def people_for_seat(panel: Panel, seat: Seat | None) -> list[Group]:
    """Return the free people in groups: who fits, of whom too little is known, who does not fit.

    Who puts a member forward is asked when they are invited, so it does not count here.
    """
    people = list(free_people(panel))
    if seat is None:
        return [Group("People of the directory", tuple(people))] if people else []
    groups: dict[str, list[Person]] = {FITS: [], UNKNOWN: [], DOES_NOT_FIT: []}
    for person in people:
        groups[_fit(panel, seat, person)].append(person)
    return [Group(label, tuple(found)) for label, found in groups.items() if found]


def _fit(panel: Panel, seat: Seat, person: Person) -> str:
    rule_set = load(panel.appointment.rule_set_key)
    sitter = sitter_of(Member(panel=panel, person=person, seat=seat.code), None)
    states = _states(rule_set, seat, sitter, post_of(panel))
    if State.FAILS in states and seat.deputy.is_allowed:
        states = min(
            states,
            _states(rule_set, seat, replace(sitter, is_deputy=True), post_of(panel)),
            key=lambda found: (State.FAILS in found, State.CANNOT_TELL in found),
        )
    if State.FAILS in states:
        return DOES_NOT_FIT
    return UNKNOWN if State.CANNOT_TELL in states else FITS


def _states(rule_set, seat: Seat, sitter: Sitter, post) -> set[State]:
    return {
        finding.state
        for finding in check_sitter(rule_set, seat.code, sitter, post)
        if finding.stops and ".nominated_by" not in finding.rule
    }
