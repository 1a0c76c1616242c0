"""One score save as a whole request, beside a bare insert in the same process."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from itertools import cycle
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.load import Call, measure, median, warm_up
from benchmarks.place import Server, arguments, name_of_database, server

CLIENTS = (1, 8, 50)
MEMBERS_PER_PANEL = 5
FIGURES = ("p50", "p95", "p99", "cpu", "rate")
WORKS = ("bare insert", "insert, signed in", "score save")
EVIDENCE = (
    "Described the handover of the medical take in February, what she would now do differently"
    " and how the ward team was told; gave the figures of the audit before and after it."
)


def main() -> None:
    """Measure, and print the medians of the rounds."""
    parser = ArgumentParser(prog="python -m benchmarks.score_save", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument(
        "--growth",
        type=int,
        default=0,
        metavar="ROWS",
        help="then add so many ledger rows and measure one client's saves again",
    )
    given = arguments(parser)
    members = _members(max(CLIENTS))
    from django.db import connections

    print(f"{name_of_database()}; gunicorn, 2 workers of 4 threads; {given.rounds} rounds")
    connections.close_all()
    with server() as gunicorn:
        works = _works(members, gunicorn.port)
        for count in CLIENTS:
            _print(count, _rounds(gunicorn, works, count, given))
        if given.growth:
            _measure_growth(gunicorn, works["score save"], given)


def _measure(gunicorn: Server, clients: list[Callable[[], Call]], seconds: float) -> dict:
    """Return one measurement's figures, with the server's own processor time of each request."""
    warm_up(gunicorn.port, clients)
    before = gunicorn.cpu_seconds()
    times = measure(gunicorn.port, clients, seconds)
    cpu = 1000 * (gunicorn.cpu_seconds() - before) / len(times.each)
    return {**times.summary(), "cpu": cpu}


def _rounds(gunicorn: Server, works: dict, count: int, given) -> dict[str, dict[str, float]]:
    """Measure every kind of work in every round, so that all meet the same weather."""
    noted: dict[str, list] = {name: [] for name in works}
    for _ in range(given.rounds):
        for name, clients in works.items():
            noted[name].append(_measure(gunicorn, clients[:count], given.seconds))
    return {name: median(rounds) for name, rounds in noted.items()}


def _print(count: int, medians: dict[str, dict[str, float]]) -> None:
    floor = medians[WORKS[0]]
    print(
        f"\n{count} client{'s' * (count > 1)}, ms            p50     p95     p99     cpu   a second"
    )
    for name, figures in medians.items():
        print(f"  {name:20}" + "".join(f"{figures[one]:8.2f}" for one in FIGURES))
    ratios = [medians["score save"][one] / floor[one] for one in FIGURES]
    print(f"  {'score save / bare':20}" + "".join(f"{one:8.2f}" for one in ratios))


def _measure_growth(gunicorn: Server, clients: list[Callable[[], Call]], given) -> None:
    """Compare one client's saves before and after the ledger has grown."""
    before = [_measure(gunicorn, clients[:1], given.seconds) for _ in range(given.rounds)]
    rows = _grow_ledger(given.growth)
    after = [_measure(gunicorn, clients[:1], given.seconds) for _ in range(given.rounds)]
    first, last = median(before), median(after)
    print(f"\n1 client's saves, before and with {rows:,} ledger rows, ms")
    for figure in ("p50", "p95", "cpu"):
        ratio = last[figure] / first[figure]
        print(f"  {figure:20}{first[figure]:8.2f}{last[figure]:8.2f}  ratio {ratio:.2f}")


def _grow_ledger(count: int) -> int:
    """Add rows of other appointments to the ledger; they are not for verifying."""
    from django.db import connections
    from django.utils import timezone

    from audit.models import Chain, Entry

    at = timezone.now()
    chains = [Chain(key=f"benchmark:{number}") for number in range(100)]
    Chain.objects.bulk_create(chains)
    for start in range(0, count, 10_000):
        Entry.objects.bulk_create(
            Entry(
                chain=chains[number % 100],
                sequence=number // 100 + 1,
                previous_hash=f"{number:064x}",
                hash=f"{number + 1:064x}",
                actor="user:1",
                action="score.saved",
                object=f"score:{number}",
                new='{"is_concern":false,"is_not_assessed":false,"value":3,"version":1}',
                at=at,
                app_version="0.0.0",
            )
            for number in range(start, min(start + 10_000, count))
        )
    total = Entry.objects.count()
    connections.close_all()
    return total


