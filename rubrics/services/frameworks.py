"""Framework versions: loaded or started, published for ever, retired, copied."""

from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import Trust, User
from audit import ledger
from rubrics import library
from rubrics.completeness import missing_parts
from rubrics.models import (
    Framework,
    FrameworkVersion,
    VersionStatus,
)
from rubrics.queries import content_of
from rubrics.services import content
from rubrics.texts import FrameworkText


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


class NameMissing(Exception):
    """A framework or a part of one needs a name."""


class NameTaken(Exception):
    """The trust already has a framework of this name."""


class VersionIncomplete(Exception):
    """The version cannot be published yet; `missing` says in words what it lacks."""

    def __init__(self, version: FrameworkVersion, missing: tuple[str, ...]):
        self.missing = missing
        super().__init__(f"{_named(version)} is not complete. {' '.join(missing)}")


def load_library(
    *, trust: Trust, path: Path | str, by: User | None, at: datetime
) -> FrameworkVersion:
    """Return the draft made from a library file, or the version already made from the same words.

    Raises library.LibraryError, naming every problem of the file, before anything is written.
    """
    return load_text(trust=trust, text=library.read_framework(path), by=by, at=at)


@transaction.atomic
def load_text(
    *, trust: Trust, text: FrameworkText, by: User | None, at: datetime
) -> FrameworkVersion:
    """Return the draft made from a framework's text, or the version already made from it.

    The trust's framework of the text's slug is used, and made if there is none.
    """
    framework = _locked_framework(trust, text)
    known = framework.versions.filter(library_digest=text.digest).exclude(
        status=VersionStatus.RETIRED
    )
    if (version := known.order_by("-number").first()) is not None:
        return version
    version = framework.versions.create(
        number=_next_number(framework), scale_key=text.scale_key, library_digest=text.digest
    )
    content.write(version, text.domains)
    record(version, "version.loaded", by, at, new={"library_digest": text.digest})
    return version


@transaction.atomic
def start_framework(
    *,
    trust: Trust,
    name: str,
    scale_key: str,
    source: str = "",
    licence_note: str = "",
    by: User | None,
    at: datetime,
) -> FrameworkVersion:
    """Return the empty first draft of a new framework of a trust.

    Raises NameMissing, and NameTaken when the trust has a framework of this name.
    """
    name = name.strip()
    if not name:
        raise NameMissing("A framework needs a name.")
    Trust.objects.select_for_update().get(pk=trust.pk)
    if Framework.objects.filter(trust=trust, name__iexact=name).exists():
        raise NameTaken(f"{trust} already has a framework called {name}.")
    framework = Framework.objects.create(
        trust=trust,
        slug=_free_slug(trust, name),
        name=name,
        source=source.strip(),
        licence_note=licence_note.strip(),
    )
    version = framework.versions.create(number=1, scale_key=scale_key)
    record(version, "framework.started", by, at, new={"scale": scale_key}, texts={"name": name})
    return version


@transaction.atomic
def clone_version(*, version: FrameworkVersion, by: User | None, at: datetime) -> FrameworkVersion:
    """Return a new draft with every word of a version, in a fixed number of queries."""
    framework = Framework.objects.select_for_update().get(pk=version.framework_id)
    version = _locked(version.pk)
    copy = framework.versions.create(number=_next_number(framework), scale_key=version.scale_key)
    content.write(copy, content_of(version))
    record(copy, "version.cloned", by, at, new={"from": ledger.reference(version)})
    return copy


@transaction.atomic
def publish_version(
    *, version: FrameworkVersion, by: User | None, at: datetime
) -> FrameworkVersion:
    """Publish a draft: from here on the database itself refuses to change a word of it.

    Raises VersionNotDraft when it was published before, VersionIncomplete with what is missing.
    """
    version = locked_draft(version.pk)
    words = content_of(version)
    if missing := missing_parts(words, version.scale):
        raise VersionIncomplete(version, missing)
    version.status, version.published_at, version.published_by = VersionStatus.PUBLISHED, at, by
    version.save(update_fields=["status", "published_at", "published_by"])
    version.snapshots.all().delete()
    digest = library.digest([asdict(domain) for domain in words])
    record(version, "version.published", by, at, new={"content_digest": digest})
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
    record(version, "version.retired", by, at)
    return version


def _named(version: FrameworkVersion) -> str:
    return f"{version.framework.name}, {version},"


def _locked_framework(trust: Trust, text: FrameworkText) -> Framework:
    """Return the trust's framework of this slug, made if there is none, locked until the end."""
    described = {"name": text.name, "source": text.source, "licence_note": text.licence_note}
    Framework.objects.get_or_create(trust=trust, slug=text.slug, defaults=described)
    return Framework.objects.select_for_update().get(trust=trust, slug=text.slug)


def _free_slug(trust: Trust, name: str) -> str:
    """Return a slug made from a name that no framework of the trust has."""
    taken = set(Framework.objects.filter(trust=trust).values_list("slug", flat=True))
    wanted = slugify(name)[:50] or "framework"
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(s for s in numbered if s not in taken)


def _locked(pk: int) -> FrameworkVersion:
    return (
        FrameworkVersion.objects.select_for_update(of=("self",))
        .select_related("framework")
        .get(pk=pk)
    )


def locked_draft(pk: int) -> FrameworkVersion:
    """Return the version locked until the end, so that publishing and editing take turns."""
    version = _locked(pk)
    if version.status != VersionStatus.DRAFT:
        raise VersionNotDraft(version)
    return version


def _next_number(framework: Framework) -> int:
    return (framework.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def record(
    version: FrameworkVersion,
    action: str,
    by: User | None,
    at: datetime,
    new: dict | None = None,
    texts: dict[str, str] | None = None,
) -> None:
    """Write what was done to a version into its trust's ledger."""
    ledger.record(
        chain=f"trust:{version.framework.trust_id}",
        action=action,
        obj=version,
        by=by,
        at=at,
        new={"framework": ledger.reference(version.framework), "number": version.number}
        | (new or {}),
        texts=texts,
    )
