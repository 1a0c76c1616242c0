"""What the pages that change a draft ask."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from rubrics import editing
from rubrics.models import Competency, Domain, DraftSnapshot, FrameworkVersion, Question
from rubrics.queries.texts import content_of, framework_text_of, question_text_of
from rubrics.scales import SCALES, Scale
from rubrics.texts import DomainText


@dataclass(frozen=True)
class QuestionBlock:
    """A question as the page that orders a competency's questions shows it."""

    question: Question
    number: int
    seen: str
    can_go_up: bool
    can_go_down: bool

    @property
    def label(self) -> str:
        """What buttons call it."""
        return f"question {self.number}"


@dataclass(frozen=True)
class QuestionsPage:
    """The questions of one competency of a draft, and the order they were shown in."""

    competency: Competency
    questions: tuple[QuestionBlock, ...]
    order: str


@dataclass(frozen=True)
class ScaleChoice:
    """A scale a draft could be scored on, and what choosing it would do to the anchors."""

    scale: Scale
    kept: int
    dropped: int
    to_write: int


def visible_domains(user: User) -> QuerySet[Domain]:
    """Return the domains a person may see, each with its version and trust."""
    return Domain.objects.visible_to(user).select_related("version__framework__trust")


def visible_questions(user: User) -> QuerySet[Question]:
    """Return the questions a person may see, each with its competency, version and trust."""
    return Question.objects.visible_to(user).select_related(
        "competency__domain__version__framework__trust"
    )


def last_change(version: FrameworkVersion) -> DraftSnapshot | None:
    """Return what can be undone next in a draft, with who did it."""
    return version.snapshots.select_related("made_by").order_by("-pk").first()


def questions_page(competency: Competency) -> QuestionsPage:
    """Return the questions of a draft's competency, in a fixed number of queries."""
    rows = list(competency.questions.order_by("position"))
    last = len(rows) - 1
    return QuestionsPage(
        competency=competency,
        questions=tuple(
            QuestionBlock(
                question=row,
                number=place + 1,
                seen=editing.fingerprint(question_text_of(row)),
                can_go_up=place > 0,
                can_go_down=place < last,
            )
            for place, row in enumerate(rows)
        ),
        order=editing.order_of(content_of(competency.domain.version)),
    )


def scale_choices(version: FrameworkVersion) -> tuple[ScaleChoice, ...]:
    """Return every scale with what a change to it keeps, drops and leaves to write."""
    text = framework_text_of(version)
    competencies = [c for domain in text.domains for c in domain.competencies]
    anchored = [value for c in competencies for value, anchor in c.levels.items() if anchor]
    found = []
    for scale in SCALES.values():
        kept = sum(value in scale.values for value in anchored)
        to_write = len(competencies) * len(scale.values) - kept
        found.append(ScaleChoice(scale, kept, len(anchored) - kept, to_write))
    return tuple(found)


def domain_seen(domain: Domain) -> str:
    """Return the fingerprint of a domain's own words, without its competencies."""
    words = DomainText(domain.code, domain.name, domain.summary, (), str(domain.key))
    return editing.fingerprint(words)


def free_code(version: FrameworkVersion, domain: Domain | None = None) -> str:
    """Return a code that a new domain, or a new competency of a domain, could have."""
    return editing.next_code(content_of(version), str(domain.key) if domain else "")
