"""Locked sheets, recommendations and decisions, held by the database."""

from audit.triggers import DELETE, INSERT, UPDATE, FrozenRows

RULES = (
    FrozenRows(
        "assessments_scoresheet",
        (UPDATE, DELETE),
        "a locked score sheet never changes",
        "OLD.locked_at IS NOT NULL",
    ),
    FrozenRows(
        "assessments_score",
        (INSERT, UPDATE, DELETE),
        "the scores of a locked sheet never change",
        "(SELECT locked_at FROM assessments_scoresheet WHERE id = {row}.sheet_id) IS NOT NULL",
    ),
    FrozenRows("assessments_recommendation", (UPDATE, DELETE), "a recommendation never changes"),
    FrozenRows(
        "assessments_recommendedcandidate", (UPDATE, DELETE), "a recommendation never changes"
    ),
    FrozenRows(
        "assessments_candidatereport",
        (UPDATE,),
        "the text of a released report never changes",
        "OLD.released_at IS NOT NULL AND (NEW.strengths <> OLD.strengths"
        " OR NEW.next_steps <> OLD.next_steps OR NEW.evidence <> OLD.evidence"
        " OR NEW.version <> OLD.version OR NEW.application_id <> OLD.application_id"
        " OR NEW.released_by_id IS NULL OR NEW.released_by_id <> OLD.released_by_id"
        " OR NEW.released_at IS NULL OR NEW.released_at <> OLD.released_at)",
    ),
    FrozenRows(
        "assessments_candidatereport",
        (DELETE,),
        "a released report is never deleted",
        "OLD.released_at IS NOT NULL",
    ),
    FrozenRows("assessments_decision", (UPDATE, DELETE), "the employer's decision never changes"),
)
