"""The child process in which workbooks are read and written, and how it is asked."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rubrics.exchange import from_json, to_json
from rubrics.faults import FileRefused, Problem
from rubrics.texts import FrameworkText

MEMORY = 400_000_000
CPU_SECONDS = 5
SECONDS = 9
# Our own words harm nobody, and a busy machine is no reason to refuse them.
WRITING_CPU_SECONDS, WRITING_SECONDS = 20, 40
MOST_BYTES = 5_000_000
ROOT = Path(__file__).resolve().parents[2]

DONE, REFUSED = b"+", b"-"
TOO_MUCH = Problem(
    "more than can be read within 400 MB of memory and 5 seconds",
    "a workbook as Quorate exports it, with fewer rows",
)
DAMAGED = Problem("a workbook that is damaged", "a workbook as Excel or LibreOffice saves it")


@dataclass(frozen=True)
class Reading:
    """A framework read from a workbook, and what was left out that changes no word."""

    text: FrameworkText
    notes: tuple[str, ...] = ()


def read_workbook(data: bytes) -> Reading:
    """Read a workbook; raises FileRefused with everything that is wrong in it."""
    if len(data) > MOST_BYTES:
        raise FileRefused([Problem(f"{len(data):,} bytes", f"up to {MOST_BYTES:,} bytes")])
    reply = json.loads(_ask("rubrics.workbook.reading", data, SECONDS))
    return Reading(from_json(reply["framework"].encode()), tuple(reply["notes"]))


def write_workbook(text: FrameworkText) -> bytes:
    """Write a workbook; raises FileRefused when a text does not fit into a cell."""
    return _ask("rubrics.workbook.writing", to_json(text), WRITING_SECONDS)


def _ask(module: str, data: bytes, seconds: float) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", module],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        raise FileRefused([TOO_MUCH]) from None
    mark, reply = done.stdout[:1], done.stdout[1:]
    if mark == DONE and done.returncode == 0:
        return reply
    if mark != REFUSED or done.returncode:
        raise FileRefused([TOO_MUCH])
    refusal = json.loads(reply)
    raise FileRefused([Problem(**found) for found in refusal["problems"]], refusal["total"])


def serve(answer: Callable[[bytes], bytes], cpu_seconds: int = CPU_SECONDS) -> None:
    """In the child: answer the one request on standard input, or say why not."""
    replies = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(cpu_seconds)
    try:
        reply = DONE + answer(sys.stdin.buffer.read())
    except FileRefused as refusal:
        reply = _refusal(refusal)
    except MemoryError:
        reply = _refusal(FileRefused([TOO_MUCH]))
    except Exception:  # whatever a hostile file provokes must become words
        reply = _refusal(FileRefused([DAMAGED]))
    with os.fdopen(replies, "wb") as file:
        file.write(reply)


def _refusal(refusal: FileRefused) -> bytes:
    problems = [asdict(problem) for problem in refusal.problems]
    return REFUSED + json.dumps({"problems": problems, "total": refusal.total}).encode()


def _limit(cpu_seconds: int) -> None:
    """Give up what no workbook needs: more memory and time, files to write, other programs."""
    import resource

    if sys.platform == "linux":  # elsewhere the limit cannot be set below what is mapped
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments) -> None:
    """Second line: no connection, no look-up, no other program."""
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn")) or (
        event in {"os.system", "pty.spawn"}
    ):
        raise PermissionError(event)
