"""What every test stands on: a demo-free installation, a database whose rows are held still."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's own event loop

import pytest
from django.db import connection

from audit.triggers import drop_statements


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


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    """Keep a test's files and mail to itself."""
    settings.PRIVATE_DIR = tmp_path / "private"
    settings.LEDGER_ANCHORS = tmp_path / "ledger-heads.jsonl"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
