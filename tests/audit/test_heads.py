"""Chain heads are signed once each, and kept in a file that can go off the machine."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.heads import NoLedgerKey, is_signature_good, keep_missing, sign_head
from audit.models import Chain, SignedHead
from audit.verify import read_anchors, verify
from tests.audit.tampering import AT, CHAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(write, django_capture_on_commit_callbacks):
    """One chain with a signed head."""
    write(CHAIN, 2)
    with django_capture_on_commit_callbacks(execute=True):
        return sign_head(chain=CHAIN, at=AT)


def test_signed_head_is_the_head_at_that_time(signed):
    chain = Chain.objects.get()
    assert (signed.chain_id, signed.sequence, signed.hash) == (CHAIN, 2, chain.hash)
    assert is_signature_good(signed)


def test_signing_the_same_head_again_returns_the_first(
    signed, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert sign_head(chain=CHAIN, at=AT.replace(year=2027)) == signed
    assert callbacks == []
    assert SignedHead.objects.count() == 1
    assert len(settings.LEDGER_ANCHORS.read_text().splitlines()) == 1


def test_signing_a_head_that_grew_makes_another(signed, write):
    write(CHAIN)
    assert sign_head(chain=CHAIN, at=AT).sequence == 3
    assert SignedHead.objects.count() == 2


def test_file_holds_what_was_signed(signed, settings):
    [line] = settings.LEDGER_ANCHORS.read_text().splitlines()
    assert json.loads(line) == {
        "chain": CHAIN,
        "sequence": 2,
        "hash": signed.hash,
        "signed_at": "2026-12-08T09:30:15.123000+00:00",
        "public_key": signed.public_key,
        "signature": signed.signature,
    }
    [anchor] = read_anchors(settings.LEDGER_ANCHORS)
    assert is_signature_good(anchor)


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": "appointment:2"},
        {"sequence": 3},
        {"hash": "0" * 64},
        {"signed_at": AT.replace(minute=31)},
        {"public_key": "0" * 64},
        {"signature": "0" * 128},
        {"signature": "no hex"},
        {"signature": ""},
        {"signed_at": None},
    ],
)
def test_signature_covers_every_part(signed, change):
    for name, value in change.items():
        setattr(signed, name, value)
    assert not is_signature_good(signed)


def test_chain_that_is_not_there_cannot_be_signed():
    with pytest.raises(Chain.DoesNotExist):
        sign_head(chain="appointment:404", at=AT)


def test_nothing_is_signed_without_a_key(write, settings):
    settings.LEDGER_KEY = ""
    write(CHAIN)
    with pytest.raises(NoLedgerKey):
        sign_head(chain=CHAIN, at=AT)
    assert not SignedHead.objects.exists()


def test_full_disk_does_not_undo_what_was_signed_and_is_made_good_later(
    write, settings, tmp_path, django_capture_on_commit_callbacks, caplog
):
    write(CHAIN)
    is_in_the_way = tmp_path / "file"
    is_in_the_way.write_text("")
    good, settings.LEDGER_ANCHORS = settings.LEDGER_ANCHORS, is_in_the_way / "heads.jsonl"
    with django_capture_on_commit_callbacks() as callbacks:
        signed = sign_head(chain=CHAIN, at=AT)
    assert len(callbacks) == 1
    with pytest.raises(OSError, match=r"file"):
        callbacks[0]()
    assert SignedHead.objects.get() == signed
    settings.LEDGER_ANCHORS = good
    assert (keep_missing(), keep_missing()) == (1, 0)
    assert len(read_anchors(good)) == 1


def _run():
    out = StringIO()
    call_command("sign_ledger", stdout=out)
    return out.getvalue().splitlines()


def test_command_signs_every_chain_once(write, settings, django_capture_on_commit_callbacks):
    write(CHAIN, 2)
    write("appointment:2")
    where = f"The signed heads are in {settings.LEDGER_ANCHORS}"
    with django_capture_on_commit_callbacks(execute=True):
        said = _run()
    assert said[0] == "Signed: 2. Signed before and unchanged: 0."
    write(CHAIN)
    with django_capture_on_commit_callbacks(execute=True):
        said = _run()
    assert said[0] == "Signed: 1. Signed before and unchanged: 1."
    assert said[-1] == where
    assert verify().signed_heads == 3


def test_command_says_that_a_key_is_missing(write, settings):
    settings.LEDGER_KEY = ""
    write(CHAIN)
    with pytest.raises(CommandError, match="QUORATE_LEDGER_KEY"):
        _run()
