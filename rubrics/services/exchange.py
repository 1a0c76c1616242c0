"""Frameworks that come from a file and go into one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Trust, User
from audit import ledger
from rubrics.exchange import canonical
from rubrics.formats import FORMATS
from rubrics.models import Framework, FrameworkVersion
from rubrics.queries import framework_text_of
from rubrics.queries.exchange import (
    NEW_FRAMEWORK,
    REPLACES_DRAFT,
    UNCHANGED,
    ImportPlan,
    plan_import,
)
from rubrics.services import content
from rubrics.services.drafts import PartChanged, replace_content, store
from rubrics.services.frameworks import NameTaken, clone_version, record
from rubrics.texts import FrameworkText


@dataclass(frozen=True)
class Imported:
    """The version that says now what the file says, and what was done for it."""

    version: FrameworkVersion
    plan: ImportPlan


@transaction.atomic
def import_framework(
    *,
    trust: Trust,
    text: FrameworkText,
    file_name: str,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Imported:
    """Let a trust's framework of the text's slug say what a file says, in a draft.

    The draft there is is replaced, so that it can be undone; else a draft follows the version in
    use, or begins a new framework. Nothing is written when the words are the same. `seen` is what
    the preview showed. Raises PartChanged when that has changed since, and NameTaken.
    """
    Trust.objects.select_for_update().get(pk=trust.pk)
    Framework.objects.select_for_update().filter(trust=trust, slug=text.slug).first()
    plan = plan_import(trust, text)
    if seen and seen != plan.seen:
        raise PartChanged
    if plan.outcome == UNCHANGED:
        return Imported(plan.base, plan)
    if plan.refusal:
        raise NameTaken(plan.refusal)
    if plan.outcome == NEW_FRAMEWORK:
        return Imported(_new_framework(trust, plan.after, file_name, by, at), plan)
    change = f"imported {file_name}"
    if plan.outcome == REPLACES_DRAFT:
        version = replace_content(
            version=plan.base,
            text=plan.after,
            change=change,
            action="version.imported",
            by=by,
            at=at,
        )
    else:
        version = _new_version(plan, change, by, at)
    return Imported(version, plan)


def export_version(
    *, version: FrameworkVersion, file_format: str, by: User | None, at: datetime
) -> bytes:
    """Return a version as a file of this format, with the file's digest in the ledger.

    Raises faults.FileRefused when the format cannot hold a text. The file is made before the
    transaction, so that nobody waits for it.
    """
    data = FORMATS[file_format].write(framework_text_of(version))
    held = {"format": file_format, "file_digest": hashlib.sha256(data).hexdigest()}
    with transaction.atomic():
        record(version, "version.exported", by, at, new=held)
    return data


def _new_version(plan: ImportPlan, change: str, by: User | None, at: datetime) -> FrameworkVersion:
    """Return a draft after `plan.base`; undone, it is a copy of that, as if it had been copied."""
    before = framework_text_of(plan.base)
    if canonical(before) == plan.after:  # a retired version that comes back
        return clone_version(version=plan.base, by=by, at=at)
    last = plan.framework.versions.aggregate(last=Max("number"))["last"]
    version = plan.framework.versions.create(number=last + 1, scale_key=before.scale_key)
    store(version, before, plan.after, change=change, by=by, at=at)
    follows = {"from": ledger.reference(plan.base)}
    record(version, "version.imported", by, at, new=follows, texts={"change": change})
    return version


def _new_framework(
    trust: Trust, text: FrameworkText, file_name: str, by: User | None, at: datetime
) -> FrameworkVersion:
    framework = Framework.objects.create(
        trust=trust,
        slug=text.slug,
        name=text.name,
        source=text.source,
        licence_note=text.licence_note,
    )
    version = framework.versions.create(number=1, scale_key=text.scale_key)
    content.write(version, text.domains)
    texts = {"name": text.name, "change": f"imported {file_name}"}
    record(version, "framework.imported", by, at, new={"scale": text.scale_key}, texts=texts)
    return version
