"""What a framework version still lacks before anybody can be scored by it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rubrics.scales import Scale
from rubrics.texts import DomainText


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, and the key of the domain or competency in which to mend it."""

    text: str
    domain_key: str = ""
    competency_key: str = ""
    value: int | None = None
    count: int = 1


def gaps(domains: Iterable[DomainText], scale: Scale) -> tuple[Gap, ...]:
    """Return what is missing: domains, competencies, and an anchor at each value of the scale."""
    found = []
    domains = tuple(domains)
    for domain in domains:
        if not domain.competencies:
            text = f"{domain.code} {domain.name} has no competency."
            found.append(Gap(text, domain_key=domain.key))
        for competency in domain.competencies:
            values = [v for v in scale.values if not competency.levels.get(v, "").strip()]
            if values:
                text = f"{competency.code} {competency.name} has no anchor at {_list(values)}."
                gap = Gap(text, "", competency.key, value=values[0], count=len(values))
                found.append(gap)
    if not domains:
        found.append(Gap("It has no competency yet."))
    return tuple(found)


def missing_parts(domains: Iterable[DomainText], scale: Scale) -> tuple[str, ...]:
    """Return in words what is missing."""
    return tuple(gap.text for gap in gaps(domains, scale))


def _list(values: list[int]) -> str:
    """Write 1, 2 and 3."""
    *first, last = map(str, values)
    return f"{', '.join(first)} and {last}" if first else last
