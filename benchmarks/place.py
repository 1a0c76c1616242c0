"""A place to measure in: an empty database, a told story, and gunicorn as operators start it."""

import atexit
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "quorate_benchmark"
HTTPS = {"X-Forwarded-Proto": "https"}


def arguments(parser: ArgumentParser) -> Namespace:
    """Read the arguments, and set up Django in an empty database of its own."""
    parser.add_argument(
        "--postgres",
        metavar="URL",
        help=f"a PostgreSQL server, as postgres://postgres@127.0.0.1:5432; its database {DATABASE}"
        " is dropped and made anew (default: SQLite in a temporary folder)",
    )
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="quorate-benchmark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="benchmarks.settings",
        QUORATE_DEBUG="0",
        QUORATE_DATA=folder,
        QUORATE_HOSTS="127.0.0.1",
        QUORATE_SECRET_KEY=secrets.token_hex(32),
        QUORATE_LEDGER_KEY=secrets.token_hex(32),
        EMAIL_URL="dummymail://",
    )
    os.environ.pop("DATABASE_URL", None)
    if given.postgres:
        os.environ["DATABASE_URL"] = _empty_database(given.postgres.rstrip("/"))
    _set_up()
    return given


def _empty_database(server: str) -> str:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return f"{server}/{DATABASE}"


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def name_of_database() -> str:
    """Name the database and its version."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"SQLite {connection.Database.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


@dataclass(frozen=True)
class Server:
    """A running gunicorn: where it listens, and what its workers have used of the processors."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time of all workers so far, which heeds no busy neighbour."""
        workers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        ticks = sum(self._ticks(pid) for pid in workers)
        return ticks / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def _ticks(pid: str) -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])


@contextmanager
def server(workers: int = 2, threads: int = 4) -> Iterator[Server]:
    """Run gunicorn with the options of docs/operators.md."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "benchmarks.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(workers), "--threads", str(threads), "--keep-alive", "75"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _await(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _await(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        if process.poll() is not None:
            sys.exit("The server ended by itself; the reason is above.")
        try:
            with urlopen(Request(f"http://127.0.0.1:{port}/livez", headers=HTTPS), timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not answer.")
