"""Stored versions read as plain text, in a fixed number of queries."""

from collections.abc import Iterable

from django.db.models import Prefetch

from rubrics.models import Competency, Domain, Framework, FrameworkVersion, Level, Question
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText, digest


def content_of(version: FrameworkVersion) -> tuple[DomainText, ...]:
    """Return every word of a version as plain text, in a fixed number of queries."""
    return texts_of(domains_of(version))


def framework_text_of(version: FrameworkVersion) -> FrameworkText:
    """Return a version with its framework's name, source and licence note as plain text."""
    framework = version.framework
    return FrameworkText(
        slug=framework.slug,
        name=framework.name,
        scale_key=version.scale_key,
        source=framework.source,
        licence_note=framework.licence_note,
        domains=content_of(version),
    )


def text_of(competency: Competency) -> CompetencyText:
    """Return every word of one competency as plain text."""
    return CompetencyText(
        code=competency.code,
        name=competency.name,
        summary=competency.summary,
        tags=competency.tags,
        levels={level.value: level.anchor for level in competency.levels.all()},
        questions=tuple(
            question_text_of(question)
            for question in sorted(competency.questions.all(), key=lambda found: found.position)
        ),
        key=str(competency.key),
    )


def question_text_of(question: Question) -> QuestionText:
    """Return every word of one question as plain text."""
    return QuestionText(
        kind=question.kind,
        difficulty=question.difficulty,
        text=question.text,
        probes=tuple(question.probes),
        good_answer=question.good_answer,
        key=str(question.key),
    )


def details_fingerprint(framework: Framework) -> str:
    """Return what tells two states of a framework's name, source and licence note apart."""
    return digest([framework.name, framework.source, framework.licence_note])


def domains_of(version: FrameworkVersion) -> list[Domain]:
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


def texts_of(domains: Iterable[Domain]) -> tuple[DomainText, ...]:
    """Return domains that were read with all their parts as plain text."""
    return tuple(
        DomainText(
            code=domain.code,
            name=domain.name,
            summary=domain.summary,
            competencies=tuple(text_of(found) for found in domain.competencies.all()),
            key=str(domain.key),
        )
        for domain in domains
    )
