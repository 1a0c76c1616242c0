"""./run starts everything or says plainly why not, and leaves nothing behind."""

import signal
import socket
import subprocess

import pytest

from .conftest import await_line

READY = ["Quorate is running; Ctrl-C stops it."]


def test_run_ends_with_the_address_to_open(project):
    process = project.start("./run")
    lines = await_line(process, "Open")
    assert lines == ["Preparing the database ...", *READY, f"Open http://localhost:{project.port}"]
    assert project.commands() == [
        "migrate --no-input --verbosity 0",
        "createcachetable --verbosity 0",
        "seed_demo --stage all",
        "db_worker --no-reload --verbosity 0",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_leaves_no_process_when_ended(project, number):
    process = project.start("./run")
    await_line(process, "Open")
    assert len(project.living()) == 4
    process.send_signal(number)
    assert process.communicate(timeout=30)[0].endswith("Quorate has stopped.\n")
    assert process.returncode == 0
    assert project.living() == set()


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        ("db_worker", "The background worker ended by itself, so everything was stopped."),
        ("gunicorn", "The server ended by itself, so everything was stopped."),
        ("migrate", "The database could not be prepared."),
        ("createcachetable", "The table of the cache could not be made."),
        ("seed_demo", "The demonstration data could not be made."),
    ],
)
def test_run_says_what_failed_and_stops_the_rest(project, failing, words):
    (project.root / "pids.txt").touch()
    status, output = project.finish("./run", FAILING=failing)
    assert status == 1
    assert "this is why\n" in output
    assert f"\n{words}\n" in output
    assert "Open http" not in output
    assert project.living() == set()


def test_run_does_not_repeat_the_password_of_the_database(project):
    address = "postgres://quorate:wAterm3lon@127.0.0.1/quorate"
    status, output = project.finish("./run", FAILING="migrate", DATABASE_URL=address)
    assert status == 1
    assert "./run uses the database that DATABASE_URL names, which" in output
    assert "wAterm3lon" not in output


def test_run_fresh_leaves_it_to_the_seeding_what_may_go(project):
    process = project.start("./run", "--fresh")
    await_line(process, "Open")
    assert "seed_demo --stage all --fresh" in project.commands()


def test_run_says_that_its_port_is_taken(project):
    with socket.create_server(("127.0.0.1", project.port)):
        status, output = project.finish("./run")
    assert status == 1
    assert f"Port {project.port} on this machine cannot be used: another program" in output
    assert "Or choose another port: PORT=" in output


@pytest.mark.parametrize("port", ["0", "080", "eight", "-1", "65536", "100000", "80 80"])
def test_run_refuses_a_port_that_cannot_be(project, port):
    status, output = project.finish("./run", PORT=port)
    assert status == 1
    assert output == f'\nPORT is "{port}": it has to be a number from 1 to 65535.\n'


def test_run_refuses_to_be_production(project):
    status, output = project.finish("./run", QUORATE_DEBUG="0")
    assert status == 1
    assert './run is the demonstration and QUORATE_DEBUG is "0".' in output


@pytest.mark.parametrize("folder", ["file/data", "/proc"])
def test_run_says_that_the_data_folder_cannot_be_written(project, folder):
    (project.root / "file").touch()
    status, output = project.finish("./run", QUORATE_DATA=folder)
    assert status == 1
    assert f"The folder {project.root / folder} cannot be written to." in output
    assert "QUORATE_DATA=" in output


def test_run_help_changes_nothing(bare_project):
    status, output = bare_project.finish("./run", "--help")
    assert status == 0
    assert output.startswith("Usage: ./run [--fresh]\n")
    assert not (bare_project.root / ".venv").exists()


def test_run_refuses_an_unknown_option(bare_project):
    status, output = bare_project.finish("./run", "--frsh")
    assert status == 1
    assert output.endswith("\n./run does not know the option --frsh\n")


def test_run_works_from_another_folder(project, tmp_path):
    process = subprocess.Popen(
        [project.root / "run"],
        cwd=tmp_path,
        env=project.environment | {"QUORATE_DATA": "elsewhere"},
        stdout=subprocess.PIPE,
        text=True,
    )
    project.started.append(process)
    await_line(process, "Open")
    process.terminate()
    process.communicate(timeout=30)
    assert (tmp_path / "elsewhere" / "db.sqlite3").exists()
