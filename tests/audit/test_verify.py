"""Whatever is done to the ledger behind the program's back is found, and nothing else."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audit import ledger
from audit.heads import sign_every_head
from audit.models import Chain, Entry, SignedHead
from audit.verify import Fault, UnusableAnchor, read_anchors, verify, verify_chain
from tests.audit.tampering import (
    AT,
    CHAIN,
    ENTRIES,
    KINDS,
    SQLITE_ONLY,
    change,
    rehash,
    sql,
    unlock,
)

pytestmark = pytest.mark.django_db
PLACES = (1, 2, 4, ENTRIES - 1, ENTRIES)


@pytest.fixture
def signed_ledger(write, django_capture_on_commit_callbacks, settings):
    """Two chains with signed heads, kept in the file too; rows can be got at."""
    write(CHAIN, ENTRIES)
    write("appointment:2", 3)
    with django_capture_on_commit_callbacks(execute=True):
        sign_every_head(at=AT)
    unlock()
    return settings.LEDGER_ANCHORS


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", KINDS)
def test_tampering_is_found(signed_ledger, name, place):
    anchors = read_anchors(signed_ledger)
    assert verify(anchors).faults == ()
    KINDS[name](place)
    faults = verify(anchors).faults
    assert faults
    assert all(isinstance(fault, Fault) and fault.words for fault in faults)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", SQLITE_ONLY)
def test_tampering_with_types_is_found(signed_ledger, name, place):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's types do not let this happen")
    SQLITE_ONLY[name](place)
    assert verify().faults


def test_kinds_are_many():
    assert len(KINDS) >= 50


def test_first_bad_entry_is_named_with_what_is_wrong(signed_ledger):
    change("reason", 3, "because")
    change("reason", 5, "because")
    sql("UPDATE audit_entry SET actor = 'user:5' WHERE chain_id = 'appointment:2' AND sequence = 2")
    assert verify().faults == (
        Fault(CHAIN, 3, "was changed after it was written"),
        Fault("appointment:2", 2, "was changed after it was written"),
    )


def test_unreadable_entry_is_named_exactly(signed_ledger):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's types do not let this happen")
    SQLITE_ONLY["time_that_is_none"](4)
    assert verify().faults == (Fault(CHAIN, 4, "cannot be read"),)


def test_rewriting_without_any_signature_or_file_is_what_cannot_be_found(write):
    """The honest limit: only a signed head, here or with a witness, tells a perfect forgery."""
    write(CHAIN, ENTRIES)
    unlock()
    change("reason", 3, "because")
    rehash()
    assert verify().faults == ()


def test_rewriting_is_found_by_the_file_alone(signed_ledger):
    anchors = read_anchors(signed_ledger)
    change("reason", 3, "because")
    rehash()
    sql("DELETE FROM audit_signedhead")
    assert verify().faults == ()
    assert verify(anchors).faults == (
        Fault(CHAIN, ENTRIES, "differs from the head that was signed"),
    )


def test_honest_ledger_holds(write):
    write(CHAIN, 30, reason="Ngũgĩ said “yes” \U0001f44d\u202e", new={"a": [1, None, {"é": "ü"}]})
    write("appointment:2", 1)
    findings = verify()
    assert (findings.chains, findings.entries, findings.faults) == (2, 31, ())


def test_empty_ledger_holds():
    findings = verify()
    assert (findings.chains, findings.entries, findings.signed_heads) == (0, 0, 0)
    assert findings.faults == ()


def test_ledger_that_grew_after_its_head_was_signed_holds(signed_ledger, write):
    write(CHAIN, 5)
    assert verify(read_anchors(signed_ledger)).faults == ()


def test_erased_salt_leaves_a_chain_that_holds(signed_ledger):
    Chain.objects.filter(key=CHAIN).update(salt="")
    assert verify(read_anchors(signed_ledger)).faults == ()


def test_ledger_holds_after_it_was_dumped_and_loaded(signed_ledger, tmp_path):
    file = tmp_path / "ledger.json"
    call_command("dumpdata", "audit", output=str(file), verbosity=0)
    for model in (SignedHead, Entry, Chain):
        model.objects.all().delete()
    assert verify(read_anchors(signed_ledger)).faults
    call_command("loaddata", str(file), verbosity=0)
    findings = verify(read_anchors(signed_ledger))
    assert (findings.entries, findings.signed_heads, findings.faults) == (ENTRIES + 3, 2, ())


def test_entries_written_while_it_verifies_are_no_faults(write, monkeypatch):
    """Between any two of its reads somebody may score; a careless verifier cries wolf."""
    write(CHAIN, 3)
    plain = Entry.objects.filter
    monkeypatch.setattr("audit.verify.Entry.objects.filter", _writing_before(plain, write))
    assert verify_chain(CHAIN).faults == ()
    assert Chain.objects.get(key=CHAIN).sequence > 3


def _writing_before(read, write):
    def writing(*args, **kwargs):
        queryset = read(*args, **kwargs)
        write(CHAIN)
        return queryset

    return writing


def test_one_chain_is_verified_in_a_fixed_number_of_queries(
    write, django_assert_num_queries, django_capture_on_commit_callbacks
):
    write(CHAIN, 3)
    sign_every_head(at=AT)
    with django_assert_num_queries(5):
        assert verify_chain(CHAIN).entries == 3
    for _ in range(20):
        write(CHAIN, 2)
        sign_every_head(at=AT)
    with django_assert_num_queries(5):
        findings = verify_chain(CHAIN)
    assert (findings.entries, findings.signed_heads, findings.faults) == (43, 21, ())


def _run(*args):
    out = StringIO()
    code = 0
    try:
        call_command("verify_ledger", *args, stdout=out, no_color=True)
    except Exception as error:
        code = error.returncode
        out.write(str(error))
    return code, out.getvalue()


def test_command_says_what_it_verified(signed_ledger):
    assert _run() == (
        0,
        "Verified: chains 2, entries 10, signed heads 2, heads kept in files 2.\n"
        "The ledger holds.\n",
    )


def test_command_names_the_first_bad_entry_and_fails(signed_ledger):
    change("reason", 6, "because")
    assert _run() == (
        1,
        "Verified: chains 2, entries 8, signed heads 2, heads kept in files 2.\n"
        "appointment:1 entry 6: was changed after it was written\n"
        "The ledger does not hold. Faults: 1.",
    )


def test_command_reads_the_file_that_was_kept_elsewhere(signed_ledger, tmp_path):
    elsewhere = tmp_path / "elsewhere.jsonl"
    signed_ledger.rename(elsewhere)
    KINDS["whole_chain_and_its_signatures_removed"](1)
    assert _run()[0] == 0
    code, words = _run("--anchor", str(elsewhere))
    assert code == 1
    assert f"{CHAIN} entry {ENTRIES}: was signed, but the whole chain is gone" in words


GOOD = {
    "chain": CHAIN,
    "sequence": 1,
    "hash": "0" * 64,
    "signed_at": "2026-12-08T09:30:00+00:00",
    "public_key": "0" * 64,
    "signature": "0" * 128,
}


@pytest.mark.parametrize(
    "content",
    [
        b"nothing of the kind\n",
        b"[1, 2]\n",
        b"null\n",
        b"\xff\xfe\x00\n",
        b'{"chain": "appointment:1"}\n',
        json.dumps(GOOD | {"sequence": "1"}).encode(),
        json.dumps(GOOD | {"sequence": True}).encode(),
        json.dumps(GOOD | {"signature": None}).encode(),
        json.dumps(GOOD | {"signed_at": "2026-12-08T09:30:00"}).encode(),
        json.dumps(GOOD | {"signed_at": 3}).encode(),
        json.dumps(GOOD).encode()[:-9],
        b"[" * 100_000,
    ],
)
def test_command_refuses_a_file_that_is_no_anchor(content, tmp_path):
    file = tmp_path / "anchor.jsonl"
    file.write_bytes(content)
    with pytest.raises(UnusableAnchor):
        read_anchors(file)
    code, words = _run("--anchor", str(file))
    assert code == 2
    assert "anchor.jsonl" in words


def test_command_refuses_a_file_that_is_not_there(tmp_path):
    assert _run("--anchor", str(tmp_path / "none.jsonl"))[0] == 2


def test_key_that_was_retired_still_counts_where_it_is_named(signed_ledger, settings):
    [key] = {signed.public_key for signed in SignedHead.objects.all()}
    settings.LEDGER_KEY = "a new key"
    assert len(verify().faults) == 2
    settings.LEDGER_FORMER_KEYS = [f" {key.upper()} "]
    assert verify().faults == ()


def test_verifier_that_trusts_the_key_beside_the_signature_would_miss_it(
    signed_ledger, monkeypatch
):
    """The negative control: a signature proves something only under a key of ours."""
    KINDS["rewritten_and_signed_with_another_key"](3)
    (stored,) = SignedHead.objects.filter(chain=CHAIN)
    assert verify().faults
    monkeypatch.setattr("audit.heads.trusted_keys", lambda: {stored.public_key})
    assert {fault.chain for fault in verify().faults} == {"appointment:2"}


def test_chain_of_another_installation_does_not_pass_for_ours(write):
    """A first entry continues the chain's own name and salt, so chains cannot be exchanged."""
    write(CHAIN)
    with transaction.atomic():
        ledger.record(chain="trust:1", action="a.b", obj="x:1", by=None, at=AT)
    first, second = Entry.objects.order_by("pk")
    assert first.previous_hash != second.previous_hash
