"""Every change to frameworks and blueprints, each with its ledger row."""

from rubrics.services.blueprints import (
    BlueprintDoesNotFit,
    UnknownBlueprint,
    create_blueprint,
    freeze_blueprint,
)
from rubrics.services.frameworks import (
    CompetencyChanged,
    NameMissing,
    ValueOffScale,
    VersionIncomplete,
    VersionNotDraft,
    VersionNotPublished,
    clone_version,
    load_library,
    publish_version,
    retire_version,
    update_competency,
)

__all__ = [
    "BlueprintDoesNotFit",
    "CompetencyChanged",
    "NameMissing",
    "UnknownBlueprint",
    "ValueOffScale",
    "VersionIncomplete",
    "VersionNotDraft",
    "VersionNotPublished",
    "clone_version",
    "create_blueprint",
    "freeze_blueprint",
    "load_library",
    "publish_version",
    "retire_version",
    "update_competency",
]
