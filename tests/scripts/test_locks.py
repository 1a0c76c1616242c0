"""The locks hold exactly what pyproject.toml asks for, by hash and without an address."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from .conftest import ROOT

spec = importlib.util.spec_from_file_location("check_locks", ROOT / ".ci" / "check_locks.py")
check_locks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_locks)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of pyproject.toml and the locks, to spoil."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_locks_of_the_repository_hold():
    assert check_locks.faults_in(ROOT) == []


def test_lock_with_an_address_is_refused(copy):
    lock = copy / "requirements" / "assets.lock"
    lock.write_text("--index-url https://mirror.example/simple\n" + lock.read_text())
    assert check_locks.faults_in(copy) == [
        "assets.lock: holds an address: --index-url https://mirror.example/simple",
        "assets.lock: is not one exact version: --index-url https://mirror.example/simple",
    ]


def test_lock_without_a_hash_is_refused(copy):
    with (copy / "requirements" / "assets.lock").open("a") as lock:
        lock.write("left-pad==1.0\n")
    assert check_locks.faults_in(copy) == ["assets.lock: has no hash: left-pad==1.0"]


def test_dependency_that_is_not_locked_is_refused(copy):
    replace(copy / "pyproject.toml", "dependencies = [", 'dependencies = ["left-pad>=1",')
    assert check_locks.faults_in(copy) == [
        "run.lock: does not hold left-pad of pyproject.toml",
        "dev.lock: does not hold left-pad of pyproject.toml",
    ]


def test_lock_older_than_pyproject_is_refused(copy):
    replace(copy / "pyproject.toml", "ruff>=0.11", "ruff>=99")
    (fault,) = check_locks.faults_in(copy)
    assert fault.startswith("dev.lock: ruff 0.")
    assert fault.endswith("but pyproject.toml wants ruff>=99")


def test_locks_that_differ_from_each_other_are_refused(copy):
    lock = copy / "requirements" / "run.lock"
    replace(lock, "whitenoise==", "whitenoise==99.")
    assert check_locks.faults_in(copy) == ["dev.lock: whitenoise differs from run.lock"]
