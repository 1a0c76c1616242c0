"""An opened panel and its interview plan stay as they were, held by the database."""

from audit.triggers import DELETE, INSERT, UPDATE, FrozenRows

RULES = (
    FrozenRows(
        "panels_panel",
        (UPDATE, DELETE),
        "an opened panel never changes",
        "OLD.opened_at IS NOT NULL",
    ),
    FrozenRows(
        "panels_questionassignment",
        (INSERT, UPDATE, DELETE),
        "an interview plan stands once scoring is open",
        "(SELECT opened_at FROM panels_panel WHERE id = {row}.panel_id) IS NOT NULL",
    ),
)
