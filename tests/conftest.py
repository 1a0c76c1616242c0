"""What every test stands on: a demo-free installation, a database whose rows are held still."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's own event loop

import pytest
from django.db import connection, transaction
from django.test import override_settings

from audit.triggers import drop_statements

pytest_plugins = ["tests.browser"]


@pytest.fixture(scope="session", autouse=True)
def _database_can_be_emptied():
    """Drop the triggers before a test database is emptied; post_migrate makes them anew."""
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self, *args, **kwargs):
        return [*drop_statements(self.connection), *plain(self, *args, **kwargs)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def _private_files(tmp_path_factory):
    """Keep documents that tests make out of the installation's own."""
    from django.conf import settings

    private = tmp_path_factory.mktemp("private")
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": private, "base_url": None}}
    with override_settings(PRIVATE_DIR=private, STORAGES={**settings.STORAGES, "default": default}):
        yield


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    """Keep a test's ledger heads and mail to itself."""
    settings.LEDGER_ANCHORS = tmp_path / "ledger-heads.jsonl"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A whole world that the tests of one module look at; what each of them does is undone.

    They need the mark django_db, so that pytest-django opens a transaction inside this one.
    """
    from tests.worlds import load_world

    with django_db_blocker.unblock(), transaction.atomic():
        yield load_world()
        transaction.set_rollback(True)
