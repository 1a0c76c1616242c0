"""Published framework versions and frozen blueprints, held by the database."""

from audit.triggers import DELETE, INSERT, UPDATE, FrozenRows

ALL = (INSERT, UPDATE, DELETE)
PUBLISHED = "a published framework version never changes"
FROZEN = "a blueprint never changes once scoring by it has begun"

VERSION = "(SELECT status FROM rubrics_frameworkversion WHERE id = {row}.version_id) <> 'DRAFT'"
VERSION_OF_DOMAIN = (
    "(SELECT v.status FROM rubrics_domain d JOIN rubrics_frameworkversion v ON v.id = d.version_id"
    " WHERE d.id = {row}.domain_id) <> 'DRAFT'"
)
VERSION_OF_COMPETENCY = (
    "(SELECT v.status FROM rubrics_competency c JOIN rubrics_domain d ON d.id = c.domain_id"
    " JOIN rubrics_frameworkversion v ON v.id = d.version_id"
    " WHERE c.id = {row}.competency_id) <> 'DRAFT'"
)
BLUEPRINT = "(SELECT frozen_at FROM rubrics_blueprint WHERE id = {row}.blueprint_id) IS NOT NULL"
BLUEPRINT_OF_EXERCISE = (
    "(SELECT b.frozen_at FROM rubrics_exercise e JOIN rubrics_blueprint b ON b.id = e.blueprint_id"
    " WHERE e.id = {row}.exercise_id) IS NOT NULL"
)

ONLY_RETIRED = (
    "OLD.status = 'PUBLISHED' AND NEW.status = 'RETIRED' AND NEW.id = OLD.id"
    " AND NEW.scale_key = OLD.scale_key AND NEW.number = OLD.number"
    " AND NEW.framework_id = OLD.framework_id AND NEW.library_digest = OLD.library_digest"
    " AND NEW.published_at = OLD.published_at"
    " AND COALESCE(NEW.published_by_id, 0) = COALESCE(OLD.published_by_id, 0)"
)

RULES = (
    FrozenRows(
        "rubrics_frameworkversion",
        (UPDATE,),
        PUBLISHED,
        f"OLD.status <> 'DRAFT' AND NOT ({ONLY_RETIRED})",
    ),
    FrozenRows("rubrics_frameworkversion", (DELETE,), PUBLISHED, "OLD.status <> 'DRAFT'"),
    FrozenRows("rubrics_domain", ALL, PUBLISHED, VERSION),
    FrozenRows("rubrics_competency", ALL, PUBLISHED, VERSION_OF_DOMAIN),
    FrozenRows("rubrics_level", ALL, PUBLISHED, VERSION_OF_COMPETENCY),
    FrozenRows("rubrics_question", ALL, PUBLISHED, VERSION_OF_COMPETENCY),
    FrozenRows("rubrics_blueprint", (UPDATE, DELETE), FROZEN, "OLD.frozen_at IS NOT NULL"),
    FrozenRows("rubrics_exercise", ALL, FROZEN, BLUEPRINT),
    FrozenRows("rubrics_criterion", ALL, FROZEN, BLUEPRINT_OF_EXERCISE),
)
