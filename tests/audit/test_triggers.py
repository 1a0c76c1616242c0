"""The database itself holds frozen rows, whoever asks and however."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from audit import triggers
from audit.checks import frozen_rows_are_held
from audit.heads import sign_every_head
from audit.models import Chain, Entry, SignedHead
from audit.triggers import DELETE, INSERT, UPDATE, FrozenRows
from tests.audit.tampering import AT, CHAIN, sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(write):
    """A chain of three entries with a signed head."""
    write(CHAIN, 3)
    sign_every_head(at=AT)


def _save(model, **changes):
    row = model.objects.first()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))


def _bulk_update():
    entries = list(Entry.objects.all())
    for entry in entries:
        entry.reason = "because"
    Entry.objects.bulk_update(entries, ["reason"])


def _upsert():
    entry = Entry.objects.first()
    entry.reason = "because"
    Entry.objects.bulk_create(
        [entry], update_conflicts=True, unique_fields=["id"], update_fields=["reason"]
    )


def _replace():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    sql("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE sequence = 2")


def _truncate():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    sql("TRUNCATE audit_entry, audit_signedhead")


REFUSED = {
    "entry saved": lambda: _save(Entry, reason="because"),
    "entries updated": lambda: Entry.objects.update(reason="because"),
    "entries updated in bulk": _bulk_update,
    "entries upserted": _upsert,
    "entries replaced": _replace,
    "entry deleted": lambda: Entry.objects.first().delete(),
    "entries deleted": lambda: Entry.objects.all().delete(),
    "entries deleted raw": lambda: Entry.objects.all()._raw_delete("default"),
    "entries truncated": _truncate,
    "entry updated by SQL": lambda: sql("UPDATE audit_entry SET reason = 'because'"),
    "entry deleted by SQL": lambda: sql("DELETE FROM audit_entry WHERE sequence = 3"),
    "signed head saved": lambda: _save(SignedHead, hash="0" * 64),
    "signed heads updated": lambda: SignedHead.objects.update(signature="0" * 128),
    "signed heads deleted": lambda: SignedHead.objects.all().delete(),
    "chain deleted by SQL": lambda: sql("DELETE FROM audit_chain"),
    "chain set back": lambda: Chain.objects.update(sequence=F("sequence") - 1),
    "chain moved on without an entry": lambda: Chain.objects.update(sequence=F("sequence") + 1),
    "chain moved on by two": lambda: Chain.objects.update(sequence=F("sequence") + 2),
    "chain given another hash": lambda: Chain.objects.update(hash="0" * 64),
    "chain given another salt": lambda: Chain.objects.update(salt="0" * 64),
    "chain renamed": lambda: Chain.objects.update(key="appointment:9"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_change_is_refused_by_the_database(kept, name):
    before = _everything()
    with pytest.raises(DatabaseError), transaction.atomic():
        REFUSED[name]()
    assert _everything() == before


def _everything():
    return [list(model.objects.order_by("pk").values()) for model in (Chain, Entry, SignedHead)]


def test_erasing_a_salt_is_the_one_change_allowed(kept):
    assert Chain.objects.update(salt="") == 1
    assert Chain.objects.get().salt == ""


def test_refusal_says_why(kept):
    with pytest.raises(DatabaseError, match="ledger entries never change"), transaction.atomic():
        Entry.objects.update(reason="because")


def test_without_its_trigger_a_row_can_be_changed(kept):
    """The negative control of every refusal above."""
    for statement in triggers.drop_statements(connection):
        sql(statement)
    assert Entry.objects.update(reason="because") == 3


@pytest.fixture
def registry(monkeypatch):
    """A registry of one's own."""
    monkeypatch.setattr(triggers, "_registry", [])


@pytest.fixture
def shelf(registry):
    """A table of books in boxes, of which some boxes are closed."""
    sql("CREATE TABLE box (id integer, is_closed boolean)")
    sql("CREATE TABLE book (id integer, box_id integer)")
    sql("INSERT INTO box VALUES (1, true), (2, false)")
    sql("INSERT INTO book VALUES (11, 1), (12, 2)")
    closed = "(SELECT is_closed FROM box WHERE id = {row}.box_id)"
    triggers.freeze(FrozenRows("book", (INSERT, UPDATE, DELETE), "it isn't 100% open", closed))
    triggers.install(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO book VALUES (13, 1)",
        "UPDATE book SET id = 99 WHERE id = 11",
        "UPDATE book SET box_id = 2 WHERE id = 11",
        "UPDATE book SET box_id = 1 WHERE id = 12",
        "DELETE FROM book WHERE id = 11",
    ],
)
def test_row_neither_enters_nor_leaves_nor_changes_in_a_frozen_place(shelf, statement):
    with pytest.raises(DatabaseError, match="it isn't 100% open"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO book VALUES (13, 2)",
        "UPDATE book SET id = 99 WHERE id = 12",
        "DELETE FROM book WHERE id = 12",
    ],
)
def test_row_in_an_open_place_is_free(shelf, statement):
    sql(statement)


