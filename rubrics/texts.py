"""A framework and a ready blueprint as plain text: what is loaded, copied, compared, undone."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from uuid import UUID, uuid4, uuid5

KEYS_OF_THE_LIBRARY = UUID("5b0f2f4e-4a58-4f0d-9a83-0d2d7b8f7a51")


@dataclass(frozen=True)
class QuestionText:
    """A question with what helps to ask it and to judge the answer."""

    kind: str
    difficulty: str
    text: str
    probes: tuple[str, ...]
    good_answer: str
    key: str = ""


@dataclass(frozen=True)
class CompetencyText:
    """A competency with its anchors by value of the scale."""

    code: str
    name: str
    summary: str
    tags: dict[str, list]
    levels: dict[int, str]
    questions: tuple[QuestionText, ...]
    key: str = ""


@dataclass(frozen=True)
class DomainText:
    """A group of competencies."""

    code: str
    name: str
    summary: str
    competencies: tuple[CompetencyText, ...]
    key: str = ""


@dataclass(frozen=True)
class FrameworkText:
    """A whole framework."""

    slug: str
    name: str
    scale_key: str
    source: str
    licence_note: str
    domains: tuple[DomainText, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of every word of it."""
        return digest(asdict(self))


@dataclass(frozen=True)
class CriterionText:
    """One competency, by its code, as scored in one exercise."""

    competency: str
    weight: int
    question_kind: str = ""
    minimum: int | None = None
    question_key: str = ""


@dataclass(frozen=True)
class ExerciseText:
    """One part of an assessment."""

    kind: str
    name: str
    minutes: int
    instructions: str
    criteria: tuple[CriterionText, ...]
    scoring_seats: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlueprintText:
    """The ready plan of an assessment for the framework of this slug."""

    slug: str
    name: str
    framework: str
    summary: str
    exercises: tuple[ExerciseText, ...]
    minimum_value: int | None = None
    low_value: int | None = None
    allowed_low: int | None = None
    minimum_total_percent: int | None = None
    tie_break: tuple[str, ...] = field(default=())

    @property
    def criteria(self) -> tuple[CriterionText, ...]:
        """Every criterion in the order of the plan."""
        return tuple(c for exercise in self.exercises for c in exercise.criteria)


def digest(content: object) -> str:
    """Return the SHA-256 of plain content, the same whatever order its keys were written in."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(text: FrameworkText) -> dict:
    """Return a framework as plain content that JSON can hold."""
    return asdict(text)


def from_plain(content: dict) -> FrameworkText:
    """Return the framework that `plain` wrote down, also after a turn through JSON."""
    domains = tuple(
        DomainText(
            **domain | {"competencies": tuple(map(_competency_from, domain["competencies"]))}
        )
        for domain in content["domains"]
    )
    return FrameworkText(**content | {"domains": domains})


def with_library_keys(text: FrameworkText) -> FrameworkText:
    """Give every part without a key one made from where it stands: the same for the same library.

    So a library loaded twice, or in a later edition, is known part by part.
    """

    def made(*place: str) -> str:
        return str(uuid5(KEYS_OF_THE_LIBRARY, "/".join((text.slug, *place))))

    def asked(code: str, questions: tuple[QuestionText, ...]) -> tuple[QuestionText, ...]:
        return tuple(
            replace(question, key=question.key or made("question", code, str(number)))
            for number, question in enumerate(questions, 1)
        )

    def held(competencies: tuple[CompetencyText, ...]) -> tuple[CompetencyText, ...]:
        return tuple(
            replace(
                c, key=c.key or made("competency", c.code), questions=asked(c.code, c.questions)
            )
            for c in competencies
        )

    domains = tuple(
        replace(d, key=d.key or made("domain", d.code), competencies=held(d.competencies))
        for d in text.domains
    )
    return replace(text, domains=domains)


def new_key() -> str:
    """Return a key that no part has yet."""
    return str(uuid4())


def with_keys(
    domains: Iterable[DomainText], known: Iterable[DomainText] = ()
) -> tuple[DomainText, ...]:
    """Give every part a key of its own: the one it has, that of the known part it is, or a new one.

    A domain or competency without a key is the known one of the same code, a question the one of
    the same competency with the same words. A key that stands twice is given once.
    """
    domains, known = tuple(domains), tuple(known)
    keys = _Keys(domains, known)
    return tuple(
        replace(
            domain,
            key=keys.give(domain.key, ("domain", domain.code)),
            competencies=tuple(
                replace(
                    competency,
                    key=keys.give(competency.key, ("competency", competency.code)),
                    questions=tuple(
                        replace(
                            question,
                            key=keys.give(
                                question.key, ("question", competency.code, question.text)
                            ),
                        )
                        for question in competency.questions
                    ),
                )
                for competency in domain.competencies
            ),
        )
        for domain in domains
    )


class _Keys:
    """The keys of a text while they are given out: each once."""

    def __init__(self, domains: tuple[DomainText, ...], known: tuple[DomainText, ...]):
        self.by_place = {place: key for place, key in _placed(known) if key}
        self.claimed = {key for _, key in _placed(domains) if key}
        self.given: set[str] = set()

    def give(self, own: str, place: tuple[str, ...]) -> str:
        """Return a part's own key, else the known one of its place, else a new one."""
        key = own
        if not key and (known := self.by_place.get(place, "")) not in self.claimed:
            key = known
        if not key or key in self.given:
            key = new_key()
        self.given.add(key)
        return key


def _placed(domains: Iterable[DomainText]) -> Iterable[tuple[tuple[str, ...], str]]:
    """Yield every part's place, by code or by words, with its key."""
    for domain in domains:
        yield ("domain", domain.code), domain.key
        for competency in domain.competencies:
            yield ("competency", competency.code), competency.key
            for question in competency.questions:
                yield ("question", competency.code, question.text), question.key


def _competency_from(content: dict) -> CompetencyText:
    questions = tuple(
        QuestionText(**question | {"probes": tuple(question["probes"])})
        for question in content["questions"]
    )
    levels = {int(value): anchor for value, anchor in content["levels"].items()}
    return CompetencyText(**content | {"questions": questions, "levels": levels})
