"""Hold the locks against pyproject.toml: complete, fitting, hashed and without an address."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")


def entries(text: str) -> list[str]:
    """Return one string per pinned package: its line and the lines that it continues on."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [entry for entry in re.sub(r"\\\n", " ", "\n".join(lines)).split("\n") if entry.strip()]


def pins(text: str) -> dict[str, set[str]]:
    """Return the versions pinned per package; markers may give a package more than one."""
    found: dict[str, set[str]] = {}
    for entry in entries(text):
        if match := PIN.match(entry):
            found.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return found


def faults_of_lock(name: str, text: str) -> list[str]:
    """Return what is wrong with a lock by itself."""
    faults = [f"{name}: holds an address: {line}" for line in text.splitlines() if "://" in line]
    for entry in entries(text):
        if not PIN.match(entry):
            faults.append(f"{name}: is not one exact version: {entry.strip()}")
        elif "--hash=sha256:" not in entry:
            faults.append(f"{name}: has no hash: {entry.split()[0]}")
    return faults


def faults_of_choice(name: str, wanted: list[str], locked: dict[str, set[str]]) -> list[str]:
    """Return the requirements that a lock lacks, or holds at a version that does not fit."""
    faults = []
    for requirement in map(Requirement, wanted):
        versions = locked.get(canonicalize_name(requirement.name), set())
        if not versions:
            faults.append(f"{name}: does not hold {requirement.name} of pyproject.toml")
        for version in sorted(versions):
            if not requirement.specifier.contains(version):
                faults.append(
                    f"{name}: {requirement.name} {version}, but pyproject.toml wants {requirement}"
                )
    return faults


def faults_in(root: Path) -> list[str]:
    """Return every fault of the locks under a folder, in words."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    run = project["project"]["dependencies"]
    dev = project["dependency-groups"]["dev"]
    texts = {path.name: path.read_text() for path in sorted((root / "requirements").glob("*.lock"))}
    locked = {name: pins(text) for name, text in texts.items()}
    faults = [fault for name, text in texts.items() for fault in faults_of_lock(name, text)]
    faults += faults_of_choice("run.lock", run, locked["run.lock"])
    faults += faults_of_choice("dev.lock", run + dev, locked["dev.lock"])
    faults += [
        f"dev.lock: {package} differs from run.lock"
        for package, versions in locked["run.lock"].items()
        if locked["dev.lock"].get(package) != versions
    ]
    return faults


if __name__ == "__main__":
    sys.exit("\n".join(faults_in(Path(__file__).resolve().parent.parent)) or 0)
