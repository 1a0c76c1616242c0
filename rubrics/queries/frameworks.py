"""What the pages about frameworks ask: lists with counts, one version with all its words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Trust, User
from rubrics import library
from rubrics.completeness import gaps
from rubrics.crossmap import HEADINGS, TagLine, known_parts, tag_lines
from rubrics.editing import fingerprint, order_of
from rubrics.models import (
    Blueprint,
    Competency,
    Domain,
    Framework,
    FrameworkVersion,
    Question,
    VersionStatus,
)
from rubrics.policies import edited_trust_ids
from rubrics.queries.texts import domains_of, texts_of
from rubrics.scales import SCALES, Scale
from rubrics.texts import DomainText, FrameworkText


@dataclass(frozen=True)
class FrameworkRow:
    """A framework and its versions, newest first, each with its counts."""

    framework: Framework
    versions: tuple[FrameworkVersion, ...]


@dataclass(frozen=True)
class LibraryOffer:
    """A framework of the starter library that a trust has not loaded yet."""

    trust: Trust
    text: FrameworkText

    @property
    def competency_count(self) -> int:
        """How many competencies it brings."""
        return sum(len(domain.competencies) for domain in self.text.domains)

    @property
    def scale_words(self) -> str:
        """The ends of its scale."""
        return SCALES[self.text.scale_key].ends


@dataclass(frozen=True)
class Anchor:
    """One value of the scale with its word, and the behaviour that earns it if that is written."""

    value: int
    word: str
    text: str


@dataclass(frozen=True)
class CompetencyBlock:
    """A competency as the version's page shows it."""

    competency: Competency
    anchors: tuple[Anchor, ...]
    has_gaps: bool
    tag_lines: tuple[TagLine, ...]
    questions: tuple[Question, ...]
    seen: str
    can_go_up: bool
    can_go_down: bool


@dataclass(frozen=True)
class DomainBlock:
    """A domain as the version's page shows it."""

    domain: Domain
    competencies: tuple[CompetencyBlock, ...]
    seen: str
    can_go_up: bool
    can_go_down: bool


@dataclass(frozen=True)
class MissingPart:
    """What a draft lacks, and the row in which to mend it."""

    text: str
    domain: Domain | None
    competency: Competency | None
    value: int | None
    words: str


@dataclass(frozen=True)
class TagChoice:
    """A heading of an outside framework by which the page can be filtered."""

    slug: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class TagGroup:
    """The headings of one outside framework that this version touches."""

    heading: str
    choices: tuple[TagChoice, ...]


@dataclass(frozen=True)
class VersionPage:
    """A version with all its words, what it lacks and where it is used."""

    version: FrameworkVersion
    domains: tuple[DomainBlock, ...]
    missing: tuple[MissingPart, ...]
    blueprints: tuple[Blueprint, ...]
    others: tuple[FrameworkVersion, ...]
    competency_count: int
    question_count: int
    shown_count: int
    tag_groups: tuple[TagGroup, ...]
    chosen: TagChoice | None
    order: str
    additions: tuple[FrameworkText, ...]
    tag: str = ""

    @property
    def previous(self) -> FrameworkVersion | None:
        """The version before this one with which it is compared: a published one if there is."""
        earlier = [found for found in self.others if found.number < self.version.number]
        published = [found for found in earlier if found.status != VersionStatus.DRAFT]
        return next(iter(published or earlier), None)


def framework_list(user: User) -> tuple[FrameworkRow, ...]:
    """Return the frameworks a person may see, by trust and name, in a fixed number of queries."""
    versions = FrameworkVersion.objects.order_by("-number").annotate(
        competency_count=_count(Competency, "domain__version"),
        question_count=_count(Question, "competency__domain__version"),
        blueprint_count=_count(Blueprint, "version"),
    )
    frameworks = (
        Framework.objects.visible_to(user)
        .select_related("trust")
        .prefetch_related(Prefetch("versions", versions))
        .order_by("trust__name", "name", "pk")
    )
    return tuple(FrameworkRow(found, tuple(found.versions.all())) for found in frameworks)


def library_offers(user: User) -> tuple[LibraryOffer, ...]:
    """Return what the starter library still offers to each trust that a person edits for."""
    trusts = edited_trusts(user).order_by("name")
    held = set(Framework.objects.filter(trust__in=trusts).values_list("trust_id", "slug"))
    return tuple(
        LibraryOffer(trust, library.read_framework(path))
        for trust in trusts
        for slug, path in library.available().items()
        if (trust.pk, slug) not in held
    )


def edited_trusts(user: User) -> QuerySet[Trust]:
    """Return the trusts whose frameworks a person edits."""
    return Trust.objects.filter(pk__in=edited_trust_ids(user))


def visible_versions(user: User) -> QuerySet[FrameworkVersion]:
    """Return the versions a person may see, with what every page about one needs."""
    return FrameworkVersion.objects.visible_to(user).select_related(
        "framework__trust", "published_by"
    )


def visible_competencies(user: User) -> QuerySet[Competency]:
    """Return the competencies a person may see, each with its version and trust."""
    return Competency.objects.visible_to(user).select_related("domain__version__framework__trust")


