"""System checks that refuse an unsafe production: `manage.py check --deploy` runs them."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection

OLDEST_SAFE_SQLITE = (3, 51, 3)


@register(Tags.security, deploy=True)
def secrets_are_named(app_configs, **kwargs) -> list[Error]:
    """Refuse to run without keys of the operator's own."""
    errors = []
    if not settings.LEDGER_KEY:
        errors.append(
            Error(
                "QUORATE_LEDGER_KEY is not set, so ledger heads cannot be signed.",
                hint="Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'",
                id="quorate.E001",
            )
        )
    return errors


@register(Tags.security, deploy=True)
def debug_is_off(app_configs, **kwargs) -> list[Error]:
    """Refuse DEBUG: it opens the demonstration's one-button sign-in."""
    if not settings.DEBUG:
        return []
    return [
        Error(
            "QUORATE_DEBUG is on: anyone could sign in as a demo persona.",
            hint="Unset QUORATE_DEBUG.",
            id="quorate.E002",
        )
    ]


@register(Tags.database, deploy=True)
def database_keeps_what_it_acknowledged(app_configs, databases=None, **kwargs) -> list[Error]:
    """Refuse a database that may lose a committed score when the power goes."""
    if connection.vendor == "sqlite":
        return _sqlite_errors()
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()[0]
        cursor.execute("SHOW synchronous_commit")
        synchronous_commit = cursor.fetchone()[0]
    if fsync == "on" and synchronous_commit != "off":
        return []
    return [
        Error(
            f"PostgreSQL runs with fsync={fsync}, synchronous_commit={synchronous_commit}:"
            " an acknowledged score could be lost.",
            hint="Set both to on in postgresql.conf.",
            id="quorate.E003",
        )
    ]


def _sqlite_errors() -> list[Error]:
    errors = []
    if connection.Database.sqlite_version_info < OLDEST_SAFE_SQLITE:
        errors.append(
            Error(
                f"SQLite {connection.Database.sqlite_version} can corrupt a WAL database.",
                hint="Install pysqlite3 0.6.1 or later, which brings its own SQLite.",
                id="quorate.E004",
            )
        )
    with connection.cursor() as cursor:
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if synchronous < 2:
        errors.append(
            Error(
                "SQLite does not sync at each commit: an acknowledged score could be lost.",
                hint="Leave the init_command of config/settings.py as it is.",
                id="quorate.E005",
            )
        )
    return errors
