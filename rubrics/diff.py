"""Two versions of a framework compared part by part, with the words that changed marked."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rubrics.crossmap import tag_lines
from rubrics.scales import SCALES, Scale
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText

SAME, ADDED, REMOVED = "same", "ins", "del"
# Below this share of common words two texts are shown one after the other, not word by word.
READABLE = 0.3

KINDS = {"PAST_BEHAVIOUR": "Past behaviour", "SITUATIONAL": "Situational"}
DIFFICULTIES = {"STANDARD": "Standard", "STRETCH": "Stretch"}

WORDS = {"domain": "Domains", "competency": "Competencies", "question": "Questions"}

Marks = tuple[tuple[str, str], ...]
Part = DomainText | CompetencyText | QuestionText


@dataclass(frozen=True)
class Wording:
    """One text of a part that is not what it was, with its changed words marked."""

    label: str
    marks: Marks


@dataclass(frozen=True)
class Change:
    """What became of one part: how it is called, what happened to it, which words, what is in it.

    `state` is ADDED, REMOVED or SAME; a part that stays can be renamed, reworded, moved.
    """

    kind: str
    label: str
    state: str
    is_renamed: bool = False
    is_reworded: bool = False
    moved: str = ""
    wordings: tuple[Wording, ...] = ()
    parts: tuple["Change", ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything at all happened to it or in it."""
        return self.state != SAME or bool(self.wordings or self.moved or self.parts)


@dataclass(frozen=True)
class Tally:
    """How many parts of one kind were added, removed, moved, renamed, reworded."""

    word: str
    added: int
    removed: int
    moved: int
    renamed: int
    reworded: int


