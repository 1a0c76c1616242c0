"""A draft as a whole: every change keeps what stood before, so that it can be undone."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from rubrics import editing, library
from rubrics.models import DraftSnapshot, Framework, FrameworkVersion
from rubrics.queries import details_fingerprint, framework_text_of
from rubrics.scales import SCALES
from rubrics.services import content
from rubrics.services.frameworks import NameMissing, NameTaken, locked_draft, record
from rubrics.texts import FrameworkText, from_plain, plain, with_keys

KEPT_SNAPSHOTS = 30


class PartChanged(Exception):
    """Somebody else changed or removed what is edited since it was read."""


class NothingToUndo(Exception):
    """The draft is as it was first made, or as far back as it can be taken."""


class UnknownScale(Exception):
    """There is no scale of this key."""


class UnknownLibrary(Exception):
    """The starter library has no framework of this slug, or the draft holds its domains."""


@transaction.atomic
def replace_content(
    *,
    version: FrameworkVersion,
    text: FrameworkText,
    by: User | None,
    at: datetime,
    change: str,
    action: str = "version.replaced",
) -> FrameworkVersion:
    """Let a draft say exactly what `text` says; the framework's slug stays as it is.

    `change` names the change for the person who may undo it ("imported small.xlsx"). A part with
    a key that the draft knows keeps its row; one without a key is known again by its code, a
    question by its words. Nothing is written when the words are the same.
    Raises VersionNotDraft.
    """
    version = _locked_with_framework(version)
    before = framework_text_of(version)
    after = replace(text, slug=before.slug, domains=with_keys(text.domains, before.domains))
    if store(version, before, after, change=change, by=by, at=at):
        record(version, action, by, at, texts={"change": change})
    return version


@transaction.atomic
def add_library(
    *, version: FrameworkVersion, slug: str, by: User | None, at: datetime
) -> FrameworkVersion:
    """Add every domain of a starter framework at the end of a draft.

    So one framework, and the blueprints on it, can hold leadership and clinical practice together.
    Anchors stay at the scores that the draft's scale has. Raises VersionNotDraft, UnknownLibrary.
    """
    version = _locked_with_framework(version)
    before = framework_text_of(version)
    added = library.addition(slug, before.domains)
    if added is None:
        raise UnknownLibrary("The starter library has nothing of this name to add to this draft.")
    domains = editing.on_scale(added.domains, version.scale)
    after = replace(before, domains=with_keys((*before.domains, *domains), before.domains))
    if store(version, before, after, change=f"added {added.name}", by=by, at=at):
        record(version, "version.library_added", by, at, new={"slug": slug})
    return version


@transaction.atomic
def update_details(
    *,
    version: FrameworkVersion,
    name: str,
    source: str,
    licence_note: str,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> FrameworkVersion:
    """Change the name, source and licence note of a draft's framework, shown with all its versions.

    Raises VersionNotDraft, PartChanged, NameMissing, and NameTaken when another framework of the
    trust has the name.
    """
    version = _locked_with_framework(version)
    framework = version.framework
    if seen and seen != details_fingerprint(framework):
        raise PartChanged
    wanted = {"name": name.strip(), "source": source.strip(), "licence_note": licence_note.strip()}
    if not wanted["name"]:
        raise NameMissing("A framework needs a name.")
    namesakes = Framework.objects.filter(trust=framework.trust_id, name__iexact=wanted["name"])
    if namesakes.exclude(pk=framework.pk).exists():
        raise NameTaken(f"There already is a framework called {wanted['name']}.")
    before = framework_text_of(version)
    changed = {key: text for key, text in wanted.items() if text != getattr(before, key)}
    after = replace(before, **wanted)
    if store(version, before, after, change="changed name, source or licence note", by=by, at=at):
        record(version, "framework.changed", by, at, {"changed": list(changed)}, changed)
    return version


@transaction.atomic
def change_scale(
    *, version: FrameworkVersion, scale_key: str, by: User | None, at: datetime, seen: str = ""
) -> FrameworkVersion:
    """Score a draft on another scale: anchors at values that it still has stay, the others go.

    `seen` is the key of the scale the editor was shown.
    Raises VersionNotDraft, PartChanged and UnknownScale.
    """
    version = locked_draft(version.pk)
    if scale_key not in SCALES:
        raise UnknownScale(f"There is no scale {scale_key}.")
    if seen and seen != version.scale_key:
        raise PartChanged
    before, old = framework_text_of(version), version.scale_key
    kept = editing.on_scale(before.domains, SCALES[scale_key])
    after = replace(before, scale_key=scale_key, domains=kept)
    change = f"changed the scale to {SCALES[scale_key].ends}"
    if store(version, before, after, change=change, by=by, at=at):
        record(version, "version.scale_changed", by, at, {"from": old, "to": scale_key})
    return version


@transaction.atomic
def undo_last_change(
    *, version: FrameworkVersion, by: User | None, at: datetime, seen: int | None = None
) -> str:
    """Put a draft back to what it was before its last change, and return what was undone.

    `seen` is the snapshot the editor was offered: pressed twice, or after somebody else's change,
    the button undoes nothing that was not on the page.
    Raises VersionNotDraft, NothingToUndo and PartChanged.
    """
    version = _locked_with_framework(version)
    snapshot = version.snapshots.order_by("-pk").first()
    if snapshot is None:
        raise NothingToUndo("There is nothing to undo.")
    if seen is not None and seen != snapshot.pk:
        raise PartChanged
    now = framework_text_of(version)
    _write(version, now, _to_restore(snapshot, now))
    undone = snapshot.change
    snapshot.delete()
    record(version, "version.undone", by, at, texts={"change": undone})
    return undone


def store(
    version: FrameworkVersion,
    before: FrameworkText,
    after: FrameworkText,
    *,
    change: str,
    by: User | None,
    at: datetime,
) -> bool:
    """Write new words into a locked draft, keeping the old to undo; say whether they differ."""
    if after == before:
        return False
    _keep(version, before, after, change, by, at)
    _write(version, before, after)
    return True


def _locked_with_framework(version: FrameworkVersion) -> FrameworkVersion:
    """Lock a draft's framework, then the draft: whatever may write both takes them in this order.

    Other changes write the version alone, so they need its lock only.
    """
    Framework.objects.select_for_update().get(pk=version.framework_id)
    return locked_draft(version.pk)


def _keep(version, before: FrameworkText, after: FrameworkText, change: str, by, at) -> None:
    """Keep what stood before a change; of everything kept, only the latest stay."""
    held = {"text": plain(before), "has_details": _details(before) != _details(after)}
    change = change if len(change) <= 200 else f"{change[:199]}…"
    version.snapshots.create(content=held, change=change, made_at=at, made_by=by)
    newest = version.snapshots.order_by("-pk").values_list("pk", flat=True)
    DraftSnapshot.objects.filter(pk__in=list(newest[KEPT_SNAPSHOTS:])).delete()


def _to_restore(snapshot: DraftSnapshot, now: FrameworkText) -> FrameworkText:
    """Return the words of a snapshot.

    The framework's name, source and licence note belong to all its versions: they go back only
    when they were what the change was about, so that no other draft's change to them is lost.
    """
    held = from_plain(snapshot.content["text"])
    return held if snapshot.content["has_details"] else replace(held, **_details(now))


def _details(text: FrameworkText) -> dict[str, str]:
    return {"name": text.name, "source": text.source, "licence_note": text.licence_note}


def _write(version: FrameworkVersion, before: FrameworkText, after: FrameworkText) -> None:
    if _details(before) != _details(after):
        Framework.objects.filter(pk=version.framework_id).update(**_details(after))
        version.framework.refresh_from_db()
    if before.scale_key != after.scale_key:
        version.scale_key = after.scale_key
        version.save(update_fields=["scale_key"])
    content.write(version, after.domains)
