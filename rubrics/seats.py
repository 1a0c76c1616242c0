"""The seats from which an exercise may be scored, in plain words; no seat named: every member."""

from collections.abc import Collection, Iterable

ADDITIONAL = "ADDITIONAL"
SEATS = {
    "LAY": "Lay member",
    "COLLEGE": "College assessor",
    "CE": "Chief executive",
    "MD": "Medical director",
    "CONSULTANT": "Local consultant",
    "UNIV": "University member",
    "OUTSIDE": "Consultant from outside Northern Ireland",
    "CHAIR": "Chair",
    "EXT_ADVISER": "External adviser",
    ADDITIONAL: "Additional members",
}
HINTS = {
    "OUTSIDE": "Panels in Northern Ireland only.",
    "CHAIR": "Panels in Scotland only. Elsewhere the chair has one of the other seats.",
    "EXT_ADVISER": "Panels in Scotland only.",
    ADDITIONAL: "Everybody who has none of the seats above.",
}
EVERY_MEMBER = "Every member"


def scores_from(scoring_seats: Collection[str], seat: str) -> bool:
    """Say whether a member in this seat scores; an additional member has no seat, written ""."""
    return not scoring_seats or (seat or ADDITIONAL) in scoring_seats


def in_order(codes: Collection[str]) -> list[str]:
    """Return the known seats among these codes in the order in which they are always named."""
    return [code for code in SEATS if code in codes]


def in_words(codes: Iterable[str]) -> str:
    """Name who scores an exercise of these seats."""
    return ", ".join(SEATS[code] for code in in_order(list(codes))) or EVERY_MEMBER
