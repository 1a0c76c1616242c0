"""Framework versions: loaded, edited while drafts, published for ever, retired, copied."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from accounts.models import Trust, User
from audit import ledger
from rubrics import library
from rubrics.completeness import missing_parts
from rubrics.models import (
    Competency,
    Domain,
    Framework,
    FrameworkVersion,
    Level,
    Question,
    VersionStatus,
)
from rubrics.queries import content_of, fingerprint, text_of


class VersionNotDraft(Exception):
    """The version was published or retired, so nothing in it may change."""

    def __init__(self, version: FrameworkVersion):
        super().__init__(
            f"{_named(version)} is {version.get_status_display().lower()} and never changes."
            " Make a copy of it to change its words."
        )


class VersionNotPublished(Exception):
    """Only a published version can be retired or stand under a blueprint."""

    def __init__(self, version: FrameworkVersion):
        super().__init__(
            f"{_named(version)} is {version.get_status_display().lower()}, not published."
        )


class VersionIncomplete(Exception):
    """The version cannot be published yet; `missing` says in words what it lacks."""

    def __init__(self, version: FrameworkVersion, missing: tuple[str, ...]):
        self.missing = missing
        super().__init__(f"{_named(version)} is not complete. {' '.join(missing)}")


class CompetencyChanged(Exception):
    """Somebody else changed the competency since it was read."""


class NameMissing(Exception):
    """A competency needs a name."""


class ValueOffScale(Exception):
    """An anchor was given for a value that the scale does not have."""


@transaction.atomic
def load_library(
    *, trust: Trust, path: Path | str, by: User | None, at: datetime
) -> FrameworkVersion:
    """Return the draft made from a library file, or the version already made from the same words.

    Raises library.LibraryError, naming every problem of the file, before anything is written.
    """
    text = library.read_framework(path)
    framework = _locked_framework(trust, text)
    known = framework.versions.filter(library_digest=text.digest).exclude(
        status=VersionStatus.RETIRED
    )
    if (version := known.order_by("-number").first()) is not None:
        return version
    version = framework.versions.create(
        number=_next_number(framework), scale_key=text.scale_key, library_digest=text.digest
    )
    _write(version, text.domains)
    _record(version, "version.loaded", by, at, new={"library_digest": text.digest})
    return version


@transaction.atomic
def clone_version(*, version: FrameworkVersion, by: User | None, at: datetime) -> FrameworkVersion:
    """Return a new draft with every word of a version, in a fixed number of queries."""
    framework = Framework.objects.select_for_update().get(pk=version.framework_id)
    version = _locked(version.pk)
    copy = framework.versions.create(number=_next_number(framework), scale_key=version.scale_key)
    _write(copy, content_of(version))
    _record(copy, "version.cloned", by, at, new={"from": ledger.reference(version)})
    return copy


@transaction.atomic
def publish_version(
    *, version: FrameworkVersion, by: User | None, at: datetime
) -> FrameworkVersion:
    """Publish a draft: from here on the database itself refuses to change a word of it.

    Raises VersionNotDraft when it was published before, VersionIncomplete with what is missing.
    """
    version = _locked_draft(version.pk)
    content = content_of(version)
    if missing := missing_parts(content, version.scale):
        raise VersionIncomplete(version, missing)
    version.status, version.published_at, version.published_by = VersionStatus.PUBLISHED, at, by
    version.save(update_fields=["status", "published_at", "published_by"])
    words = library.digest([asdict(domain) for domain in content])
    _record(version, "version.published", by, at, new={"content_digest": words})
    return version


@transaction.atomic
def retire_version(*, version: FrameworkVersion, by: User | None, at: datetime) -> FrameworkVersion:
    """Take a published version out of use; blueprints that stand on it keep it.

    Raises VersionNotPublished when it is a draft or retired already.
    """
    version = _locked(version.pk)
    if version.status != VersionStatus.PUBLISHED:
        raise VersionNotPublished(version)
    version.status = VersionStatus.RETIRED
    version.save(update_fields=["status"])
    _record(version, "version.retired", by, at)
    return version


@transaction.atomic
def update_competency(
    *,
    competency: Competency,
    name: str,
    summary: str,
    anchors: dict[int, str],
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Competency:
    """Change a draft's competency: its name, its summary and the anchors given by value.

    A blank anchor is taken away; values not named stay. `seen` is the fingerprint of what the
    editor was shown. Raises VersionNotDraft, CompetencyChanged when `seen` is no longer what is
    stored, NameMissing and ValueOffScale.
    """
    version = _locked_draft(competency.domain.version_id)
    competency = Competency.objects.select_related("domain").get(pk=competency.pk)
    before = text_of(competency)
    _check(version, name, anchors)
    if seen and seen != fingerprint(before):
        raise CompetencyChanged
    wanted = {"name": name.strip(), "summary": summary.strip()}
    wanted |= {f"anchor_{value}": anchor.strip() for value, anchor in sorted(anchors.items())}
    changed = _changes(before, wanted)
    if changed:
        _rewrite(competency, wanted, anchors)
        ledger.record(
            chain=f"trust:{version.framework.trust_id}",
            action="competency.changed",
            obj=competency,
            by=by,
            at=at,
            new={"changed": list(changed), "version": ledger.reference(version)},
            texts=changed,
        )
    return competency


def _named(version: FrameworkVersion) -> str:
    return f"{version.framework.name}, {version},"


def _locked_framework(trust: Trust, text: library.FrameworkText) -> Framework:
    """Return the trust's framework of this slug, made if there is none, locked until the end."""
    described = {"name": text.name, "source": text.source, "licence_note": text.licence_note}
    Framework.objects.get_or_create(trust=trust, slug=text.slug, defaults=described)
    return Framework.objects.select_for_update().get(trust=trust, slug=text.slug)


