"""What a framework version still lacks before anybody can be scored by it."""

from collections.abc import Iterable

from rubrics.library import DomainText
from rubrics.scales import Scale


def missing_parts(domains: Iterable[DomainText], scale: Scale) -> tuple[str, ...]:
    """Return in words what is missing: competencies, and an anchor at each value of the scale."""
    found = []
    competencies = 0
    for domain in domains:
        if not domain.competencies:
            found.append(f"{domain.code} {domain.name} has no competency.")
        for competency in domain.competencies:
            competencies += 1
            gaps = [value for value in scale.values if not competency.levels.get(value, "").strip()]
            if gaps:
                found.append(f"{competency.code} {competency.name} has no anchor at {_list(gaps)}.")
    if not competencies and not found:
        found.append("It has no competency yet.")
    return tuple(found)


def _list(values: list[int]) -> str:
    """Write 1, 2 and 3."""
    *first, last = map(str, values)
    return f"{', '.join(first)} and {last}" if first else last
