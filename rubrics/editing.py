"""Edits of a framework's words as plain text: each returns new words and leaves the old alone."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from itertools import count

from rubrics.scales import Scale
from rubrics.texts import CompetencyText, DomainText, QuestionText, digest

Domains = tuple[DomainText, ...]
Part = DomainText | CompetencyText | QuestionText


def find(domains: Iterable[DomainText], key: str) -> Part | None:
    """Return the domain, competency or question of this key."""
    for domain in domains:
        for competency in domain.competencies:
            for part in (domain, competency, *competency.questions):
                if part.key == key:
                    return part
        if domain.key == key:
            return domain
    return None


def change(domains: Domains, key: str, **values) -> Domains:
    """Give a part of any kind these values."""
    return _each_list(domains, lambda parts: _changed(parts, key, values))


def remove(domains: Domains, key: str) -> Domains:
    """Take a part of any kind out, with all that hangs on it."""
    return _each_list(domains, lambda parts: tuple(p for p in parts if p.key != key))


def add(domains: Domains, new: Part, parent_key: str = "") -> Domains:
    """Put a new part at the end: a domain of the framework, else of the part with this key."""
    if not parent_key:
        return (*domains, new)
    kind = "competencies" if isinstance(new, CompetencyText) else "questions"
    parent = find(domains, parent_key)
    return change(domains, parent_key, **{kind: (*getattr(parent, kind), new)})


def move(domains: Domains, key: str, step: int) -> Domains:
    """Move a part one place up (-1) or down (1) among its like.

    A competency at the end of its domain goes on into the next one; at the very end nothing moves.
    """
    moved = _each_list(domains, lambda parts: _moved(parts, key, step))
    return moved if moved != domains else _handed_on(domains, key, step)


def on_scale(domains: Domains, scale: Scale) -> Domains:
    """Keep of every competency the anchors at values that a scale has."""

    def kept(competency: CompetencyText) -> CompetencyText:
        levels = {value: text for value, text in competency.levels.items() if value in scale.values}
        return replace(competency, levels=levels)

    return tuple(replace(d, competencies=tuple(map(kept, d.competencies))) for d in domains)


def taken_codes(domains: Iterable[DomainText], part: type[Part], but: str = "") -> set[str]:
    """Return the codes that domains, or competencies, have, all but one part's own."""
    parts = domains if part is DomainText else (c for d in domains for c in d.competencies)
    return {found.code for found in parts if found.key != but}


def fingerprint(part: Part) -> str:
    """Return what tells two states of a part apart, so that no edit passes unseen."""
    return digest(asdict(part))


def own_words(domain: DomainText) -> DomainText:
    """Return a domain without its competencies: what the form of a domain shows."""
    return replace(domain, competencies=())


def next_code(domains: Iterable[DomainText], domain_key: str = "") -> str:
    """Return a code for a new domain, or for a new competency of the domain with this key."""
    domains = tuple(domains)
    domain = find(domains, domain_key) if domain_key else None
    stem = f"{domain.code}." if domain else ""
    taken = taken_codes(domains, CompetencyText if domain else DomainText)
    first = len(domain.competencies) + 1 if domain else len(domains) + 1
    return next(code for n in count(first) if (code := f"{stem}{n}") not in taken)


def order_of(domains: Iterable[DomainText]) -> str:
    """Return what tells two orders of the same framework apart, whatever its words."""
    return digest(
        [[d.key, [[c.key, [q.key for q in c.questions]] for c in d.competencies]] for d in domains]
    )


def tidy_tags(tags: dict[str, list]) -> dict[str, list]:
    """Return tags without the outside frameworks of which nothing is ticked."""
    return {key: values for key, values in tags.items() if values}


def _each_list(domains: Domains, edit: Callable[[tuple], tuple]) -> Domains:
    """Apply an edit to the list of domains, every list of competencies and every of questions."""
    return tuple(
        replace(
            domain,
            competencies=tuple(
                replace(competency, questions=edit(competency.questions))
                for competency in edit(domain.competencies)
            ),
        )
        for domain in edit(domains)
    )


def _changed(parts: tuple, key: str, values: dict) -> tuple:
    return tuple(replace(part, **values) if part.key == key else part for part in parts)


def _moved(parts: tuple, key: str, step: int) -> tuple:
    here = next((place for place, part in enumerate(parts) if part.key == key), None)
    if here is None or not 0 <= here + step < len(parts):
        return parts
    order = list(parts)
    order[here], order[here + step] = order[here + step], order[here]
    return tuple(order)


def _handed_on(domains: Domains, key: str, step: int) -> Domains:
    """Move a competency that stands at the edge of its domain into the neighbouring domain."""
    for place, domain in enumerate(domains):
        found = next((c for c in domain.competencies if c.key == key), None)
        if found is None or not 0 <= place + step < len(domains):
            continue
        near = domains[place + step]
        joined = (*near.competencies, found) if step < 0 else (found, *near.competencies)
        return change(remove(domains, key), near.key, competencies=joined)
    return domains
