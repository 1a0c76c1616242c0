"""Read models of frameworks and blueprints."""

from rubrics.queries.blueprints import (
    BlueprintPage,
    Plan,
    blueprint_list,
    blueprint_page,
    blueprint_plan,
    ready_plans,
    visible_blueprints,
)
from rubrics.queries.frameworks import (
    VersionPage,
    content_of,
    edited_trusts,
    fingerprint,
    framework_list,
    library_offers,
    text_of,
    version_page,
    visible_competencies,
    visible_versions,
)

__all__ = [
    "BlueprintPage",
    "Plan",
    "VersionPage",
    "blueprint_list",
    "blueprint_page",
    "blueprint_plan",
    "content_of",
    "edited_trusts",
    "fingerprint",
    "framework_list",
    "library_offers",
    "ready_plans",
    "text_of",
    "version_page",
    "visible_blueprints",
    "visible_competencies",
    "visible_versions",
]
