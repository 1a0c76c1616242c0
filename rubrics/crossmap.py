"""How a competency's tags are read out: the names that GMC and NHS gave their own headings."""

import re
from dataclasses import dataclass

GENERIC_CAPABILITIES = (
    "Professional values and behaviours",
    "Professional skills",
    "Professional knowledge",
    "Health promotion and illness prevention",
    "Leadership and team working",
    "Patient safety and quality improvement",
    "Safeguarding vulnerable groups",
    "Education and training",
    "Research and scholarship",
)
GOOD_MEDICAL_PRACTICE = (
    "Knowledge, skills and development",
    "Patients, partnership and communication",
    "Colleagues, culture and safety",
    "Trust and professionalism",
)
LEADERSHIP_MODEL = (
    "Inspiring shared purpose",
    "Leading with care",
    "Evaluating information",
    "Connecting our service",
    "Sharing the vision",
    "Engaging the team",
    "Holding to account",
    "Developing capability",
    "Influencing for results",
)
NHS_VALUES = (
    "Working together for patients",
    "Respect and dignity",
    "Commitment to quality of care",
    "Compassion",
    "Improving lives",
    "Everyone counts",
)
HEADINGS = (
    ("gpc", "GMC generic professional capabilities", GENERIC_CAPABILITIES),
    ("gmp", "Good medical practice 2024", GOOD_MEDICAL_PRACTICE),
    ("hlm", "Healthcare Leadership Model", LEADERSHIP_MODEL),
    ("values", "NHS values", NHS_VALUES),
)
# GMC numbers its headings, so a tag is the number; the others are known by name.
NUMBERED = ("gpc", "gmp")


@dataclass(frozen=True)
class TagPart:
    """One heading of an outside framework: how it is stored, read out and addressed."""

    kind: str
    value: int | str
    name: str

    @property
    def slug(self) -> str:
        """The word for it in an address: gpc-5, values-compassion."""
        return "-".join([self.kind, *re.findall(r"[a-z0-9]+", str(self.value).lower())])


@dataclass(frozen=True)
class TagLine:
    """One outside framework and the parts of it that a competency touches."""

    heading: str
    parts: tuple[TagPart, ...]


def tag_lines(tags: dict[str, list]) -> tuple[TagLine, ...]:
    """Return the tags of a competency in words, only the frameworks it touches."""
    return tuple(
        TagLine(heading, tuple(_part(kind, value, names) for value in tags[kind]))
        for kind, heading, names in HEADINGS
        if tags.get(kind)
    )


def known_parts(kind: str) -> tuple[TagPart, ...]:
    """Return every heading of an outside framework, in its own order."""
    names = next(names for key, _, names in HEADINGS if key == kind)
    values = range(1, len(names) + 1) if kind in NUMBERED else names
    return tuple(_part(kind, value, names) for value in values)


def _part(kind: str, value: int | str, names: tuple[str, ...]) -> TagPart:
    if isinstance(value, int) and 1 <= value <= len(names):
        return TagPart(kind, value, f"{value} {names[value - 1]}")
    return TagPart(kind, value, str(value))
