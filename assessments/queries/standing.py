"""Whether a recommendation can stand: one sentence, and ticks with their evidence."""

from assessments.models import Verdict
from assessments.queries.outcome import OutcomePage
from assessments.services.decision import is_seal_good
from panels.composition import Composition, State
from panels.models import Declaration, DeclarationOutcome, Panel
from panels.queries import undeclared
from panels.ticks import Tick


def sentence_of(page: OutcomePage) -> str:
    """Say the recommendation in one sentence."""
    if page.recommendation is None:
        return "Everybody has locked. The panel has not recorded its recommendation yet."
    named = sorted(
        (one.verdict.preference, one.application.candidate.name)
        for one in page.candidates
        if one.verdict and one.verdict.verdict == Verdict.RECOMMENDED
    )
    if not named:
        return "The panel recommends that nobody be appointed."
    names = " and ".join(name for _, name in named)
    return f"The panel recommends {names} for appointment."


def standing_ticks(page: OutcomePage, composition: Composition) -> list[Tick]:
    """Say what a recommendation rests on: composition, declarations, locked scores, seal."""
    sheets = len(
        {member for c in page.candidates for r in c.result.criteria for member, _ in r.values}
    )
    ticks = [
        _composition(page, composition),
        _declarations(page.panel),
        Tick(
            State.HOLDS,
            f"Every score that counts is locked, by {sheets} members.",
            "Score sheets",
            "",
        ),
    ]
    if page.recommendation is not None:
        ticks.append(_seal(page))
    return ticks


def _composition(page: OutcomePage, composition: Composition) -> Tick:
    if not composition.blockers:
        return Tick(State.HOLDS, composition.summary, "Composition check", "")
    words = " ".join(finding.words for finding in composition.blockers)
    if page.panel.override_reason:
        words += f" Scoring was opened all the same, because: {page.panel.override_reason}"
    mends = " ".join(finding.mend for finding in composition.blockers)
    return Tick(State.FAILS, words, "Composition check", mends)


def _declarations(panel: Panel) -> Tick:
    """Say who declared and what followed; a member who has not settled theirs fails it."""
    missing = undeclared(panel)
    if missing:
        names = ", ".join(member.person.name for member in missing)
        return Tick(
            State.FAILS,
            f"Not settled: the declarations of {names}.",
            "Declarations of interest",
            "Ask for the declaration, or let the chair decide about it.",
        )
    outcomes = list(
        Declaration.objects.filter(member__panel=panel).values_list("outcome", flat=True)
    )
    declared = len(outcomes) - outcomes.count(DeclarationOutcome.NONE)
    recused = declared - outcomes.count(DeclarationOutcome.STAYS)
    words = f"{len(outcomes)} declarations were made and settled before scoring; "
    words += (
        f"{declared} of an interest, of which {recused} ended in not scoring."
        if declared
        else "nobody declared an interest."
    )
    return Tick(State.HOLDS, words, "Declarations of interest", "")


def _seal(page: OutcomePage) -> Tick:
    code = page.recommendation.code
    if is_seal_good(page.recommendation):
        words = f"Scores, blueprint and recommendation are as they were sealed, code {code}."
        return Tick(State.HOLDS, words, "Recomputed a moment ago", "")
    words = f"What was sealed as {code} has been changed since. Do not act on this page."
    return Tick(State.FAILS, words, "Recomputed a moment ago", "Tell the auditor at once.")