@dataclass(frozen=True)
class FrameworkDiff:
    """Everything in which two versions differ."""

    wordings: tuple[Wording, ...]
    domains: tuple[Change, ...]
    tallies: tuple[Tally, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same in the same order."""
        return not self.wordings and not self.domains


def compare(old: FrameworkText, new: FrameworkText) -> FrameworkDiff:
    """Return what changed from one text to the other; parts are known by key, else by code."""
    details = (
        ("Name", old.name, new.name),
        ("Scale", _scale_words(old.scale_key), _scale_words(new.scale_key)),
        ("Source", old.source, new.source),
        ("Licence note", old.licence_note, new.licence_note),
    )
    domains = _Comparison(old, new).domains()
    every = [part for domain in domains for part in _walk(domain)]
    tallies = (_tally(every, kind, word) for kind, word in WORDS.items())
    return FrameworkDiff(_wordings(details), domains, tuple(tallies))


def marks(old: str, new: str) -> Marks:
    """Return two texts as one run of words that are the same, removed and added.

    The words that are the same or removed make up the old text, the same or added the new one.
    """
    before, after = _words(old), _words(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if before and after and matcher.ratio() < READABLE:
        return ((REMOVED, old), (ADDED, new))
    runs: list[tuple[bool, str, str]] = []
    for name, i, j, k, m in matcher.get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if name == "equal" and (gone.strip() or not runs):
            runs.append((True, gone, come))
        elif runs and not runs[-1][0]:
            _, earlier_gone, earlier_come = runs.pop()
            runs.append((False, earlier_gone + gone, earlier_come + come))
        else:
            runs.append((False, gone, come))
    return tuple(mark for run in runs for mark in _marked(*run))


def _marked(is_same: bool, gone: str, come: str) -> Iterable[tuple[str, str]]:
    found = [(SAME, gone)] if is_same else [(REMOVED, gone), (ADDED, come)]
    return [mark for mark in found if mark[1]]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+(?:['’-]\w+)*|[^\w\s]", text)


class _Comparison:
    """Two texts while their parts are paired: each part of one with at most one of the other."""

    def __init__(self, old: FrameworkText, new: FrameworkText):
        self.old, self.new = old, new
        self.new_scale = SCALES[new.scale_key]
        self.old_scale = SCALES[old.scale_key]
        self.domain_pairs = _paired(old.domains, new.domains, lambda d: d.code)
        self.competency_pairs = _paired(_inner(old.domains), _inner(new.domains), lambda c: c.code)
        self.old_home = {id(c): d for d in old.domains for c in d.competencies}
        self.new_home = {id(c): d for d in new.domains for c in d.competencies}

    def domains(self) -> tuple[Change, ...]:
        """Return the domains in which anything changed: those of the new text, then the gone."""
        shifted = _shifted(self.old.domains, self.new.domains, self.domain_pairs)
        found = [
            self._domain(self.domain_pairs.get(id(new)), new, id(new) in shifted)
            for new in self.new.domains
        ]
        kept = {id(old) for old in self.domain_pairs.values()}
        found += [self._domain(old, None, False) for old in self.old.domains if id(old) not in kept]
        return tuple(change for change in found if change.is_changed)

    def _domain(self, old: DomainText | None, new: DomainText | None, is_moved: bool) -> Change:
        texts = (
            ("Code", _of(old, "code"), _of(new, "code")),
            ("Name", _of(old, "name"), _of(new, "name")),
            ("Summary", _of(old, "summary"), _of(new, "summary")),
        )
        moved = "to another place among the domains" if is_moved else ""
        return _change("domain", old, new, texts, moved, self._competencies(old, new))

    def _competencies(self, old: DomainText | None, new: DomainText | None) -> tuple[Change, ...]:
        before = old.competencies if old else ()
        after = new.competencies if new else ()
        shifted = _shifted(before, after, self.competency_pairs)
        found = []
        for competency in after:
            earlier = self.competency_pairs.get(id(competency))
            moved = self._moved(earlier, competency, id(competency) in shifted)
            found.append(self._competency(earlier, competency, moved))
        kept = {id(competency) for competency in self.competency_pairs.values()}
        found += [self._competency(gone, None, "") for gone in before if id(gone) not in kept]
        return tuple(change for change in found if change.is_changed)

    def _moved(self, old: CompetencyText | None, new: CompetencyText, is_shifted: bool) -> str:
        if old is None:
            return ""
        home = self.old_home[id(old)]
        if self.domain_pairs.get(id(self.new_home[id(new)])) is not home:
            return f"here from {home.code} {home.name}"
        return "to another place in its domain" if is_shifted else ""

    def _competency(
        self, old: CompetencyText | None, new: CompetencyText | None, moved: str
    ) -> Change:
        texts = [
            ("Code", _of(old, "code"), _of(new, "code")),
            ("Name", _of(old, "name"), _of(new, "name")),
            ("Summary", _of(old, "summary"), _of(new, "summary")),
            *self._anchors(old, new),
            ("Links to outside frameworks", _tags(old), _tags(new)),
        ]
        return _change("competency", old, new, texts, moved, self._questions(old, new))

    def _anchors(self, old: CompetencyText | None, new: CompetencyText | None):
        before, after = old.levels if old else {}, new.levels if new else {}
        for value in sorted(before.keys() | after.keys()):
            label = _score(value, (self.new_scale, self.old_scale))
            yield label, before.get(value, ""), after.get(value, "")

    def _questions(
        self, old: CompetencyText | None, new: CompetencyText | None
    ) -> tuple[Change, ...]:
        before = old.questions if old else ()
        after = new.questions if new else ()
        pairs = _paired(before, after, lambda question: question.text)
        shifted = _shifted(before, after, pairs)
        found = []
        for number, question in enumerate(after, 1):
            moved = "to another place among the questions" if id(question) in shifted else ""
            found.append(_question(number, pairs.get(id(question)), question, moved))
        kept = {id(question) for question in pairs.values()}
        found += [
            _question(number, gone, None, "")
            for number, gone in enumerate(before, 1)
            if id(gone) not in kept
        ]
        return tuple(change for change in found if change.is_changed)


def _question(
    number: int, old: QuestionText | None, new: QuestionText | None, moved: str
) -> Change:
    texts = (
        ("Kind", _word(KINDS, old, "kind"), _word(KINDS, new, "kind")),
        (
            "Difficulty",
            _word(DIFFICULTIES, old, "difficulty"),
            _word(DIFFICULTIES, new, "difficulty"),
        ),
        ("Question", _of(old, "text"), _of(new, "text")),
        ("To follow up", _probes(old), _probes(new)),
        ("What good looks like", _of(old, "good_answer"), _of(new, "good_answer")),
    )
    return _change("question", old, new, texts, moved, (), label=f"Question {number}")


def _change(kind, old, new, texts, moved: str, parts, label: str = "") -> Change:
    part = new or old
    state = ADDED if old is None else REMOVED if new is None else SAME
    wordings = _wordings(texts)
    is_renamed = any(w.label in ("Code", "Name") for w in wordings)
    return Change(
        kind=kind,
        label=label or f"{part.code} {part.name}",
        state=state,
        is_renamed=state == SAME and is_renamed,
        is_reworded=state == SAME and any(w.label not in ("Code", "Name") for w in wordings),
        moved=moved,
        wordings=wordings,
        parts=parts,
    )


def _wordings(texts: Iterable[tuple[str, str, str]]) -> tuple[Wording, ...]:
    return tuple(Wording(label, marks(old, new)) for label, old, new in texts if old != new)


def _paired(
    old: Iterable[Part], new: Iterable[Part], name: Callable[[Part], str]
) -> dict[int, Part]:
    """Pair the parts of two texts: id of the new one to the old one, by key, then by name."""
    old, new = list(old), list(new)
    pairs: dict[int, Part] = {}
    for same in (lambda part: part.key, name):
        taken = {id(part) for part in pairs.values()}
        free = {same(part): part for part in reversed(old) if same(part) and id(part) not in taken}
        for part in new:
            if id(part) not in pairs and (found := free.pop(same(part), None)) is not None:
                pairs[id(part)] = found
    return pairs


def _shifted(old: Sequence[Part], new: Sequence[Part], pairs: dict[int, Part]) -> set[int]:
    """Return the parts that changed places among those that stay in this list."""
    place = {id(part): number for number, part in enumerate(old)}
    staying = [part for part in new if id(pairs.get(id(part))) in place]
    order = [place[id(pairs[id(part)])] for part in staying]
    kept = _longest_rising(order)
    return {id(part) for part, number in zip(staying, order, strict=True) if number not in kept}


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the most of different numbers that stand in rising order: they did not move."""
    best: list[list[int]] = []
    for number in numbers:
        before = max((run for run in best if run[-1] < number), key=len, default=[])
        best.append([*before, number])
    return set(max(best, key=len, default=[]))


def _walk(change: Change) -> Iterable[Change]:
    yield change
    for part in change.parts:
        yield from _walk(part)


def _tally(changes: Iterable[Change], kind: str, word: str) -> Tally:
    found = [change for change in changes if change.kind == kind]
    return Tally(
        word=word,
        added=sum(change.state == ADDED for change in found),
        removed=sum(change.state == REMOVED for change in found),
        moved=sum(bool(change.moved) for change in found),
        renamed=sum(change.is_renamed for change in found),
        reworded=sum(change.is_reworded for change in found),
    )


def _inner(domains: Iterable[DomainText]) -> list[CompetencyText]:
    return [competency for domain in domains for competency in domain.competencies]


def _of(part: Part | None, field: str) -> str:
    return getattr(part, field) if part else ""


def _word(words: dict[str, str], question: QuestionText | None, field: str) -> str:
    return words[getattr(question, field)] if question else ""


def _probes(question: QuestionText | None) -> str:
    return "\n".join(question.probes) if question else ""


def _tags(competency: CompetencyText | None) -> str:
    lines = tag_lines(competency.tags) if competency else ()
    return "\n".join(f"{line.heading}: {'; '.join(p.name for p in line.parts)}" for line in lines)


def _score(value: int, scales: Iterable[Scale]) -> str:
    """Name a score by its word on the first of the scales that has it."""
    words = [scale.word(value) for scale in scales if value in scale.values]
    return ", ".join([f"Score {value}", *words[:1]])


def _scale_words(key: str) -> str:
    scale = SCALES[key]
    return f"{scale.ends}: {', '.join(scale.words)}"
