"""A task whose worker was killed is done by another one; nothing is done that was done."""

import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from accounts import background, mail
from accounts.background import requeue_stuck
from accounts.letters import send_password_letter
from tests.accounts.conftest import AT, PASSWORD
from tests.accounts.test_mail import QUEUE

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


@pytest.fixture
def letter(settings, member):
    """One letter that waits."""
    settings.TASKS = QUEUE
    link = {"user": member, "link": "https://x.example/"}
    mail.send("set_password", member.email, "Choose your password", link)
    return DBTaskResult.objects.get()


def work():
    call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)


def claim(task, times=1):
    """Let workers take a task and be killed at once."""
    with time_machine.travel(AT, tick=False):
        for number in range(times):
            task.claim(f"worker-{number}")


def state_of(task):
    task.refresh_from_db()
    return task.status


@pytest.mark.django_db(transaction=True)
def test_task_of_a_dead_worker_waits_again_and_is_done(letter):
    claim(letter)
    work()
    assert django_mail.outbox == []
    assert requeue_stuck(older_than=QUARTER, at=AT + QUARTER + timedelta(seconds=1)) == (1, 0)
    work()
    assert state_of(letter) == "SUCCESSFUL"
    assert len(django_mail.outbox) == 1


def test_task_that_may_still_run_is_left_alone(letter):
    claim(letter)
    assert requeue_stuck(older_than=QUARTER, at=AT + QUARTER) == (0, 0)
    assert state_of(letter) == "RUNNING"


@pytest.mark.parametrize("status", ["READY", "SUCCESSFUL", "FAILED"])
def test_task_that_does_not_run_is_left_alone(letter, status):
    claim(letter)
    DBTaskResult.objects.update(status=status)
    assert requeue_stuck(older_than=QUARTER, at=AT + timedelta(days=1)) == (0, 0)
    assert state_of(letter) == status


def test_second_reaper_finds_nothing(letter):
    claim(letter)
    later = AT + timedelta(hours=1)
    assert requeue_stuck(older_than=QUARTER, at=later) == (1, 0)
    assert requeue_stuck(older_than=QUARTER, at=later) == (0, 0)


MEANWHILE = {
    "ended": {"status": "SUCCESSFUL"},
    "requeued by another reaper": {"status": "READY"},
    "taken by another worker": {"started_at": AT + timedelta(minutes=50)},
}


@pytest.mark.parametrize("attempts", [1, background.ATTEMPTS])
@pytest.mark.parametrize("change", MEANWHILE.values(), ids=MEANWHILE)
def test_task_that_changes_while_it_is_looked_at_is_left_alone(
    letter, monkeypatch, change, attempts
):
    claim(letter, attempts)
    filtered = DBTaskResult.objects.filter

    def change_before_the_update(**lookups):
        if "pk" in lookups:
            DBTaskResult.objects.all().update(**change)
        return filtered(**lookups)

    monkeypatch.setattr(DBTaskResult.objects, "filter", change_before_the_update)
    assert requeue_stuck(older_than=QUARTER, at=AT + timedelta(hours=1)) == (0, 0)
    monkeypatch.undo()
    assert state_of(letter) == change.get("status", "RUNNING")


def test_task_that_kills_its_workers_is_given_up(letter):
    claim(letter, times=background.ATTEMPTS)
    assert requeue_stuck(older_than=QUARTER, at=AT + timedelta(hours=1)) == (0, 1)
    assert state_of(letter) == "FAILED"
    [error] = letter.task_result.errors
    assert error.exception_class is background.WorkerDied
    assert error.traceback == "Its worker died 3 times, so nothing tries it any more."
    assert letter.finished_at == AT + timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_letter_sent_twice_is_the_same_letter(letter):
    work()
    DBTaskResult.objects.update(status="RUNNING", started_at=AT)
    requeue_stuck(older_than=QUARTER, at=AT + timedelta(hours=1))
    work()
    first, second = django_mail.outbox
    assert first.extra_headers["Message-ID"].endswith("@quorate.example>")
    for part in ("subject", "body", "to", "extra_headers", "alternatives"):
        assert getattr(first, part) == getattr(second, part)
    assert first.message()["Message-ID"] == second.message()["Message-ID"]


def test_password_letter_made_twice_lets_one_of_its_links_set_a_password(client, officer):
    for _ in range(2):
        send_password_letter.call(officer.email)
    links = [re.search(r"http\S+", letter.body).group() for letter in django_mail.outbox]
    assert len(links) == 2
    for link in links:
        page = client.get(urlsplit(link).path, follow=True)
        path = page.redirect_chain[-1][0] if page.redirect_chain else urlsplit(link).path
        client.post(path, {"password1": PASSWORD * 2, "password2": PASSWORD * 2})
    assert "This link no longer works" in client.get(urlsplit(links[1]).path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_letters_have_message_ids_of_their_own(letter, member):
    link = {"user": member, "link": "https://x.example/"}
    mail.send("set_password", member.email, "Choose your password", link)
    work()
    assert len({one.extra_headers["Message-ID"] for one in django_mail.outbox}) == 2


# The command


def run(*arguments):
    said = StringIO()
    call_command("requeue_stuck_tasks", *arguments, stdout=said)
    return said.getvalue().strip()


def test_command_says_how_many(letter):
    claim(letter)
    with time_machine.travel(AT + timedelta(minutes=16), tick=False):
        assert run() == "1 put back into the queue, 0 given up as failed."
        assert run() == "0 put back into the queue, 0 given up as failed."


def test_command_waits_fifteen_minutes_unless_told_otherwise(letter):
    claim(letter)
    with time_machine.travel(AT + timedelta(minutes=14), tick=False):
        assert run() == "0 put back into the queue, 0 given up as failed."
        assert run("--older-than", "10") == "1 put back into the queue, 0 given up as failed."


@pytest.mark.parametrize("text", ["0", "-5", "1.5", "soon"])
def test_command_refuses_what_would_start_running_tasks_again(letter, text):
    with pytest.raises(CommandError, match="whole minutes, 1 at least"):
        run("--older-than", text)
