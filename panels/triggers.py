"""An opened panel stays as it was opened, held by the database."""

from audit.triggers import DELETE, UPDATE, FrozenRows

RULES = (
    FrozenRows(
        "panels_panel",
        (UPDATE, DELETE),
        "an opened panel never changes",
        "OLD.opened_at IS NOT NULL",
    ),
)
