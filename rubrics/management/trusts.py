"""The trust a command is about: named, or the only one."""

from django.core.management.base import CommandError

from accounts.models import Trust
from rubrics.queries.exchange import trusts_to_import_into


def chosen_trust(slug: str) -> Trust:
    """Return the trust of a slug, or the only one; raises CommandError in words."""
    found = trusts_to_import_into(slug)
    if len(found) == 1:
        return found[0]
    if slug or not found:
        missing = f"There is no trust {slug}." if slug else "There is no trust yet."
        raise CommandError(f"{missing} Nothing was done.")
    slugs = ", ".join(trust.slug for trust in found)
    raise CommandError(f"Say which trust with --trust: {slugs}. Nothing was done.")
