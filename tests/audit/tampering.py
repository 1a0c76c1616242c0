"""Every way we know to falsify a ledger, as somebody who owns the database would do it.

Each kind takes a database cursor and the number of an entry in the chain `appointment:1`. Where a
kind needs it, hashes are computed anew with the program's own function: it is no secret.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from audit.heads import head_message
from audit.ledger import entry_hash, first_hash
from audit.models import Chain, Entry, SignedHead
from audit.triggers import drop_statements

AT = datetime(2026, 12, 8, 9, 30, 15, 123456, tzinfo=UTC)
CHAIN = "appointment:1"
ENTRIES = 7

Kind = Callable[[int], None]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    """List a kind of tampering under its name."""
    KINDS[function.__name__] = function
    return function


def sql(statement: str, *values) -> None:
    """Run a statement on the open database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def unlock() -> None:
    """Take away what holds the rows still: triggers, foreign keys and unique constraints."""
    for statement in drop_statements(connection):
        sql(statement)
    for table in ("audit_entry", "audit_signedhead"):
        if connection.vendor == "sqlite":
            sql(f"CREATE TABLE bare AS SELECT * FROM {table}")
            sql(f"DROP TABLE {table}")
            sql(f"ALTER TABLE bare RENAME TO {table}")
            continue
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, table)
        for name, found in constraints.items():
            if found["foreign_key"] or (found["unique"] and not found["primary_key"]):
                sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def change(column: str, number: int, value) -> None:
    """Write one column of one entry."""
    sql(f"UPDATE audit_entry SET {column} = %s WHERE chain_id = %s AND sequence = %s",
        value, CHAIN, number)  # fmt: skip


def rehash(start: int = 1) -> None:
    """Compute every hash from `start` on anew and move the head there: a perfect forgery."""
    entries = list(Entry.objects.filter(chain=CHAIN).order_by("sequence"))
    chain = Chain.objects.get(key=CHAIN)
    previous = first_hash(CHAIN, chain.salt)
    for number, entry in enumerate(entries, start=1):
        if number >= start:
            entry.sequence, entry.previous_hash = number, previous
            entry.hash = entry_hash(entry)
            sql("UPDATE audit_entry SET sequence = %s, previous_hash = %s, hash = %s WHERE id = %s",
                number, previous, entry.hash, entry.pk)  # fmt: skip
        previous = entry.hash
    sql("UPDATE audit_chain SET sequence = %s, hash = %s WHERE key = %s",
        len(entries), previous, CHAIN)  # fmt: skip


def column_kind(column: str, value) -> None:
    """List the kind that writes another value into one column."""

    def tamper(number: int) -> None:
        entry = Entry.objects.get(chain=CHAIN, sequence=number)
        change(column, number, value(getattr(entry, column)) if callable(value) else value)

    KINDS[f"other_{column}"] = tamper


for _column, _value in {
    "actor": "user:99",
    "on_behalf_of": "user:98",
    "action": "score.revised",
    "object": "score:999",
    "old": '{"value":9}',
    "new": '{"value":5,"weight":2}',
    "reason": "because",
    "request_id": "00000000-0000-0000-0000-000000000000",
    "app_version": "9.9.9",
    "previous_hash": "f" * 64,
    "hash": "e" * 64,
    "sequence": lambda number: number + 100,
    "chain_id": "appointment:2",
}.items():
    column_kind(_column, _value)


@kind
def a_second_later(number):
    change("at", number, AT + timedelta(seconds=1))


@kind
def a_microsecond_later(number):
    change("at", number, AT + timedelta(microseconds=1))


@kind
def time_zone_shift(number):
    change("at", number, AT + timedelta(hours=1))


@kind
def local_time_taken_for_universal(number):
    change("at", number, AT.replace(tzinfo=None) - timedelta(hours=5) if connection.vendor ==
           "sqlite" else AT - timedelta(hours=5))  # fmt: skip


