"""How a competency's tags are read out: the names that GMC and NHS gave their own headings."""

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
HEADINGS = (
    ("gpc", "GMC generic professional capabilities", GENERIC_CAPABILITIES),
    ("gmp", "Good medical practice 2024", GOOD_MEDICAL_PRACTICE),
    ("hlm", "Healthcare Leadership Model", ()),
    ("values", "NHS values", ()),
)


@dataclass(frozen=True)
class TagLine:
    """One outside framework and the parts of it that a competency touches."""

    heading: str
    parts: tuple[str, ...]


def tag_lines(tags: dict[str, list]) -> tuple[TagLine, ...]:
    """Return the tags of a competency in words, only the frameworks it touches."""
    return tuple(
        TagLine(heading, tuple(_name(value, names) for value in tags[key]))
        for key, heading, names in HEADINGS
        if tags.get(key)
    )


def _name(value: int | str, names: tuple[str, ...]) -> str:
    if isinstance(value, int) and 1 <= value <= len(names):
        return f"{value} {names[value - 1]}"
    return str(value)
