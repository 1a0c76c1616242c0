"""The virtual environment is made once, made anew when it does not fit, and failures are plain."""

import sys

import pytest


def has(project, kind: str) -> bool:
    return project.shell(f"if environment_has {kind}; then say yes; else say no; fi") == "yes\n"


@pytest.mark.parametrize("script", ["./run", "./test"])
def test_script_says_that_python_is_missing(bare_project, script):
    status, output = bare_project.finish(script)
    assert status == 1
    assert "needs Python 3.11 or newer; there is no python3 on this machine." in output
    assert "sudo apt install python3 python3-venv" in output


@pytest.mark.parametrize("script", ["./run", "./test"])
def test_script_says_that_python_is_too_old(bare_project, python3, script):
    python3('case "$1" in --version) echo "Python 3.9.2"; exit 0 ;; *) exit 1 ;; esac')
    status, output = bare_project.finish(script)
    assert status == 1
    assert "needs Python 3.11 or newer; python3 on this machine is 3.9.2." in output


@pytest.mark.parametrize("script", ["./run", "./test"])
def test_script_names_the_package_of_a_missing_venv_module(bare_project, python3, script):
    python3('case "$*" in *executable*) echo "$0"; exit ;; *ensurepip*) exit 1 ;; esac')
    status, output = bare_project.finish(script)
    assert status == 1
    assert "cannot make virtual environments: its venv module is missing." in output
    assert "sudo apt install python3-venv" in output


def test_script_says_that_there_is_no_network(bare_project, python3):
    python3()
    status, output = bare_project.finish("./test")
    assert status == 1
    assert "\nThe packages could not be downloaded.\n" in output
    assert "later starts do not" in output
    assert not (bare_project.root / ".venv" / ".installed").exists()


def test_half_made_environment_is_made_anew(project, python3):
    python3()
    (project.root / ".venv" / ".installed").unlink()
    (project.root / ".venv" / "half-made").touch()
    status, output = project.finish("./run")
    assert status == 1
    assert output.startswith("Installing the locked packages into .venv")
    assert not (project.root / ".venv" / "half-made").exists()


def test_complete_environment_needs_no_python_on_the_path(project):
    assert project.finish("./test", "--collect-only", "tests/my file.py") == (
        0,
        "arguments: --collect-only tests/my file.py\n",
    )


def test_tests_use_every_core_without_arguments(project):
    assert project.finish("./test") == (0, "arguments: -n auto\n")


def test_environment_of_the_tests_serves_run_but_not_the_other_way_round(project):
    assert (has(project, "dev"), has(project, "run")) == (True, True)
    project.shell("{ environment_maker && environment_content run; } >.venv/.installed")
    assert (has(project, "dev"), has(project, "run")) == (False, True)


@pytest.mark.parametrize("name", ["dev.lock", "assets.lock"])
def test_environment_does_not_fit_a_changed_lock(project, name):
    with (project.root / "requirements" / name).open("a") as lock:
        lock.write("# changed\n")
    assert not has(project, "dev")


def test_environment_does_not_fit_a_moved_folder(project):
    project.root = project.root.rename(project.root.with_name("moved"))
    assert not has(project, "dev")


def test_environment_does_not_fit_another_python(project):
    stamp = project.root / ".venv" / ".installed"
    version = sys.version.split()[0]
    stamp.write_text(stamp.read_text().replace(version, "3.10.99"))
    assert not has(project, "dev")