def _members(count: int) -> list[tuple[str, int, list[int]]]:
    """Open panels until there are so many scoring members; give session, sheet and criteria."""
    from allauth.mfa.models import Authenticator
    from django.db import transaction
    from django.utils import timezone

    from assessments.models import ScoreSheet
    from config.demo.story import SEATS, Story

    story = Story(timezone.now())
    members = []
    with transaction.atomic():
        story.set_up()
        for _, slug in SEATS:
            Authenticator.objects.create(
                user=story.users[slug], type=Authenticator.Type.TOTP, data={"secret": "unused"}
            )
    for number in range(-(-count // MEMBERS_PER_PANEL)):
        with transaction.atomic():
            panel = _open_panel(story, number)
        for slug, member in story.members(panel).items():
            sheet = ScoreSheet.objects.filter(member=member).order_by("pk").first()
            criteria = list(
                sheet.exercise.criteria.order_by("position").values_list("pk", flat=True)
            )
            members.append((_session(story.users[slug]), sheet.pk, criteria))
    return members


def _open_panel(story, number: int):
    appointment = story.advertise(
        f"BENCH-{number}", "Consultant in acute medicine", "Acute internal medicine", 0
    )
    story.shortlist(appointment, story.apply(appointment, slice(0, 3)))
    panel = story.convene(appointment)
    story.declare_no_interests(panel)
    story.open(panel)
    return panel


def _session(user) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.session.session_key


def _works(members: Iterable[tuple], port: int) -> dict[str, list[Callable[[], Call]]]:
    """Give each kind of work, the same members doing it."""
    members = list(members)
    return {
        WORKS[0]: [_insert("/floor/bare/", "", *member[1:]) for member in members],
        WORKS[1]: [
            _insert("/floor/signed-in/", _headers(session, port), sheet, criteria)
            for session, sheet, criteria in members
        ],
        WORKS[2]: [
            _save(_headers(session, port), sheet, criteria) for session, sheet, criteria in members
        ],
    }


FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def _headers(session: str, port: int) -> str:
    """Return what the browser of somebody signed in sends along."""
    token = uuid4().hex
    return (
        f"X-Forwarded-Proto: https\r\nOrigin: https://127.0.0.1:{port}\r\nX-CSRFToken: {token}\r\n"
        f"Cookie: __Host-session={session}; __Host-csrf={token}\r\n"
        "Accept: application/json\r\nSec-Fetch-Mode: same-origin\r\n"
    )


def _insert(path: str, headers: str, sheet: int, criteria: list[int]) -> Callable[[], Call]:
    values = cycle((criterion, value) for value in (2, 3, 4) for criterion in criteria)

    def next_call() -> Call:
        criterion, value = next(values)
        fields = {"sheet": sheet, "criterion": criterion, "value": value, "evidence": EVIDENCE}
        return Call(path, FORM + headers, urlencode(fields).encode())

    return next_call


def _save(headers: str, sheet: int, criteria: list[int]) -> Callable[[], Call]:
    """Change one criterion after the other, each from the version that the last reply named."""
    versions = dict.fromkeys(criteria, 0)
    values = cycle((criterion, value) for value in (2, 3, 4) for criterion in criteria)

    def next_call() -> Call:
        criterion, value = next(values)

        def take(body: bytes) -> None:
            versions[criterion] = json.loads(body)["version"]

        fields = {
            "key": uuid4(),
            "version": versions[criterion],
            "choice": value,
            "evidence": EVIDENCE,
            "not_assessed_reason": "",
            "concern": "",
        }
        body = urlencode({f"c{criterion}-{name}": given for name, given in fields.items()})
        path = f"/scoring/{sheet}/criteria/{criterion}/"
        return Call(path, FORM + headers, body.encode(), take)

    return next_call


if __name__ == "__main__":
    main()
