"""The panel's page as one read model: seats, check and who has declared."""

from dataclasses import dataclass

from accounts.models import Trust
from appointments.stages import Stage
from panels.composition import Moment, Needed, RuleSet, Seat, State
from panels.models import SITTING, Member, MemberStatus, Panel
from panels.queries.seats import candidate_ids, composition_of, members_at_table
from panels.rulesets import load, load_all
from panels.ticks import Tick, with_confirmation

COLOURS = {MemberStatus.INVITED: "yellow", MemberStatus.ACCEPTED: "green"}
ON_THE_DAY = (Stage.SHORTLISTED, Stage.IN_SESSION)
NEEDED = {
    Needed.ALWAYS: "",
    Needed.OPTIONAL: "May stay empty.",
    Needed.SUBSTANTIAL_TEACHING_OR_RESEARCH: "Only where teaching or research is substantial.",
}


@dataclass(frozen=True)
class Check:
    """The composition check: when, in one sentence, and finding by finding."""

    when: str
    summary: str
    stopping: list[Tick]
    warning: list[Tick]
    holding: list[Tick]


@dataclass(frozen=True)
class Place:
    """One person's place on a panel, in words."""

    member: Member
    seat: str
    status_words: str
    colour: str


@dataclass(frozen=True)
class SeatRow:
    """One seat of the rule set: who may fill it, and who does."""

    code: str
    name: str
    who: str
    needed: str
    place: Place | None

    @property
    def short(self) -> str:
        """The seat's glyph."""
        return "".join(word[0] for word in self.name.split()).upper()

    @property
    def label(self) -> str:
        """The seat's name for who cannot see the glyph."""
        return self.name

    @property
    def is_filled(self) -> bool:
        """Whether somebody is put down for it."""
        return self.place is not None


@dataclass(frozen=True)
class Declared:
    """How far one member has declared; never what."""

    name: str
    words: str


@dataclass(frozen=True)
class PanelPage:
    """Everything the panel's page shows."""

    panel: Panel
    rule_set: RuleSet
    seats: list[SeatRow]
    additional: list[Place]
    gone: list[Place]
    check: Check
    declared: list[Declared]
    asks_for_local_consultant: bool


def rule_sets_of(trust: Trust) -> list[tuple[str, str]]:
    """Return the rule sets of the trust's nation, as (key, name), those of its own kind first."""
    nation, kind = trust.get_nation_display(), trust.get_kind_display().casefold()
    found = [each for each in load_all() if each.nation == nation]
    found.sort(key=lambda each: each.kind.casefold() not in kind)
    return [(each.key, each.name) for each in found]


def seat_asked_for(panel: Panel, code: str) -> Seat | None:
    """Return the seat with this code, if the panel's rules have it."""
    return load(panel.appointment.rule_set_key).seat_by_code.get(code)


def place_of(member: Member) -> Place:
    """Return a member's place in words."""
    rule_set = load(member.panel.appointment.rule_set_key)
    return _place(member, rule_set)


def panel_page(panel: Panel) -> PanelPage:
    """Read everything the panel's page shows, in a fixed number of queries."""
    rule_set = load(panel.appointment.rule_set_key)
    members = list(panel.members.select_related("person").order_by("position"))
    sitting = [member for member in members if member.status in SITTING]
    return PanelPage(
        panel=panel,
        rule_set=rule_set,
        seats=[_seat_row(seat, sitting, rule_set) for seat in rule_set.seats],
        additional=[
            _place(member, rule_set)
            for member in sitting
            if member.seat not in rule_set.seat_by_code
        ],
        gone=[_place(member, rule_set) for member in members if member.status not in SITTING],
        check=_kept_check(panel) if panel.opened_at else _check(panel),
        declared=_declared(panel),
        asks_for_local_consultant=any(
            demand.name == "practises_in_specialty_or_none_available"
            for seat in rule_set.seats
            for demand in seat.demands
        ),
    )


def _seat_row(seat: Seat, sitting: list[Member], rule_set: RuleSet) -> SeatRow:
    holder = next((member for member in sitting if member.seat == seat.code), None)
    return SeatRow(
        code=seat.code,
        name=seat.name,
        who=seat.who,
        needed=NEEDED[seat.needed],
        place=_place(holder, rule_set) if holder else None,
    )


def _place(member: Member, rule_set: RuleSet) -> Place:
    seat = rule_set.seat_by_code.get(member.seat)
    words = seat.name if seat else "Additional member"
    if seat and member.is_deputy:
        words = f"Deputy for the {seat.term}"
    return Place(
        member=member,
        seat=words,
        status_words=member.get_status_display(),
        colour=COLOURS.get(member.status, "grey"),
    )


def _check(panel: Panel) -> Check:
    is_day = panel.appointment.stage in ON_THE_DAY
    found = composition_of(panel, Moment.OPENING if is_day else Moment.CONVENING)
    when = (
        "As it would open now, if everybody who accepted were in the room."
        if is_day
        else "As it is put together so far, with everybody who is invited."
    )
    rows = [(f.state, f.words, f.mend, f.source, f.is_confirmed, f.stops) for f in found.findings]
    return _ticks(when, found.summary, rows)


def _kept_check(panel: Panel) -> Check:
    """Return the check that was kept when the panel was opened."""
    rows = [
        (f["state"], f["words"], f["mend"], f["source"], f["is_confirmed"], f["stops"])
        for f in panel.composition
    ]
    summary = "It was opened against the rules." if panel.override_reason else "The rules were met."
    return _ticks("As it was when scoring was opened.", summary, rows)


def _ticks(when: str, summary: str, rows: list[tuple]) -> Check:
    stopping, warning, holding = [], [], []
    for state, words, mend, source, is_confirmed, stops in rows:
        tick = Tick(str(state), words, with_confirmation(source, is_confirmed), mend)
        if state == State.HOLDS:
            holding.append(tick)
        else:
            (stopping if stops else warning).append(tick)
    return Check(when, summary, stopping, warning, holding)


def _declared(panel: Panel) -> list[Declared]:
    candidates = candidate_ids(panel)
    accepted = (m for m in members_at_table(panel) if m.status == MemberStatus.ACCEPTED)
    return [Declared(m.person.name, _declared_words(m, candidates)) for m in accepted]


def _declared_words(member: Member, candidates: set[int]) -> str:
    made = [d for d in member.declarations.all() if d.application_id in candidates]
    if not candidates:
        return "Nobody is shortlisted yet"
    if len(made) < len(candidates):
        return f"Declared for {len(made)} of {len(candidates)} candidates"
    if any(not d.outcome for d in made):
        return "Declared; waiting for a decision"
    return "Declared and settled"
