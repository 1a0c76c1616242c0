"""Rows that may never change, held by the database itself on SQLite and PostgreSQL.

Each app lists its own in `<app>/triggers.py`; they are made anew after every migration, because
SQLite drops a table's triggers whenever Django rebuilds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

INSERT, UPDATE, DELETE, TRUNCATE = "INSERT", "UPDATE", "DELETE", "TRUNCATE"
PREFIX = "frozen_"
LONGEST_NAME = 63  # of PostgreSQL, which cuts what is longer without a word


@dataclass(frozen=True)
class FrozenRows:
    """Refuse `events` on the rows of a table that fulfil `when`.

    In `when`, `{row}` is the row as it stands and, for INSERT and UPDATE, the row as it would be:
    nothing may leave a frozen place, nor be moved into one. `OLD` and `NEW` may be named where
    only UPDATE is listed. An empty `when` refuses always.
    """

    table: str
    events: tuple[str, ...]
    message: str
    when: str = "1 = 1"

    def conditions(self) -> dict[str, str]:
        """Return the condition of each event's trigger, by the trigger's name."""
        old, new = self.when.replace("{row}", "OLD"), self.when.replace("{row}", "NEW")
        either = f"({old}) OR ({new})" if old != new else old
        words = {INSERT: new, UPDATE: either, DELETE: old}
        return {self.name(event): words[event] for event in self.events}

    def name(self, event: str) -> str:
        """Return the name of the trigger, and on PostgreSQL of its function, for one event."""
        return f"{PREFIX}{self.table}_{event.lower()}"


@dataclass(frozen=True)
class Trigger:
    """One trigger as a database is told to make it, and as it lists it afterwards."""

    name: str
    table: str
    statements: tuple[str, ...]
    definition: str


_registry: list[FrozenRows] = []


def freeze(*rules: FrozenRows) -> None:
    """List rules to be installed; an app calls this once from its `ready`.

    Raises ImproperlyConfigured when two rules share a table and an event, since the second would
    silently replace the first, and when PostgreSQL would cut a trigger's name.
    """
    for rule in rules:
        if rule in _registry:
            continue
        taken = {name for other in _registry for name in other.conditions()}
        for name in map(rule.name, (*rule.events, TRUNCATE)):
            if name in taken:
                raise ImproperlyConfigured(f"two rules make the trigger {name}")
            if len(name) > LONGEST_NAME:
                raise ImproperlyConfigured(f"the trigger {name} is named too long")
        _registry.append(rule)


def frozen_rows() -> tuple[FrozenRows, ...]:
    """Return every listed rule."""
    return tuple(_registry)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every listed trigger that is missing or differs, and remove those listed no longer."""
    wanted, found = _wanted(connection), _found(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, (table, _) in found.items():
            if name not in wanted:
                cursor.execute(_drop(connection.vendor, name, table))
        for trigger in wanted.values():
            if found.get(trigger.name) != (trigger.table, trigger.definition):
                for statement in trigger.statements:
                    cursor.execute(statement)


def drop_statements(connection: BaseDatabaseWrapper) -> list[str]:
    """Return SQL that removes every trigger: for a test database that is emptied between tests."""
    return [
        _drop(connection.vendor, name, table) for name, (table, _) in _found(connection).items()
    ]


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Return, in words, each listed trigger that is not there, is switched off or was changed."""
    found = _found(connection)
    words = []
    for trigger in _wanted(connection).values():
        if trigger.name not in found:
            words.append(f"{trigger.name} is missing")
        elif found[trigger.name][1] != trigger.definition:
            words.append(f"{trigger.name} is switched off or was changed")
    return words


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    """Return every listed trigger whose table exists, by name."""
    tables = set(connection.introspection.table_names())
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    return {
        trigger.name: trigger
        for rule in _registry
        if rule.table in tables
        for trigger in make(rule)
    }


def _found(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return the table and the definition of each trigger of ours in the database, by name."""
    query = (
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT t.tgname, t.tgrelid::regclass::text, t.tgenabled::text || p.prosrc"
        " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {
            name: (table, definition)
            for name, table, definition in cursor.fetchall()
            if name.startswith(PREFIX)
        }


def _drop(vendor: str, name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + ("" if vendor == "sqlite" else f" ON {table}")


def _sqlite(rule: FrozenRows) -> Iterator[Trigger]:
    message = rule.message.replace("'", "''")
    for event in rule.events:
        name = rule.name(event)
        make = (
            f"CREATE TRIGGER {name} BEFORE {event} ON {rule.table} FOR EACH ROW"
            f" WHEN {rule.conditions()[name]} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        yield Trigger(name, rule.table, (_drop("sqlite", name, rule.table), make), make)


def _postgresql(rule: FrozenRows) -> Iterator[Trigger]:
    """Make a function and a trigger per event, and one for TRUNCATE, which no row trigger sees."""
    for event in rule.events:
        name = rule.name(event)
        result = "OLD" if event == DELETE else "NEW"
        body = f" BEGIN IF {rule.conditions()[name]} THEN {_refusal(rule)} RETURN {result}; END "
        yield _postgresql_trigger(rule.table, name, event, "ROW", body)
    if DELETE in rule.events:
        body = f" BEGIN IF true THEN {_refusal(rule)} RETURN NULL; END "
        yield _postgresql_trigger(rule.table, rule.name(TRUNCATE), TRUNCATE, "STATEMENT", body)


def _refusal(rule: FrozenRows) -> str:
    message = rule.message.replace("'", "''").replace("%", "%%")
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"


def _postgresql_trigger(table: str, name: str, event: str, each: str, body: str) -> Trigger:
    return Trigger(
        name,
        table,
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION {name}()",
        ),
        f"O{body}",
    )