def test_second_rule_for_a_table_and_event_is_refused(registry):
    triggers.freeze(FrozenRows("box", (UPDATE, DELETE), "first", "OLD.id = 1"))
    with pytest.raises(ImproperlyConfigured, match="frozen_box_delete"):
        triggers.freeze(FrozenRows("box", (DELETE,), "second", "OLD.id = 2"))
    assert len(triggers.frozen_rows()) == 1


def test_same_rule_twice_is_one_rule(registry):
    for _ in range(2):
        triggers.freeze(FrozenRows("box", (UPDATE,), "first"))
    assert len(triggers.frozen_rows()) == 1


def test_name_that_postgresql_would_cut_is_refused(registry):
    long = "b" * 48
    triggers.freeze(FrozenRows(f"{long[:46]}", (UPDATE,), "fits"))
    with pytest.raises(ImproperlyConfigured, match="too long"):
        triggers.freeze(FrozenRows(long, (UPDATE,), "does not"))


def test_rule_that_changed_replaces_its_trigger_and_one_that_went_is_removed(shelf, monkeypatch):
    monkeypatch.setattr(
        triggers, "_registry", [FrozenRows("book", (DELETE,), "not 12", "OLD.id = 12")]
    )
    triggers.install(connection)
    sql("INSERT INTO book VALUES (13, 1)")
    sql("DELETE FROM book WHERE id = 11")
    with pytest.raises(DatabaseError, match="not 12"), transaction.atomic():
        sql("DELETE FROM book WHERE id = 12")
    assert triggers.faults(connection) == []


def test_installing_twice_changes_nothing(django_assert_num_queries):
    triggers.install(connection)
    found = triggers._found(connection)
    triggers.install(connection)
    assert triggers._found(connection) == found
    assert triggers.faults(connection) == []


def test_every_rule_of_every_app_is_installed():
    wanted = {name for rule in triggers.frozen_rows() for name in rule.conditions()}
    assert wanted <= set(triggers._found(connection))
    assert len(wanted) > 20


def test_check_is_silent_when_every_trigger_is_there():
    assert frozen_rows_are_held(None, databases=["default"]) == []


def test_check_asks_no_database_unless_told_to():
    sql(triggers._drop(connection.vendor, "frozen_audit_entry_delete", "audit_entry"))
    assert frozen_rows_are_held(None) == []


def test_check_names_the_trigger_that_is_missing():
    sql(triggers._drop(connection.vendor, "frozen_audit_entry_delete", "audit_entry"))
    with pytest.raises(SystemCheckError, match="frozen_audit_entry_delete is missing"):
        call_command("check", deploy=True, databases=["default"], fail_level="ERROR")


def _gut_sqlite():
    name = "frozen_audit_entry_delete"
    sql(f"DROP TRIGGER {name}")
    sql(f"CREATE TRIGGER {name} BEFORE DELETE ON audit_entry WHEN 1 = 0 BEGIN SELECT 1; END")


def _gut_postgresql():
    sql(
        "CREATE OR REPLACE FUNCTION frozen_audit_entry_delete() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$"
    )


def test_check_names_the_trigger_that_was_made_harmless():
    _gut_sqlite() if connection.vendor == "sqlite" else _gut_postgresql()
    [error] = frozen_rows_are_held(None, databases=["default"])
    assert "frozen_audit_entry_delete is switched off or was changed" in error.msg


def test_check_names_the_trigger_that_was_switched_off():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite cannot switch a trigger off")
    sql("ALTER TABLE audit_entry DISABLE TRIGGER frozen_audit_entry_update")
    [error] = frozen_rows_are_held(None, databases=["default"])
    assert "frozen_audit_entry_update is switched off or was changed" in error.msg


@pytest.mark.django_db(transaction=True)
def test_migrate_makes_triggers_anew():
    sql(triggers._drop(connection.vendor, "frozen_audit_entry_delete", "audit_entry"))
    call_command("migrate", verbosity=0)
    assert triggers.faults(connection) == []
