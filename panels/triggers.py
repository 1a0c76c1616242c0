"""An opened panel and its interview plan stay as they were, held by the database."""

from audit.triggers import DELETE, INSERT, UPDATE, FrozenRows

PLAN_STANDS = "an interview plan stands once scoring is open"
OPENED = "(SELECT opened_at FROM panels_panel WHERE id = {row}.panel_id) IS NOT NULL"
BLUEPRINT_FROZEN = (
    "(SELECT b.frozen_at FROM rubrics_criterion c JOIN rubrics_exercise e ON e.id = c.exercise_id"
    " JOIN rubrics_blueprint b ON b.id = e.blueprint_id"
    " WHERE c.id = {row}.criterion_id) IS NOT NULL"
)

RULES = (
    FrozenRows(
        "panels_panel",
        (UPDATE, DELETE),
        "an opened panel never changes",
        "OLD.opened_at IS NOT NULL",
    ),
    FrozenRows("panels_questionassignment", (INSERT, UPDATE), PLAN_STANDS, OPENED),
    # Until the blueprint is frozen a criterion may leave it, and who asks about it with it.
    FrozenRows(
        "panels_questionassignment", (DELETE,), PLAN_STANDS, f"{OPENED} AND {BLUEPRINT_FROZEN}"
    ),
)