@kind
def hash_in_capitals(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    change("hash", number, entry.hash.upper())


@kind
def both_hashes_in_capitals(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    change("hash", number, entry.hash.upper())
    change("previous_hash", number + 1, entry.hash.upper())
    sql("UPDATE audit_chain SET hash = upper(hash) WHERE key = %s AND sequence = %s", CHAIN, number)


@kind
def values_in_another_order(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    change("new", number, json.dumps(dict(reversed(json.loads(entry.new).items()))))


@kind
def values_with_spaces(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    change("new", number, json.dumps(json.loads(entry.new), indent=1))


@kind
def whole_number_as_decimal(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    change("new", number, entry.new.replace('"weight":2', '"weight":2.0'))


@kind
def emptied_values(number):
    change("new", number, "")


@kind
def old_and_new_swapped(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    change("old", number, entry.new)
    change("new", number, entry.old)


@kind
def trailing_space(number):
    change("reason", number, "typed ")


@kind
def homoglyph(number):
    change("reason", number, "tуped")  # a Cyrillic letter


@kind
def trailing_null_byte(number):
    """PostgreSQL takes no null bytes, so there the nearest it does take stands in."""
    change("reason", number, "typed\x00" if connection.vendor == "sqlite" else "typed\x01")


@kind
def invisible_character(number):
    change("actor", number, "system\u200b")


@kind
def deleted(number):
    sql("DELETE FROM audit_entry WHERE chain_id = %s AND sequence = %s", CHAIN, number)


@kind
def deleted_and_closed_up(number):
    """Remove one entry and renumber those behind it, leaving their hashes."""
    deleted(number)
    for later in range(number + 1, ENTRIES + 1):
        change("sequence", later, later - 1)
    sql("UPDATE audit_chain SET sequence = sequence - 1 WHERE key = %s", CHAIN)


@kind
def deleted_and_rewritten(number):
    deleted(number)
    rehash()


@kind
def changed_and_rewritten(number):
    change("new", number, '{"value":5,"weight":2}')
    rehash(number)


@kind
def cut_off_from_here(number):
    sql("DELETE FROM audit_entry WHERE chain_id = %s AND sequence >= %s", CHAIN, number)


@kind
def cut_off_with_the_head_moved_back(number):
    cut_off_from_here(number)
    rehash()


@kind
def all_removed(number):
    sql("DELETE FROM audit_entry WHERE chain_id = %s", CHAIN)


@kind
def head_removed(number):
    sql("DELETE FROM audit_chain WHERE key = %s", CHAIN)


@kind
def whole_chain_removed(number):
    all_removed(number)
    head_removed(number)


@kind
def whole_chain_and_its_signatures_removed(number):
    """What was appended to the file of anchors still names it."""
    whole_chain_removed(number)
    sql("DELETE FROM audit_signedhead WHERE chain_id = %s", CHAIN)


@kind
def swapped_with_another(number):
    other = number + 2 if number + 2 <= ENTRIES else number - 2
    change("sequence", number, 1000)
    change("sequence", other, number)
    change("sequence", 1000, other)


@kind
def contents_swapped_with_another(number):
    other = number + 1 if number < ENTRIES else number - 1
    one = Entry.objects.get(chain=CHAIN, sequence=number)
    two = Entry.objects.get(chain=CHAIN, sequence=other)
    change("object", number, two.object)
    change("object", other, one.object)


@kind
def another_inserted_after(number):
    """Push the later entries up by one and write a new one between, continuing properly."""
    for later in range(ENTRIES, number, -1):
        change("sequence", later, later + 1)
    _copy(number, number + 1)
    sql("UPDATE audit_chain SET sequence = sequence + 1 WHERE key = %s", CHAIN)


@kind
def same_sequence_twice(number):
    _copy(number, number)


@kind
def copy_appended_without_the_head(number):
    _copy(number, ENTRIES + 1)


@kind
def copy_appended_with_the_head(number):
    _copy(number, ENTRIES + 1)
    entry = Entry.objects.get(chain=CHAIN, sequence=ENTRIES + 1)
    sql("UPDATE audit_chain SET sequence = %s, hash = %s WHERE key = %s",
        ENTRIES + 1, entry.hash, CHAIN)  # fmt: skip


@kind
def removed_and_written_again_as_last(number):
    entry = Entry.objects.get(chain=CHAIN, sequence=number)
    deleted(number)
    entry.pk = None
    entry.sequence = ENTRIES + 1
    entry.save(force_insert=True)
    sql("UPDATE audit_chain SET sequence = %s WHERE key = %s", ENTRIES + 1, CHAIN)


@kind
def head_hash_changed(number):
    sql("UPDATE audit_chain SET hash = %s WHERE key = %s", f"{number:064d}", CHAIN)


@kind
def head_moved_forward(number):
    sql("UPDATE audit_chain SET sequence = sequence + %s WHERE key = %s", number, CHAIN)


@kind
def head_moved_back(number):
    sql("UPDATE audit_chain SET sequence = %s WHERE key = %s", number - 1, CHAIN)


@kind
def salt_changed(number):
    sql("UPDATE audit_chain SET salt = %s WHERE key = %s", f"{number:064d}", CHAIN)


@kind
def entry_of_another_chain_moved_in(number):
    sql("UPDATE audit_entry SET chain_id = %s, sequence = %s WHERE chain_id = %s AND sequence = 1",
        CHAIN, ENTRIES + 1, "appointment:2")  # fmt: skip


@kind
def signature_of_another_message(number):
    sql("UPDATE audit_signedhead SET hash = %s WHERE chain_id = %s", f"{number:064d}", CHAIN)


@kind
def signature_garbled(number):
    signed = SignedHead.objects.filter(chain=CHAIN).first()
    place = number * 3
    other = "0" if signed.signature[place] != "0" else "1"
    garbled = signed.signature[:place] + other + signed.signature[place + 1 :]
    sql("UPDATE audit_signedhead SET signature = %s WHERE id = %s", garbled, signed.pk)


@kind
def signature_removed_to_letters(number):
    sql("UPDATE audit_signedhead SET signature = %s WHERE chain_id = %s", "not hex" * number, CHAIN)


@kind
def signed_at_another_time(number):
    sql("UPDATE audit_signedhead SET signed_at = %s WHERE chain_id = %s",
        AT + timedelta(minutes=number), CHAIN)  # fmt: skip


@kind
def signed_for_another_sequence(number):
    sql("UPDATE audit_signedhead SET sequence = %s WHERE chain_id = %s", number + 50, CHAIN)


@kind
def rewritten_and_signed_with_another_key(number):
    """Rewrite the chain perfectly and sign its head with a key of one's own."""
    change("reason", number, "because")
    rehash()
    chain = Chain.objects.get(key=CHAIN)
    key = Ed25519PrivateKey.generate()
    message = head_message(CHAIN, chain.sequence, chain.hash, AT)
    sql("UPDATE audit_signedhead SET hash = %s, public_key = %s, signature = %s, signed_at = %s"
        " WHERE chain_id = %s", chain.hash, key.public_key().public_bytes_raw().hex(),
        key.sign(message).hex(), AT, CHAIN)  # fmt: skip


@kind
def signed_by_an_unknown_key(number):
    sql("UPDATE audit_signedhead SET public_key = %s WHERE chain_id = %s", f"{number:064d}", CHAIN)


def _copy(number: int, to: int) -> None:
    entry = Entry.objects.filter(chain=CHAIN, sequence=number).first()
    entry.pk = None
    entry.sequence = to
    entry.save(force_insert=True)


SQLITE_ONLY: dict[str, Kind] = {}
"""What PostgreSQL's types make impossible."""


def sqlite_kind(function: Kind) -> Kind:
    """List a kind that only SQLite lets happen."""
    SQLITE_ONLY[function.__name__] = function
    return function


@sqlite_kind
def time_that_is_none(number):
    change("at", number, "yesterday")


@sqlite_kind
def impossible_date(number):
    change("at", number, "2026-13-45 00:00:00")


@sqlite_kind
def bytes_for_text(number):
    change("reason", number, b"\xff\xfe")


@sqlite_kind
def text_that_is_no_text(number):
    sql("UPDATE audit_entry SET reason = CAST(x'c328' AS TEXT) WHERE chain_id = %s"
        " AND sequence = %s", CHAIN, number)  # fmt: skip


@sqlite_kind
def head_that_is_no_number(number):
    sql("PRAGMA ignore_check_constraints=ON")
    sql("UPDATE audit_chain SET sequence = 'many' WHERE key = %s", CHAIN)
