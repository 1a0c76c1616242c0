"""What importing a framework would do, in numbers, before anything is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from accounts.models import Trust
from rubrics.completeness import missing_parts
from rubrics.exchange import canonical
from rubrics.models import Framework, FrameworkVersion, VersionStatus
from rubrics.queries.texts import framework_text_of
from rubrics.scales import SCALES
from rubrics.texts import DomainText, FrameworkText, digest, plain, with_keys

NEW_FRAMEWORK, NEW_VERSION = "NEW_FRAMEWORK", "NEW_VERSION"
REPLACES_DRAFT, UNCHANGED = "REPLACES_DRAFT", "UNCHANGED"

Parts = dict[object, tuple[object, object]]


@dataclass(frozen=True)
class ImportTally:
    """How many parts of one kind a file holds, and what becomes of those that are there."""

    word: str
    total: int
    added: int
    removed: int
    moved: int
    reworded: int


@dataclass(frozen=True)
class ImportPlan:
    """What importing a text into a trust would do.

    `base` is the draft that is replaced, the version a new draft follows, or the version that
    says the same already. `refusal` is why nothing can be imported, `seen` tells two states of
    what is there apart.
    """

    outcome: str
    after: FrameworkText
    framework: Framework | None
    base: FrameworkVersion | None
    tallies: tuple[ImportTally, ...]
    details: tuple[tuple[str, str, str], ...]
    is_reordered: bool
    missing: tuple[str, ...]
    refusal: str
    seen: str


def plan_import(trust: Trust, text: FrameworkText) -> ImportPlan:
    """Return what importing a text into a trust would do, in a fixed number of queries."""
    framework = Framework.objects.filter(trust=trust, slug=text.slug).first()
    versions = list(framework.versions.order_by("-number")) if framework else []
    base = _base(versions)
    before = canonical(framework_text_of(base)) if base else _nothing(text)
    after = canonical(_recognised(text, before))
    old, new = dict(_parts(before)), dict(_parts(after))
    is_same = base is not None and base.status != VersionStatus.RETIRED and before == after
    namesakes = Framework.objects.filter(trust=trust, name__iexact=text.name)
    is_taken = namesakes.exclude(pk=framework.pk if framework else None).exists()
    return ImportPlan(
        outcome=UNCHANGED if is_same else _outcome(base),
        after=after,
        framework=framework,
        base=base,
        tallies=tuple(_tally(word, old[word], new[word]) for word in new),
        details=tuple(_details(before, after)) if base else (),
        is_reordered=_order(old, new) != _order(new, old),
        missing=missing_parts(after.domains, SCALES[after.scale_key]),
        refusal=f"There already is a framework called {text.name}, with another slug than"
        f" {text.slug}. Change the name in the file."
        if is_taken
        else "",
        seen=digest([base.pk, base.status, plain(before)] if base else []),
    )


def exported_version(trust: Trust, slug: str, number: int | None) -> FrameworkVersion | None:
    """Return the version of a framework with this number, or the newest one."""
    found = FrameworkVersion.objects.filter(framework__trust=trust, framework__slug=slug)
    if number is not None:
        found = found.filter(number=number)
    return found.select_related("framework__trust").order_by("-number").first()


def trusts_to_import_into(slug: str) -> tuple[Trust, ...]:
    """Return the trust of this slug, or every trust when none is named."""
    found = Trust.objects.filter(slug=slug) if slug else Trust.objects.all()
    return tuple(found.order_by("slug"))


def _base(versions: list[FrameworkVersion]) -> FrameworkVersion | None:
    """Return the newest draft, else the newest version in use, else the newest."""
    for status in (VersionStatus.DRAFT, VersionStatus.PUBLISHED):
        for version in versions:
            if version.status == status:
                return version
    return versions[0] if versions else None


def _outcome(base: FrameworkVersion | None) -> str:
    if base is None:
        return NEW_FRAMEWORK
    return REPLACES_DRAFT if base.status == VersionStatus.DRAFT else NEW_VERSION


def _nothing(text: FrameworkText) -> FrameworkText:
    return replace(text, domains=())


def _recognised(text: FrameworkText, before: FrameworkText) -> FrameworkText:
    """Give every part its key: a part whose key is not known here is known again by its code.

    So a file from another trust, or without keys, comes back as the same parts each time.
    """
    known = {key for parts in dict(_parts(before)).values() for key in parts}
    places = {place for place, _ in _places(before.domains)}

    def own(part, place):
        is_stranger = part.key not in known and place in places
        return replace(part, key="") if is_stranger else part

    domains = tuple(
        replace(
            own(domain, ("domain", domain.code)),
            competencies=tuple(
                replace(
                    own(found, ("competency", found.code)),
                    questions=tuple(
                        own(question, ("question", found.code, question.text))
                        for question in found.questions
                    ),
                )
                for found in domain.competencies
            ),
        )
        for domain in text.domains
    )
    return replace(text, domains=with_keys(domains, before.domains))


def _places(domains: Iterable[DomainText]) -> Iterator[tuple[tuple[str, ...], str]]:
    for domain in domains:
        yield ("domain", domain.code), domain.key
        for found in domain.competencies:
            yield ("competency", found.code), found.key
            for question in found.questions:
                yield ("question", found.code, question.text), question.key


def _parts(text: FrameworkText) -> Iterator[tuple[str, Parts]]:
    """Yield each kind of part with its parts: key to where it stands and what it says."""
    every = [(domain, found) for domain in text.domains for found in domain.competencies]
    yield "domain", {d.key: ("", (d.code, d.name, d.summary)) for d in text.domains}
    yield "competency", {c.key: (d.key, (c.code, c.name, c.summary, c.tags)) for d, c in every}
    yield (
        "anchor",
        {(c.key, value): ("", words) for _, c in every for value, words in c.levels.items()},
    )
    yield (
        "question",
        {q.key: (c.key, replace(q, key="")) for _, c in every for q in c.questions},
    )


def _tally(word: str, old: Parts, new: Parts) -> ImportTally:
    common = old.keys() & new.keys()
    return ImportTally(
        word=word,
        total=len(new),
        added=len(new.keys() - common),
        removed=len(old.keys() - common),
        moved=sum(old[key][0] != new[key][0] for key in common),
        reworded=sum(old[key][1] != new[key][1] for key in common),
    )


def _order(these: dict[str, Parts], others: dict[str, Parts]) -> list[object]:
    """Return the order of the parts that both texts have."""
    return [
        key for word, parts in these.items() if word != "anchor" for key in parts
        if key in others[word]
    ]  # fmt: skip


def _details(before: FrameworkText, after: FrameworkText) -> Iterator[tuple[str, str, str]]:
    """Yield what changes about the framework itself: which setting, from what, to what."""
    ends = {scale.key: scale.ends for scale in SCALES.values()}
    for word, old, new in (
        ("Name", before.name, after.name),
        ("Scale", ends[before.scale_key], ends[after.scale_key]),
        ("Source", before.source, after.source),
        ("Licence note", before.licence_note, after.licence_note),
    ):
        if old != new:
            yield word, old, new
