"""What the pages about frameworks ask: lists with counts, one version with all its words."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Trust, User
from rubrics import library
from rubrics.completeness import missing_parts
from rubrics.crossmap import TagLine, tag_lines
from rubrics.library import CompetencyText, DomainText, FrameworkText, QuestionText, digest
from rubrics.models import (
    Blueprint,
    Competency,
    Domain,
    Framework,
    FrameworkVersion,
    Level,
    Question,
)
from rubrics.policies import edited_trust_ids
from rubrics.scales import SCALES, Scale


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
        scale = SCALES[self.text.scale_key]
        return f"{scale.low} to {scale.high}"


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


@dataclass(frozen=True)
class DomainBlock:
    """A domain as the version's page shows it."""

    domain: Domain
    competencies: tuple[CompetencyBlock, ...]


@dataclass(frozen=True)
class VersionPage:
    """A version with all its words, what it lacks and where it is used."""

    version: FrameworkVersion
    domains: tuple[DomainBlock, ...]
    missing: tuple[str, ...]
    blueprints: tuple[Blueprint, ...]
    others: tuple[FrameworkVersion, ...]
    competency_count: int
    question_count: int


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


def version_page(version: FrameworkVersion) -> VersionPage:
    """Return everything the page of a version shows, in a fixed number of queries."""
    domains = _domains(version)
    blocks = tuple(
        DomainBlock(
            domain, tuple(_block(found, version.scale) for found in domain.competencies.all())
        )
        for domain in domains
    )
    competencies = [block for domain in blocks for block in domain.competencies]
    return VersionPage(
        version=version,
        domains=blocks,
        missing=missing_parts(_texts(domains), version.scale),
        blueprints=tuple(version.blueprints.order_by("name", "number")),
        others=tuple(version.framework.versions.exclude(pk=version.pk).order_by("-number")),
        competency_count=len(competencies),
        question_count=sum(len(block.questions) for block in competencies),
    )


def content_of(version: FrameworkVersion) -> tuple[DomainText, ...]:
    """Return every word of a version as plain text, in a fixed number of queries."""
    return _texts(_domains(version))


def text_of(competency: Competency) -> CompetencyText:
    """Return every word of one competency as plain text."""
    return CompetencyText(
        code=competency.code,
        name=competency.name,
        summary=competency.summary,
        tags=competency.tags,
        levels={level.value: level.anchor for level in competency.levels.all()},
        questions=tuple(
            QuestionText(
                kind=question.kind,
                difficulty=question.difficulty,
                text=question.text,
                probes=tuple(question.probes),
                good_answer=question.good_answer,
            )
            for question in sorted(competency.questions.all(), key=lambda found: found.position)
        ),
    )


def fingerprint(text: CompetencyText) -> str:
    """Return what tells two states of a competency apart, so that no edit passes unseen."""
    return digest(asdict(text))


def _count(model, path: str) -> Coalesce:
    """Count the rows of a model that hang on the version of the outer query."""
    counted = model.objects.order_by().filter(**{path: OuterRef("pk")}).values(path)
    return Coalesce(Subquery(counted.annotate(found=Count("pk")).values("found")), 0)


def _domains(version: FrameworkVersion) -> list[Domain]:
    """Read a version's domains with all that hangs on them: four queries, whatever its size."""
    competencies = Competency.objects.order_by("position", "pk").prefetch_related(
        Prefetch("levels", Level.objects.order_by("value")),
        Prefetch("questions", Question.objects.order_by("position")),
    )
    return list(
        version.domains.order_by("position", "pk").prefetch_related(
            Prefetch("competencies", competencies)
        )
    )


def _texts(domains: Iterable[Domain]) -> tuple[DomainText, ...]:
    return tuple(
        DomainText(
            code=domain.code,
            name=domain.name,
            summary=domain.summary,
            competencies=tuple(text_of(found) for found in domain.competencies.all()),
        )
        for domain in domains
    )


def _block(competency: Competency, scale: Scale) -> CompetencyBlock:
    texts = {level.value: level.anchor.strip() for level in competency.levels.all()}
    anchors = tuple(
        Anchor(value, scale.word(value), texts.get(value, "")) for value in scale.values
    )
    return CompetencyBlock(
        competency=competency,
        anchors=anchors,
        has_gaps=any(not anchor.text for anchor in anchors),
        tag_lines=tag_lines(competency.tags),
        questions=tuple(competency.questions.all()),
    )
