"""What is sealed can be read with this installation's keys alone."""

import pytest
from cryptography.fernet import InvalidToken

from accounts.sealing import seal, unseal


def test_sealed_text_comes_back_and_cannot_be_read():
    sealed = seal("Ngũgĩ’s secret")
    assert "secret" not in sealed
    assert sealed != seal("Ngũgĩ’s secret")
    assert unseal(sealed) == "Ngũgĩ’s secret"


def test_text_sealed_with_another_key_is_refused(settings):
    sealed = seal("secret")
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_text_sealed_with_a_former_key_can_be_read(settings):
    sealed, former = seal("secret"), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [former]
    assert unseal(sealed) == "secret"


def test_changed_text_is_refused():
    sealed = seal("secret")
    with pytest.raises(InvalidToken):
        unseal(sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:])
