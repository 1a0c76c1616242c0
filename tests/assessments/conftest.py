"""The day of the panel, and the worlds that most tests look at."""

import pytest
import time_machine

from tests.assessments import worlds


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    """Keep the PDFs of a test to itself: the storage has its folder from when it was set up."""
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def the_day():
    """Let it be the morning on which the panel meets."""
    with time_machine.travel(worlds.AT, tick=True):
        yield


@pytest.fixture
def world(db, the_day):
    """Two members, two candidates, one exercise of two criteria; scoring is open."""
    return worlds.make_world()


@pytest.fixture
def scored(db, the_day):
    """The same, everybody's scores locked: 4s for the first candidate, 3s for the second."""
    return worlds.scored_world()


@pytest.fixture
def decided(db, the_day):
    """The same, recommended and accepted."""
    return worlds.decided_world()
