"""Who may do what with sheets and results, as plain predicates with truth tables in the tests."""

from appointments.stages import Stage

SCORING_STAGES = (Stage.IN_SESSION,)
RESULT_STAGES = (Stage.SCORED, Stage.RECOMMENDED, Stage.DECIDED, Stage.CLOSED)


def can_see_results(*, is_everyone_locked: bool, is_member: bool, is_office: bool) -> bool:
    """Results are for members and for the office, and for nobody before everyone has locked."""
    return is_everyone_locked and (is_member or is_office)


def can_see_progress(*, is_chair: bool, is_staffing: bool) -> bool:
    """Who has locked what is for the chair and medical staffing only: a count is a side channel."""
    return is_chair or is_staffing


def can_close(*, is_staffing: bool, stage: str, is_everyone_locked: bool) -> bool:
    """Medical staffing close scoring where the last open sheets fell away unlocked."""
    return is_staffing and stage in SCORING_STAGES and is_everyone_locked


def can_recommend(*, is_chair: bool, stage: str) -> bool:
    """The chair records the recommendation once all scores are locked, and once only."""
    return is_chair and stage == Stage.SCORED


def can_decide(*, is_chief_executive: bool, stage: str) -> bool:
    """The chief executive decides for the employer once there is a recommendation."""
    return is_chief_executive and stage == Stage.RECOMMENDED


def can_report(*, is_staffing: bool, stage: str) -> bool:
    """Medical staffing review and release candidate reports once the employer has decided."""
    return is_staffing and stage in (Stage.DECIDED, Stage.CLOSED)
