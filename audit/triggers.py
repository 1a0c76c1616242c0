"""Rows that may never change, held by the database itself on SQLite and PostgreSQL.

Each app lists its own in `<app>/triggers.py`; they are made anew after every migration, because
SQLite drops a table's triggers whenever Django rebuilds it.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"


@dataclass(frozen=True)
class FrozenRows:
    """Refuse `events` on the rows of a table that fulfil `when`.

    In `when`, `{row}` is the row as it stands (the new one for an INSERT); `OLD` and `NEW` may be
    named where only UPDATE is listed. An empty `when` refuses always.
    """

    table: str
    events: tuple[str, ...]
    message: str
    when: str = "1 = 1"

    def triggers(self) -> list[tuple[str, str, str]]:
        """Return (name, event, condition) for each event."""
        return [
            (
                f"frozen_{self.table}_{event.lower()}"[:63],
                event,
                self.when.replace("{row}", "NEW" if event == INSERT else "OLD"),
            )
            for event in self.events
        ]


_registry: list[FrozenRows] = []


def freeze(*rules: FrozenRows) -> None:
    """List rules to be installed; an app calls this once from its `ready`."""
    _registry.extend(rule for rule in rules if rule not in _registry)


def frozen_rows() -> tuple[FrozenRows, ...]:
    """Return every listed rule."""
    return tuple(_registry)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every listed trigger whose table exists, replacing the one of the same name."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for rule in _registry:
            if rule.table in tables:
                for trigger in rule.triggers():
                    for statement in _statements(connection.vendor, rule, *trigger):
                        cursor.execute(statement)


def drop_statements(connection: BaseDatabaseWrapper) -> list[str]:
    """Return SQL that removes every trigger: for a test database that is emptied between tests."""
    if connection.vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {name}" for rule in _registry for name, *_ in rule.triggers()
        ]
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {rule.table}"
        for rule in _registry
        for name, *_ in rule.triggers()
    ]


def installed_names(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the triggers that the database holds now."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def _statements(vendor: str, rule: FrozenRows, name: str, event: str, when: str) -> list[str]:
    message = rule.message.replace("'", "''")
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} BEFORE {event} ON {rule.table} FOR EACH ROW WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END",
        ]
    result = "OLD" if event == DELETE else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {when} THEN RAISE EXCEPTION '{message}'"
        f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {result}; END $$",
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {rule.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