def _locked(pk: int) -> FrameworkVersion:
    return (
        FrameworkVersion.objects.select_for_update(of=("self",))
        .select_related("framework")
        .get(pk=pk)
    )


def _locked_draft(pk: int) -> FrameworkVersion:
    """Return the version locked until the end, so that publishing and editing take turns."""
    version = _locked(pk)
    if version.status != VersionStatus.DRAFT:
        raise VersionNotDraft(version)
    return version


def _next_number(framework: Framework) -> int:
    return (framework.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _write(version: FrameworkVersion, domains: Iterable[library.DomainText]) -> None:
    """Store every word of a version: one insert for each kind of row."""
    domains = list(domains)
    rows = Domain.objects.bulk_create(
        Domain(version=version, position=n, code=d.code, name=d.name, summary=d.summary)
        for n, d in enumerate(domains, 1)
    )
    placed = [
        (row, number, text)
        for row, domain in zip(rows, domains, strict=True)
        for number, text in enumerate(domain.competencies, 1)
    ]
    competencies = Competency.objects.bulk_create(
        Competency(domain=row, position=n, code=c.code, name=c.name, summary=c.summary, tags=c.tags)
        for row, n, c in placed
    )
    pairs = [(row, text) for row, (_, _, text) in zip(competencies, placed, strict=True)]
    Level.objects.bulk_create(
        Level(competency=row, value=value, anchor=anchor)
        for row, text in pairs
        for value, anchor in text.levels.items()
    )
    Question.objects.bulk_create(
        Question(competency=row, position=number, **asdict(question))
        for row, text in pairs
        for number, question in enumerate(text.questions, 1)
    )


def _check(version: FrameworkVersion, name: str, anchors: dict[int, str]) -> None:
    if not name.strip():
        raise NameMissing("A competency needs a name.")
    for value in anchors:
        if value not in version.scale.values:
            raise ValueOffScale(f"{value} is not on the scale of this version.")


def _changes(before: library.CompetencyText, wanted: dict[str, str]) -> dict[str, str]:
    """Return what differs from the words before, by field."""
    stored = {"name": before.name, "summary": before.summary}
    stored |= {f"anchor_{value}": anchor for value, anchor in before.levels.items()}
    return {key: text for key, text in wanted.items() if text != stored.get(key, "")}


def _rewrite(competency: Competency, wanted: dict[str, str], anchors: dict[int, str]) -> None:
    competency.name, competency.summary = wanted["name"], wanted["summary"]
    competency.save(update_fields=["name", "summary"])
    kept = {value: anchor.strip() for value, anchor in anchors.items() if anchor.strip()}
    competency.levels.filter(value__in=set(anchors) - set(kept)).delete()
    Level.objects.bulk_create(
        [Level(competency=competency, value=v, anchor=a) for v, a in kept.items()],
        update_conflicts=True,
        unique_fields=["competency", "value"],
        update_fields=["anchor"],
    )


def _record(version: FrameworkVersion, action: str, by, at, new: dict | None = None) -> None:
    ledger.record(
        chain=f"trust:{version.framework.trust_id}",
        action=action,
        obj=version,
        by=by,
        at=at,
        new={"framework": ledger.reference(version.framework), "number": version.number}
        | (new or {}),
    )
