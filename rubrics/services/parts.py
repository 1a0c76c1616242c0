"""The parts of a draft: domains, competencies and questions added, changed, moved, removed."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import ledger
from rubrics import editing
from rubrics.models import Competency, Domain, FrameworkVersion, Question
from rubrics.queries import framework_text_of
from rubrics.services.drafts import PartChanged, store
from rubrics.services.frameworks import NameMissing, locked_draft
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText, new_key

ROWS = {
    Domain: Domain.objects.select_related("version__framework"),
    Competency: Competency.objects.select_related("domain__version__framework"),
    Question: Question.objects.select_related("competency__domain__version__framework"),
}


class CodeTaken(Exception):
    """Another part of this kind has the code in this version."""


class ValueOffScale(Exception):
    """An anchor was given for a value that the scale does not have."""


class TextMissing(Exception):
    """A question needs its words."""


@transaction.atomic
def add_domain(
    *,
    version: FrameworkVersion,
    code: str,
    name: str,
    summary: str = "",
    by: User | None,
    at: datetime,
) -> Domain:
    """Add an empty domain at the end of a draft; raises VersionNotDraft, NameMissing, CodeTaken."""
    version = locked_draft(version.pk)
    new = DomainText(code.strip(), name.strip(), summary.strip(), (), new_key())
    return _added(version, Domain, new, "", by=by, at=at)


@transaction.atomic
def add_competency(
    *,
    domain: Domain,
    code: str,
    name: str,
    summary: str = "",
    anchors: dict[int, str] | None = None,
    tags: dict[str, list] | None = None,
    by: User | None,
    at: datetime,
) -> Competency:
    """Add a competency at the end of a draft's domain.

    Raises VersionNotDraft, PartChanged when the domain is gone, NameMissing, CodeTaken and
    ValueOffScale.
    """
    version = locked_draft(domain.version_id)
    _check_anchors(version, anchors or {})
    new = CompetencyText(
        code=code.strip(),
        name=name.strip(),
        summary=summary.strip(),
        tags=editing.tidy_tags(tags or {}),
        levels=_written(anchors or {}),
        questions=(),
        key=new_key(),
    )
    return _added(version, Competency, new, str(domain.key), by=by, at=at)


@transaction.atomic
def add_question(
    *,
    competency: Competency,
    kind: str,
    difficulty: str,
    text: str,
    probes: tuple[str, ...] = (),
    good_answer: str = "",
    by: User | None,
    at: datetime,
) -> Question:
    """Add a question at the end of a competency's list.

    Raises VersionNotDraft, PartChanged when the competency is gone, and TextMissing.
    """
    version = locked_draft(competency.domain.version_id)
    new = QuestionText(
        kind, difficulty, text.strip(), _lines(probes), good_answer.strip(), new_key()
    )
    return _added(version, Question, new, str(competency.key), by=by, at=at)


@transaction.atomic
def update_domain(
    *,
    domain: Domain,
    code: str,
    name: str,
    summary: str,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Domain:
    """Change a draft's domain; `seen` is the fingerprint of its own words as they were shown.

    Raises VersionNotDraft, PartChanged, NameMissing and CodeTaken.
    """
    version = locked_draft(domain.version_id)
    wanted = {"code": code.strip(), "name": name.strip(), "summary": summary.strip()}
    return _updated(version, domain, wanted, seen, by=by, at=at)


@transaction.atomic
def update_competency(
    *,
    competency: Competency,
    name: str,
    summary: str,
    anchors: dict[int, str],
    code: str | None = None,
    tags: dict[str, list] | None = None,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Competency:
    """Change a draft's competency: its words, and the anchors given by value.

    A blank anchor is taken away; values not named stay, and so do a code and tags not given.
    `seen` is the fingerprint of what the editor was shown.
    Raises VersionNotDraft, PartChanged when `seen` is no longer what is stored, NameMissing,
    CodeTaken and ValueOffScale.
    """
    version = locked_draft(competency.domain.version_id)
    _check_anchors(version, anchors)
    stored = _stored(framework_text_of(version), competency)
    others = {value: text for value, text in stored.levels.items() if value not in anchors}
    wanted = {
        "code": stored.code if code is None else code.strip(),
        "name": name.strip(),
        "summary": summary.strip(),
        "tags": stored.tags if tags is None else editing.tidy_tags(tags),
        "levels": dict(sorted((others | _written(anchors)).items())),
    }
    return _updated(version, competency, wanted, seen, by=by, at=at)


@transaction.atomic
def update_question(
    *,
    question: Question,
    kind: str,
    difficulty: str,
    text: str,
    probes: tuple[str, ...],
    good_answer: str,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Question:
    """Change a draft's question; raises VersionNotDraft, PartChanged and TextMissing."""
    version = locked_draft(question.competency.domain.version_id)
    wanted = {
        "kind": kind,
        "difficulty": difficulty,
        "text": text.strip(),
        "probes": _lines(probes),
        "good_answer": good_answer.strip(),
    }
    return _updated(version, question, wanted, seen, by=by, at=at)