def version_page(version: FrameworkVersion, tag: str = "") -> VersionPage:
    """Return everything the page of a version shows, in a fixed number of queries.

    `tag` (gpc-5, values-compassion) leaves the competencies that touch this heading.
    """
    rows = domains_of(version)
    texts = texts_of(rows)
    every = _blocks(rows, texts, version.scale)
    groups = _tag_groups([c for domain in every for c in domain.competencies], tag)
    chosen = next((c for group in groups for c in group.choices if c.is_chosen), None)
    shown = _with_tag(every, tag) if tag else every
    return VersionPage(
        version=version,
        domains=shown,
        missing=_missing(rows, texts, version.scale),
        blueprints=tuple(version.blueprints.order_by("name", "number")),
        others=tuple(version.framework.versions.exclude(pk=version.pk).order_by("-number")),
        competency_count=sum(len(domain.competencies) for domain in every),
        question_count=sum(len(c.questions) for domain in every for c in domain.competencies),
        shown_count=sum(len(domain.competencies) for domain in shown),
        tag_groups=groups,
        chosen=chosen,
        order=order_of(texts),
        additions=library.additions(texts) if version.status == VersionStatus.DRAFT else (),
        tag=tag,
    )


def _count(model, path: str) -> Coalesce:
    """Count the rows of a model that hang on the version of the outer query."""
    counted = model.objects.order_by().filter(**{path: OuterRef("pk")}).values(path)
    return Coalesce(Subquery(counted.annotate(found=Count("pk")).values("found")), 0)


def _blocks(
    rows: Sequence[Domain], texts: Sequence[DomainText], scale: Scale
) -> tuple[DomainBlock, ...]:
    """Lay out every domain; the first competency can go up where a domain stands before it."""
    last = len(rows) - 1
    return tuple(
        DomainBlock(
            domain=domain,
            competencies=_competency_blocks(domain, text, scale, place > 0, place < last),
            seen=fingerprint(text),
            can_go_up=place > 0,
            can_go_down=place < last,
        )
        for place, (domain, text) in enumerate(zip(rows, texts, strict=True))
    )


def _competency_blocks(
    domain: Domain, text: DomainText, scale: Scale, has_before: bool, has_after: bool
) -> tuple[CompetencyBlock, ...]:
    rows = list(domain.competencies.all())
    return tuple(
        CompetencyBlock(
            competency=row,
            anchors=(anchors := _anchors(row, scale)),
            has_gaps=any(not anchor.text for anchor in anchors),
            tag_lines=tag_lines(row.tags),
            questions=tuple(row.questions.all()),
            seen=fingerprint(words),
            can_go_up=has_before or place > 0,
            can_go_down=has_after or place < len(rows) - 1,
        )
        for place, (row, words) in enumerate(zip(rows, text.competencies, strict=True))
    )


def _anchors(competency: Competency, scale: Scale) -> tuple[Anchor, ...]:
    texts = {level.value: level.anchor.strip() for level in competency.levels.all()}
    return tuple(Anchor(value, scale.word(value), texts.get(value, "")) for value in scale.values)


def _missing(
    rows: Sequence[Domain], texts: Sequence[DomainText], scale: Scale
) -> tuple[MissingPart, ...]:
    domains = {str(row.key): row for row in rows}
    competencies = {str(row.key): row for domain in rows for row in domain.competencies.all()}
    return tuple(
        MissingPart(
            text=gap.text,
            domain=domains.get(gap.domain_key),
            competency=competencies.get(gap.competency_key),
            value=gap.value,
            words="it" if gap.count == 1 else "them",
        )
        for gap in gaps(texts, scale)
    )


def _tags_of(block: CompetencyBlock) -> set[str]:
    return {part.slug for line in block.tag_lines for part in line.parts}


def _tag_groups(blocks: Iterable[CompetencyBlock], tag: str) -> tuple[TagGroup, ...]:
    """Return the headings that the competencies touch, each with how many touch it."""
    counts = Counter(slug for block in blocks for slug in _tags_of(block))
    return tuple(
        TagGroup(
            line.heading,
            tuple(
                TagChoice(part.slug, part.name, counts[part.slug], part.slug == tag)
                for part in line.parts
            ),
        )
        for line in tag_lines(_every_tag(blocks))
    )


def _every_tag(blocks: Iterable[CompetencyBlock]) -> dict[str, list]:
    """Return the tags of all competencies together: known headings in their own order first."""
    used: dict[str, set] = {}
    for block in blocks:
        for kind, values in block.competency.tags.items():
            used.setdefault(kind, set()).update(values)
    known = {kind: [part.value for part in known_parts(kind)] for kind, _, _ in HEADINGS}
    return {
        kind: [value for value in values if value in used.get(kind, ())]
        + sorted(used.get(kind, set()) - set(values), key=str)
        for kind, values in known.items()
    }


def _with_tag(domains: Iterable[DomainBlock], tag: str) -> tuple[DomainBlock, ...]:
    found = (
        replace(domain, competencies=tuple(c for c in domain.competencies if tag in _tags_of(c)))
        for domain in domains
    )
    return tuple(domain for domain in found if domain.competencies)
