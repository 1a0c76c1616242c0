"""The command that loads the starter library."""

import pytest
from django.core.management import CommandError, call_command

from rubrics.models import Framework, FrameworkVersion
from tests.rubrics.conftest import framework_toml


def run(capsys, *args):
    call_command("load_library", *args)
    return capsys.readouterr().out


def test_load_library_loads_a_draft_and_publishes_it_when_asked(trust, capsys):
    draft = run(capsys, "clinical-practice", "--trust", "northbridge")
    assert draft == (
        "Medical knowledge and clinical practice, version 1, is draft"
        " in Northbridge NHS Foundation Trust.\n"
    )
    again = run(capsys, "clinical-practice", "--trust", "northbridge", "--publish")
    assert again == draft.replace("is draft", "is published")
    assert run(capsys, "clinical-practice", "--trust", "northbridge", "--publish") == again
    version = FrameworkVersion.objects.get()
    assert (version.number, version.status, version.published_by) == (1, "PUBLISHED", None)


def test_load_library_into_a_trust_that_is_not_there_fails(trust):
    with pytest.raises(CommandError, match=r"There is no trust nowhere\. Nothing was loaded\."):
        call_command("load_library", "clinical-practice", "--trust", "nowhere")


def test_load_library_of_an_unknown_framework_fails_and_names_the_known(trust):
    with pytest.raises(CommandError, match="medical-leadership"):
        call_command("load_library", "nothing", "--trust", "northbridge")


def test_load_library_of_a_faulty_file_fails_with_the_fault(trust, write, monkeypatch):
    path = write(framework_toml().replace('name = "Judging"', ""))
    monkeypatch.setattr("rubrics.library.available", lambda: {"small": path})
    with pytest.raises(CommandError) as caught:
        call_command("load_library", "small", "--trust", "northbridge")
    assert str(caught.value) == (
        "small.toml, domain A, competency 2, name: is missing\nNothing was loaded."
    )
    assert not Framework.objects.exists()