@transaction.atomic
def move_part(
    *,
    part: Domain | Competency | Question,
    step: int,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Domain | Competency | Question:
    """Move a part of a draft one place up (-1) or down (1); a competency also into the next domain.

    `seen` is the order the editor was shown. Nothing is recorded when it is at the end already.
    Raises VersionNotDraft and PartChanged.
    """
    version = locked_draft(version_of(part).pk)
    before = framework_text_of(version)
    stored = _stored(before, part)
    if seen and seen != editing.order_of(before.domains):
        raise PartChanged
    after = replace(before, domains=editing.move(before.domains, stored.key, step))
    named = _named(stored, before)
    if store(
        version, before, after, change=f"moved {named} {'up' if step < 0 else 'down'}", by=by, at=at
    ):
        _record(version, part, "moved", by, at, new={"step": step})
    return ROWS[type(part)].get(pk=part.pk)


@transaction.atomic
def remove_part(
    *, part: Domain | Competency | Question, by: User | None, at: datetime, seen: str = ""
) -> str:
    """Take a part out of a draft with all that hangs on it, and return what was removed.

    `seen` is the fingerprint of the part as it was shown, with all its parts.
    Raises VersionNotDraft and PartChanged.
    """
    version = locked_draft(version_of(part).pk)
    before = framework_text_of(version)
    stored = _stored(before, part, seen)
    named = _named(stored, before)
    after = replace(before, domains=editing.remove(before.domains, stored.key))
    store(version, before, after, change=f"removed {named}", by=by, at=at)
    _record(version, part, "removed", by, at)
    return named


def version_of(part: Domain | Competency | Question) -> FrameworkVersion:
    """Return the version in which a part stands."""
    if isinstance(part, Question):
        part = part.competency
    return part.domain.version if isinstance(part, Competency) else part.version


def _added(version, model, new, parent_key: str, *, by, at):
    before = framework_text_of(version)
    if parent_key and editing.find(before.domains, parent_key) is None:
        raise PartChanged
    _check_words(before, new)
    after = replace(before, domains=editing.add(before.domains, new, parent_key))
    store(version, before, after, change=f"added {_named(new, after)}", by=by, at=at)
    row = _row(version, model, new.key)
    _record(version, row, "added", by, at, texts=_texts(new))
    return row


def _updated(version, part, wanted: dict, seen: str, *, by, at):
    before = framework_text_of(version)
    stored = _stored(before, part, seen, is_form=True)
    new = replace(stored, **wanted)
    _check_words(before, new)
    after = replace(before, domains=editing.change(before.domains, stored.key, **wanted))
    if store(version, before, after, change=f"changed {_named(stored, before)}", by=by, at=at):
        old, words = _texts(stored), _texts(new)
        changed = {key: text for key, text in words.items() if text != old.get(key, "")}
        changed |= dict.fromkeys(old.keys() - words.keys(), "")
        names = [key for key in _order(old, words) if key in changed]
        _record(version, part, "changed", by, at, {"changed": names}, changed)
    return ROWS[type(part)].get(pk=part.pk)


def _order(old: dict[str, str], new: dict[str, str]) -> list[str]:
    return sorted(old.keys() | new.keys(), key=list(new | old).index)


def _stored(text: FrameworkText, part, seen: str = "", *, is_form: bool = False):
    """Return a part's words as they are now; raises PartChanged when they are not what was seen."""
    stored = editing.find(text.domains, str(part.key))
    if stored is None:
        raise PartChanged
    shown = editing.own_words(stored) if is_form and isinstance(stored, DomainText) else stored
    if seen and seen != editing.fingerprint(shown):
        raise PartChanged
    return stored


def _row(version: FrameworkVersion, model, key: str):
    path = {
        Domain: "version",
        Competency: "domain__version",
        Question: "competency__domain__version",
    }
    return ROWS[model].get(key=key, **{path[model]: version})


def _check_anchors(version: FrameworkVersion, anchors: dict[int, str]) -> None:
    for value in anchors:
        if value not in version.scale.values:
            raise ValueOffScale(f"{value} is not on the scale of this version.")


def _check_words(text: FrameworkText, new) -> None:
    if isinstance(new, QuestionText):
        if not new.text:
            raise TextMissing("A question needs its words.")
        return
    word = "domain" if isinstance(new, DomainText) else "competency"
    if not new.name or not new.code:
        raise NameMissing(f"A {word} needs a code and a name.")
    if new.code in editing.taken_codes(text.domains, type(new), but=new.key):
        raise CodeTaken(f"Another {word} of this version has the code {new.code}.")


def _written(anchors: dict[int, str]) -> dict[int, str]:
    return {value: text.strip() for value, text in sorted(anchors.items()) if text.strip()}


def _lines(probes) -> tuple[str, ...]:
    return tuple(line.strip() for line in probes if line.strip())


def _named(part, text: FrameworkText) -> str:
    """Return what a part is called in the list of changes."""
    if isinstance(part, DomainText):
        return f"domain {part.code} {part.name}"
    if isinstance(part, CompetencyText):
        return f"competency {part.code} {part.name}"
    holder = next(
        c for d in text.domains for c in d.competencies if part.key in {q.key for q in c.questions}
    )
    place = [q.key for q in holder.questions].index(part.key) + 1
    return f"question {place} of {holder.code} {holder.name}"


def _texts(part) -> dict[str, str]:
    """Return a part's words by field, as the ledger digests them."""
    if isinstance(part, QuestionText):
        plain = {"kind": part.kind, "difficulty": part.difficulty, "text": part.text}
        return plain | {"probes": "\n".join(part.probes), "good_answer": part.good_answer}
    words = {"code": part.code, "name": part.name, "summary": part.summary}
    if isinstance(part, CompetencyText):
        words["tags"] = ledger.canonical(part.tags) if part.tags else ""
        words |= {f"anchor_{value}": anchor for value, anchor in part.levels.items()}
    return words


def _record(version, part, what: str, by, at, new: dict | None = None, texts=None) -> None:
    ledger.record(
        chain=f"trust:{version.framework.trust_id}",
        action=f"{part._meta.model_name}.{what}",
        obj=part,
        by=by,
        at=at,
        new=(new or {}) | {"version": ledger.reference(version)},
        texts=texts,
    )
