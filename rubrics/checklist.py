"""How structured an assessment is: fifteen questions to its plan, each answered from the plan.

The fifteen follow the components of interview structure in Campion, Palmer and Campion (1997),
"A review of structure in the selection interview", Personnel Psychology 50, 655-702; the words and
the thresholds are ours. What a plan cannot show is said to be unknown: it is never counted as held.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rubrics.scales import Scale
from rubrics.soundness import INTERVIEW, MINUTES_A_CRITERION, label
from rubrics.texts import BlueprintText, ExerciseText

ENOUGH_QUESTIONS = 5


class State(StrEnum):
    """Whether a component holds."""

    HOLDS = "HOLDS"
    FAILS = "FAILS"
    CANNOT_TELL = "CANNOT_TELL"


@dataclass(frozen=True)
class Facts:
    """A plan with what the framework under it offers.

    `anchored` gives the values of the scale that are anchored, by the competency's code; `probed`
    the keys of the chosen questions that have probes.
    """

    text: BlueprintText
    names: Mapping[str, str]
    scale: Scale
    anchored: Mapping[str, frozenset[int]]
    probed: frozenset[str]

    @property
    def interviews(self) -> tuple[ExerciseText, ...]:
        """The exercises in which a panel asks."""
        return tuple(e for e in self.text.exercises if e.kind == INTERVIEW and e.criteria)


@dataclass(frozen=True)
class Component:
    """One component of structure: whether it holds, by what evidence, and what would mend it."""

    name: str
    state: State
    evidence: str
    advice: str = ""

    @property
    def text(self) -> str:
        """Its name with the evidence."""
        return f"{self.name}: {self.evidence}"

    @property
    def mend(self) -> str:
        """What would mend it, for the list of ticks."""
        return self.advice

    @property
    def source(self) -> str:
        """Nothing: the page names the source once."""
        return ""


@dataclass(frozen=True)
class Checklist:
    """All components, and how many of them hold."""

    components: tuple[Component, ...]

    def _in(self, state: State) -> tuple[Component, ...]:
        return tuple(c for c in self.components if c.state == state)

    @property
    def holding(self) -> tuple[Component, ...]:
        """Those that hold."""
        return self._in(State.HOLDS)

    @property
    def failing(self) -> tuple[Component, ...]:
        """Those that the plan fails."""
        return self._in(State.FAILS)

    @property
    def unknown(self) -> tuple[Component, ...]:
        """Those that no plan can show."""
        return self._in(State.CANNOT_TELL)

    @property
    def count(self) -> str:
        """The plain count."""
        held = len(self.holding)
        return f"{held} of {len(self.components)} {'holds' if held == 1 else 'hold'}"


def checklist(facts: Facts) -> Checklist:
    """Answer every question from the plan."""
    return Checklist(tuple(answer(facts) for answer in QUESTIONS))


def _job_analysis(facts: Facts) -> Component:
    return Component(
        "Chosen from the job",
        State.CANNOT_TELL,
        "the plan does not record which part of the post each competency comes from.",
        "Go through the person specification with two people who do the job, and choose what is"
        " essential in it.",
    )


def _same_questions(facts: Facts) -> Component:
    name = "The same questions for all"
    if not facts.interviews:
        return _no_interview(name)
    if unasked := _unasked(facts):
        return Component(
            name,
            State.FAILS,
            f"no question is chosen for {', '.join(unasked)}.",
            "Choose a question for each competency of the interview.",
        )
    asked = _asked(facts)
    if asked == 1:
        evidence = "the question of the interview is fixed before the first candidate."
    else:
        evidence = f"all {asked} questions of the interview are fixed before the first candidate."
    return Component(name, State.HOLDS, evidence)


def _limited_prompting(facts: Facts) -> Component:
    name = "Little and equal prompting"
    if not facts.interviews:
        return _no_interview(name)
    bare = [
        label(criterion.competency, facts.names)
        for exercise in facts.interviews
        for criterion in exercise.criteria
        if criterion.question_key not in facts.probed
    ]
    if bare:
        return Component(
            name,
            State.FAILS,
            f"no probes are written for {', '.join(bare)}.",
            "Choose questions with probes, or write them in a draft of the framework.",
        )
    return Component(
        name, State.HOLDS, "every question of the interview comes with its probes, and no others."
    )


def _question_types(facts: Facts) -> Component:
    name = "Questions that ask for behaviour"
    if not facts.interviews:
        return _no_interview(name)
    if unasked := _unasked(facts):
        return Component(
            name,
            State.FAILS,
            f"nobody knows what will be asked about {', '.join(unasked)}.",
            "Choose past behaviour or situational questions from the bank.",
        )
    kinds = [c.question_kind for exercise in facts.interviews for c in exercise.criteria]
    past = kinds.count("PAST_BEHAVIOUR")
    return Component(
        name,
        State.HOLDS,
        f"{past} about what candidates did, {len(kinds) - past} about what they would do.",
    )


def _enough_questions(facts: Facts) -> Component:
    name = "Enough questions, with time to answer"
    if not facts.interviews:
        return _no_interview(name)
    asked, minutes = _asked(facts), sum(exercise.minutes for exercise in facts.interviews)
    evidence = f"{_counted(asked, 'question')} in {_counted(minutes, 'minute')}."
    if asked >= ENOUGH_QUESTIONS and minutes >= MINUTES_A_CRITERION * asked:
        return Component(name, State.HOLDS, evidence)
    return Component(
        name,
        State.FAILS,
        evidence,
        f"Our rule of thumb: at least {ENOUGH_QUESTIONS} questions and about"
        f" {MINUTES_A_CRITERION} minutes for each.",
    )


def _ancillary(facts: Facts) -> Component:
    return Component(
        "Nothing known beforehand",
        State.CANNOT_TELL,
        "what members have read or heard about a candidate is not seen here.",
        "Agree what members read before they score. References come after.",
    )


def _candidates_questions(facts: Facts) -> Component:
    return Component(
        "The candidate's questions at the end",
        State.CANNOT_TELL,
        "when candidates ask is up to the chair.",
        "Say in the instructions of the interview that they come last and are not scored.",
    )


def _each_answer(facts: Facts) -> Component:
    name = "Each answer scored by itself"
    if not facts.text.criteria:
        return _no_criteria(name)
    count = _counted(len(facts.text.criteria), "score")
    return Component(
        name, State.HOLDS, f"{count} for each candidate from each member, not one impression."
    )


def _anchored(facts: Facts) -> Component:
    name = "Anchored scale"
    if not facts.text.criteria:
        return _no_criteria(name)
    wanted = set(facts.scale.values)
    codes = dict.fromkeys(criterion.competency for criterion in facts.text.criteria)
    bare = [label(c, facts.names) for c in codes if not wanted <= set(facts.anchored.get(c, ()))]
    if bare:
        return Component(
            name,
            State.FAILS,
            f"a level has no behaviour written for {', '.join(bare)}.",
            "Write it in a new version of the framework, and move the blueprint onto that.",
        )
    return Component(
        name, State.HOLDS, f"every level from {facts.scale.ends} says what behaviour earns it."
    )


def _notes(facts: Facts) -> Component:
    return Component(
        "Notes",
        State.HOLDS,
        "built in. Each score has room for evidence; the lowest, the highest and every concern"
        " cannot be locked without it.",
    )


def _several_scorers(facts: Facts) -> Component:
    name = "Several scorers"
    if not facts.text.exercises:
        return _no_criteria(name)
    alone = [
        exercise.name
        for exercise in facts.text.exercises
        if len(exercise.scoring_seats) == 1 and "ADDITIONAL" not in exercise.scoring_seats
    ]
    if alone:
        return Component(
            name,
            State.FAILS,
            f"one person scores {', '.join(alone)}.",
            "Let at least two seats score every exercise.",
        )
    if any(exercise.scoring_seats == ("ADDITIONAL",) for exercise in facts.text.exercises):
        return Component(
            name,
            State.CANNOT_TELL,
            "how many additional members a panel has is not seen here.",
            "Invite at least two, or let a seat score as well.",
        )
    return Component(name, State.HOLDS, "no exercise is left to one seat.")


def _same_scorers(facts: Facts) -> Component:
    return Component(
        "The same scorers for all",
        State.HOLDS,
        "built in. Whoever scores an exercise scores it for every candidate, except one in whom"
        " they have an interest.",
    )


def _no_discussion(facts: Facts) -> Component:
    return Component(
        "No discussion between interviews",
        State.HOLDS,
        "built in as far as a program can. Each member scores alone and sees nobody else's scores"
        " until everyone has locked theirs. The chair keeps the coffee break to other things.",
    )


def _training(facts: Facts) -> Component:
    return Component(
        "Trained scorers",
        State.CANNOT_TELL,
        "the plan does not know who will sit.",
        "The page of each panel shows whose training is in date.",
    )


def _formula(facts: Facts) -> Component:
    name = "Combined by formula"
    if not facts.text.criteria:
        return _no_criteria(name)
    return Component(
        name,
        State.HOLDS,
        "built in. Totals come from weights fixed before the first score; members decide with"
        " them, not instead of them.",
    )


QUESTIONS = (
    _job_analysis,
    _same_questions,
    _limited_prompting,
    _question_types,
    _enough_questions,
    _ancillary,
    _candidates_questions,
    _each_answer,
    _anchored,
    _notes,
    _several_scorers,
    _same_scorers,
    _no_discussion,
    _training,
    _formula,
)


def _no_interview(name: str) -> Component:
    return Component(
        name,
        State.CANNOT_TELL,
        "there is no panel interview in this plan.",
        "If one follows elsewhere, plan it here too.",
    )


def _no_criteria(name: str) -> Component:
    return Component(
        name, State.FAILS, "nothing is scored yet.", "Choose competencies and weigh them."
    )


def _unasked(facts: Facts) -> list[str]:
    return [
        label(criterion.competency, facts.names)
        for exercise in facts.interviews
        for criterion in exercise.criteria
        if not criterion.question_kind
    ]


def _asked(facts: Facts) -> int:
    return sum(len(exercise.criteria) for exercise in facts.interviews) - len(_unasked(facts))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
