"""A stand-in for the project: the real scripts around a server and a worker of a few lines."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ["sh", "cat", "cksum", "dirname", "grep", "mkdir", "mktemp", "rm", "sed", "sleep", "tail"]

MANAGE = """
import os, pathlib, subprocess, sys, time
with open("commands.txt", "a") as file:
    print(*sys.argv[1:], file=file)
if sys.argv[1] == os.environ.get("FAILING"):
    sys.exit("this is why")
if sys.argv[1] == "migrate":
    pathlib.Path(os.environ["QUORATE_DATA"], "db.sqlite3").touch()
if sys.argv[1] == "db_worker":
    child = subprocess.Popen(["sleep", "60"])
    with open("pids.txt", "a") as file:
        print(os.getpid(), child.pid, file=file)
    time.sleep(60)
"""

SERVER = """
import http.server, os, signal, subprocess, sys
if os.environ.get("FAILING") == "gunicorn":
    sys.exit("this is why")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
child = subprocess.Popen(["sleep", "60"])
with open("pids.txt", "a") as file:
    print(os.getpid(), child.pid, file=file)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
port = int(sys.argv[sys.argv.index("--bind") + 1].split(":")[1])
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


NO_NETWORK = {
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_RETRIES": "0",
}


@dataclass
class Project:
    """A folder that the scripts take for the repository, and what was started in it."""

    root: Path
    port: int
    environment: dict[str, str]
    started: list[subprocess.Popen] = field(default_factory=list)

    def start(self, *command: str, **environment: str) -> subprocess.Popen:
        """Start a script in the folder, with variables of its own."""
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Whoever runs the tests may ignore hang-ups (nohup); ./run must not inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        self.started.append(process)
        return process

    def finish(self, *command: str, **environment: str) -> tuple[int, str]:
        """Run a script to its end; return its status and everything it said."""
        process = self.start(*command, **environment)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def shell(self, line: str) -> str:
        """Return what a line says that uses the functions of .ci/environment.sh."""
        status, output = self.finish("sh", "-c", f"root=$PWD; . .ci/environment.sh; {line}")
        assert status == 0, output
        return output

    def commands(self) -> list[str]:
        """Return the management commands that were called, in order."""
        return (self.root / "commands.txt").read_text().splitlines()

    def living(self) -> set[int]:
        """Return the servers, workers and their children that still run."""
        path = self.root / "pids.txt"
        return {pid for pid in map(int, path.read_text().split()) if is_running(pid)}


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be collected does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc").exists()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with what any machine has, and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    return folder


@pytest.fixture
def bare_project(tmp_path: Path, tools: Path) -> Iterator[Project]:
    """The scripts and the locks, without a virtual environment and without Python on the PATH."""
    root = tmp_path / "project"
    (root / ".ci").mkdir(parents=True)
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for name in ["run", "test", ".ci/environment.sh", ".ci/port.py", ".ci/answers.py"]:
        shutil.copy(ROOT / name, root / name)
    (root / "manage.py").write_text(MANAGE)
    (root / "server.py").write_text(SERVER)
    (root / "pytest.py").write_text("import sys\nprint('arguments:', *sys.argv[1:])\n")
    port = free_port()
    environment = {"PATH": str(tools), "PORT": str(port), "HOME": str(tmp_path)}
    project = Project(root, port, environment | NO_NETWORK | {"TMPDIR": str(tmp_path)})
    yield project
    for process in project.started:
        process.terminate()
        process.stdout.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
    if (root / "pids.txt").exists():
        for pid in project.living():
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def project(bare_project: Project) -> Project:
    """The same with an environment that the scripts take for complete."""
    folder = bare_project.root / ".venv"
    venv.create(folder, symlinks=True)
    gunicorn = folder / "bin" / "gunicorn"
    gunicorn.write_text('#!/bin/sh\nexec "${0%/*}/python" server.py "$@"\n')
    gunicorn.chmod(0o755)
    bare_project.shell("{ environment_maker && environment_content dev; } >.venv/.installed")
    return bare_project


@pytest.fixture
def python3(tools: Path) -> Callable[[str], None]:
    """Put a python3 on the PATH that does what a line of shell says, or else is this Python."""

    def put(line: str = "") -> None:
        (tools / "python3").write_text(f'#!/bin/sh\n{line}\nexec "{sys.executable}" "$@"\n')
        (tools / "python3").chmod(0o755)

    return put


def await_line(process: subprocess.Popen, start: str) -> list[str]:
    """Return the lines that a process said up to the one with a given start."""
    lines: list[str] = []
    began = time.monotonic()
    while time.monotonic() < began + 60:
        line = process.stdout.readline()
        assert line, "".join(lines)
        lines.append(line.rstrip("\n"))
        if line.startswith(start):
            return lines
    raise AssertionError("".join(lines))
