"""Blind until all have locked: two worlds that differ only in what others gave look the same.

Each world is built twice with equal ids, from one base: the others save as often and lock as much,
but other values, notes, views and concerns. One person's session is replayed over every address of
the product; every byte that comes back has to be the same. The controls leak on purpose.
"""

import hashlib
import logging
import re
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Role
from accounts.services import grant_role
from assessments.models import Score, ScoreSheet
from assessments.queries import progress
from assessments.services import sheets as service
from assessments.views import hub, sheets
from audit.models import Entry
from panels.models import Declaration, Person
from rubrics.models import Competency
from tests.assessments import worlds
from tests.assessments.worlds import AT, browser, criteria_of, save

CHAIR, ME, LOCKED, STARTED, BOTH = range(5)
MISSING = 999_999
# Allauth's own pages and the probes of the machine know nothing of assessments.
NOT_REPLAYED = ("accounts/", "livez", "readyz")

VARIANTS = {
    "kind": {
        "changes": ({"value": 4}, {"value": 5, "evidence": "Told the patient at once."}),
        "view": "APPOINTABLE",
    },
    "harsh": {
        "changes": (
            {"is_not_assessed": True, "not_assessed_reason": "Would not answer."},
            {
                "value": 1,
                "evidence": "Blamed the nurse. " * 40,
                "is_concern": True,
                "concern": "Unsafe <b>and</b> rude.",
            },
        ),
        "view": "NOT_APPOINTABLE",
    },
}


# --- the two worlds --------------------------------------------------------------------------


@pytest.fixture
def base(db):
    """Five members and one candidate; nobody whose values differ has scored yet."""
    with time_machine.travel(AT, tick=False):
        world = worlds.make_world(5, 1)
        for role in (Role.CHIEF_EXECUTIVE, Role.MEDICAL_STAFFING):
            grant_role(user=world.user(BOTH), trust=world.trust, role=role, by=None, at=AT)
        for member in (ME, CHAIR):
            save(world.sheet(member), 0, value=3, evidence="My own note")
        yield world


def others_score(world, variant):
    """Let one other member score and lock, another score everything and leave it open."""
    for member in (LOCKED, STARTED):
        sheet = world.sheet(member)
        for criterion, change in zip(criteria_of(sheet), variant["changes"], strict=True):
            key = UUID(int=sheet.pk * 1000 + criterion.pk)
            save(sheet, criterion, key=key, **change)
        service.save_overall_view(
            sheet=sheet,
            key=UUID(int=sheet.pk),
            version=0,
            view=variant["view"],
            by=world.user(member),
            at=AT,
        )
    worlds.lock(world, LOCKED)


def in_both(world, replay):
    """Return what a replay sees in each variant, from the same state with the same next ids."""
    seen = {}
    for name, variant in VARIANTS.items():
        start = transaction.savepoint()
        mail.outbox.clear()
        others_score(world, variant)
        seen[name] = [*replay(), ("mail", [(m.subject, m.body, m.to) for m in mail.outbox])]
        transaction.savepoint_rollback(start)
        reset_sequences()
    return seen["kind"], seen["harsh"]


def reset_sequences():
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def first_difference(kind, harsh):
    """Return the first request whose answers differ, or None."""
    assert len(kind) == len(harsh)
    return next((a[0] for a, b in zip(kind, harsh, strict=True) if a != b), None)


# --- every address ---------------------------------------------------------------------------


def patterns(resolver=None, before=""):
    """Yield every route of the URLconf with its converters."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.pattern.converters
        else:
            yield from patterns(entry, route)


def numbers(world):
    """Return what each number in an address may be, by its name; `pk` by where it stands."""
    sheet_pks = [sheet.pk for sheet in world.sheets()]
    version = world.blueprint.version
    people = Person.objects.filter(trust=world.trust)
    competency = Competency.objects.filter(domain__version=version).latest("pk")
    return {
        "appointments/": [world.appointment.pk],
        "scoring/": [*sheet_pks, MISSING],
        "reports/": [1, MISSING],
        "people/": list(people.order_by("pk").values_list("pk", flat=True)[:2]),
        "frameworks/": sorted({version.pk, world.blueprint.pk, competency.pk}),
        "criterion_pk": [criterion.pk for criterion in criteria_of(world.sheet())],
        "member_pk": [member.pk for member in world.members],
        "application_pk": [application.pk for application in world.applications],
        "declaration_pk": list(Declaration.objects.order_by("pk").values_list("pk", flat=True)),
        "trust_pk": [world.trust.pk],
        "version_pk": [version.pk],
    }


def addresses(world):
    """Return every address of the product, filled with this world's ids."""
    known = numbers(world)
    score = Score.objects.order_by("pk").first()
    texts = {
        "key": [world.appointment.chain, f"trust:{world.trust.pk}", "accounts", f"score:{score.pk}"]
    }
    found = []
    for route, converters in patterns():
        if route.startswith(NOT_REPLAYED):
            continue
        filled = ["/" + route]
        prefix = next((start for start in known if route.startswith(start)), None)
        for name, converter in converters.items():
            kind = type(converter).__name__
            if kind == "IntConverter":
                values = known.get(name) or known.get(prefix) or [world.appointment.pk]
            else:
                values = texts.get(name, [world.trust.slug])
            found_part = re.compile(rf"<(\w+:)?{name}>")
            filled = [found_part.sub(str(v), one) for one in filled for v in values]
        found += filled
    return found


MASKS = (
    (re.compile(r'(name="csrf(middleware|-)token" (value|content)=")[^"]+'), r"\1masked"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "uuid"),
)


def answer(label, reply):
    """Return everything of a reply that a person or their network could see."""
    content = b"".join(reply.streaming_content) if reply.streaming else reply.content
    body = content.decode("utf-8", "backslashreplace")
    headers = {k: v for k, v in reply.headers.items() if k != "X-Request-ID"}
    for mask, by in MASKS:
        body = mask.sub(by, body)
    return (label, reply.status_code, sorted(headers.items()), sorted(reply.cookies), body)


def replay_everything(world, user):
    """Return a replay: every address by GET and, each taken back, by an empty POST."""

    def replay():
        client = browser(user)
        seen = []
        for address in addresses(world):
            seen.append(answer(f"GET {address}", client.get(address)))
        for address in addresses(world):
            start = transaction.savepoint()
            seen.append(answer(f"POST {address}", client.post(address, {"x": "y"})))
            transaction.savepoint_rollback(start)
        return seen

    return replay


def replay_own_work(world, capture):
    """Return a replay of a member who saves, conflicts, retries, tries others' sheets and locks."""

    def replay():
        client = browser(world.user(ME))
        mine = world.sheet(ME)
        first, second = criteria_of(mine)
        urls = [reverse("assessments:sheet", args=[sheet.pk]) for sheet in world.sheets()]
        own = reverse("assessments:sheet", args=[mine.pk])
        review = reverse("assessments:review", args=[world.appointment.pk])
        seen = []

        def post(url, **data):
            seen.append(answer(f"POST {url} {sorted(data)}", client.post(url, data)))

        def change(pk, number, version, **fields):
            fields = {"key": UUID(int=number), "version": version, **fields}
            return {f"c{pk}-{name}": value for name, value in fields.items()}

        with capture(execute=True):
            post(f"{own}criteria/{first.pk}/", **change(first.pk, 1, 1, choice="4"))
            post(f"{own}criteria/{first.pk}/", **change(first.pk, 1, 1, choice="4"))
            post(f"{own}criteria/{first.pk}/", **change(first.pk, 2, 1, choice="2"))
            post(own, **change(first.pk, 3, 1, choice="2"))
            post(f"{own}criteria/{first.pk}/", **change(first.pk, 4, 2, choice="9"))
            post(review)
            for url in urls:
                post(f"{url}criteria/{first.pk}/", **change(first.pk, 5, 2, choice="9"))
                post(f"{url}overall/", **{"overall-key": UUID(int=6), "overall-version": 9})
                post(url, **change(second.pk, 7, 9, choice="1"))
            post(f"{own}criteria/{second.pk}/", **change(second.pk, 8, 0, choice="2"))
            view = {"overall-key": UUID(int=9), "overall-version": 0, "overall-view": "BORDERLINE"}
            post(f"{own}overall/", **view)
            post(review)
        assert ScoreSheet.objects.get(pk=mine.pk).locked_at
        for address in addresses(world):
            seen.append(answer(f"GET {address}, locked", client.get(address)))
        return seen

    return replay


def people(world):
    superuser = worlds.make_user("Root", "root@north.example", world.trust, Role.AUDITOR)
    superuser.is_superuser = True
    superuser.save(update_fields=["is_superuser"])
    return {
        "member": world.user(ME),
        "chair": world.user(CHAIR),
        "medical staffing": world.officer,
        "chief executive": world.chief_executive,
        "medical director": world.medical_director,
        "auditor": world.auditor,
        "superuser who audits": superuser,
        "member who is chief executive and medical staffing": world.user(BOTH),
    }


PEOPLE = (
    "member",
    "chair",
    "medical staffing",
    "chief executive",
    "medical director",
    "auditor",
    "superuser who audits",
    "member who is chief executive and medical staffing",
)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_address_answers_the_same_whatever_the_others_gave(base, who):
    kind, harsh = in_both(base, replay_everything(base, people(base)[who]))
    assert first_difference(kind, harsh) is None
    answered = {status for _, status, *_ in kind[:-1]}
    assert {200, 404, 405} <= answered
    assert max(answered) < 500


def test_own_work_up_to_the_lock_answers_the_same_whatever_the_others_gave(
    base, django_capture_on_commit_callbacks
):
    kind, harsh = in_both(base, replay_own_work(base, django_capture_on_commit_callbacks))
    assert first_difference(kind, harsh) is None
    statuses = [status for _, status, *_ in kind[:-1]]
    assert {200, 302, 403, 404, 409, 422} <= set(statuses)
    outcome = reverse("assessments:outcome", args=[base.appointment.pk])
    (after_lock,) = [a[1] for a in kind[:-1] if a[0] == f"GET {outcome}, locked"]
    assert after_lock == 403


# --- controls: each leak must be caught ------------------------------------------------------


def leak_others_sheets(patch):
    patch.setattr(sheets, "own_sheet", lambda user, pk, at: _any_sheet(pk))


def _any_sheet(pk):
    return ScoreSheet.objects.select_related(
        "member__panel",
        "application__appointment__trust",
        "application__candidate",
        "exercise__blueprint__version",
    ).get(pk=pk)


def leak_a_sum_in_an_etag(patch):
    shown = hub.appointment

    def tagged(request, pk):
        reply = shown(request, pk)
        total = sum(score.value or 0 for score in Score.objects.all())
        reply["ETag"] = hashlib.sha256(str(total).encode()).hexdigest()
        return reply

    patch_view(patch, "assessments:appointment", tagged)


def leak_concerns_as_a_colour(patch):
    plain = progress._state

    def coloured(sheet):
        worry = any(score.is_concern for score in sheet.scores.all())
        return plain(sheet) + (" " if worry else "")

    patch.setattr(progress, "_state", coloured)


def leak_before_the_last_lock(patch):
    def counted(request, pk):
        views = ScoreSheet.objects.filter(overall_view="APPOINTABLE").count()
        return HttpResponse(f"{views} of the members would appoint")

    patch_view(patch, "assessments:outcome", counted)


def patch_view(patch, name, view):
    found = get_resolver().resolve(reverse(name, args=[1]))
    for pattern in _all_patterns():
        if pattern.callback is found.func:
            patch.setattr(pattern, "callback", view)


def _all_patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from _all_patterns(entry)


LEAKS = {
    "another's sheet": (leak_others_sheets, "member"),
    "a sum in an ETag": (leak_a_sum_in_an_etag, "chief executive"),
    "concerns as a colour on the board": (leak_concerns_as_a_colour, "chair"),
    "the outcome before the last lock": (leak_before_the_last_lock, "auditor"),
}


@pytest.mark.parametrize(("leak", "who"), LEAKS.values(), ids=LEAKS)
def test_a_leak_is_caught(base, monkeypatch, leak, who):
    leak(monkeypatch)
    user = people(base)[who]
    wanted = [a for a in addresses(base) if re.match(r"/(scoring|appointments)/\d+/", a)]

    def replay():
        client = browser(user)
        return [answer(f"GET {address}", client.get(address)) for address in wanted]

    assert first_difference(*in_both(base, replay)) is not None


# --- ledger, logs and every table ------------------------------------------------------------


CANARY = "Kestrel7 wept in the corridor"


def save_by_page(world, **fields):
    sheet = world.sheet(ME)
    criterion = criteria_of(sheet)[0]
    url = reverse("assessments:save_criterion", args=[sheet.pk, criterion.pk])
    data = {f"c{criterion.pk}-{name}": value for name, value in fields.items()}
    return browser(world.user(ME)).post(url, data)


def test_notes_stand_in_the_score_and_nowhere_else(base, caplog):
    caplog.set_level(logging.DEBUG)
    texts = {"evidence": CANARY, "is_concern": "on", "concern": CANARY}
    statuses = [
        save_by_page(base, key=UUID(int=1), version=1, choice="2", **texts).status_code,
        save_by_page(base, key=UUID(int=2), version=1, choice="3", **texts).status_code,
        save_by_page(base, key=UUID(int=1), version=1, choice="3", **texts).status_code,
        save_by_page(base, key=UUID(int=3), version=2, choice="9", **texts).status_code,
        save_by_page(
            base,
            key=UUID(int=4),
            version=2,
            choice="not_assessed",
            not_assessed_reason=CANARY,
            **texts,
        ).status_code,
    ]
    assert statuses == [200, 409, 422, 422, 200]
    assert CANARY not in caplog.text
    assert "Kestrel7" not in str([record.__dict__ for record in caplog.records])
    holding = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for row in model._default_manager.values()
        if CANARY in str(row)
    }
    assert holding == {"assessments.Score"}


def test_ledger_pages_show_who_did_what_and_never_a_value(base):
    others_score(base, VARIANTS["harsh"])
    client = browser(base.auditor)
    for query in ("", "?verify=1", "?page=2"):
        url = reverse("ledger_chain", args=[base.appointment.chain]) + query
        text = client.get(url).content.decode()
        assert "Blamed the nurse" not in text
        assert "NOT_APPOINTABLE" not in text
        assert '"value"' not in text
        for entry in Entry.objects.filter(chain=base.appointment.chain, action="score.saved"):
            assert entry.new not in text
            assert entry.hash not in text
    assert Entry.objects.filter(action="score.saved", new__contains='"value":1').exists()


def test_ledger_of_a_panel_is_closed_to_an_auditor_who_sits_on_it(base):
    sitting = worlds.make_user("Sits", base.user(ME).email, base.trust, Role.AUDITOR)
    assert sitting == base.user(ME)
    reply = browser(base.user(ME)).get(reverse("ledger_chain", args=[base.appointment.chain]))
    assert reply.status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_anothers_sheet_is_not_there_by_any_method(base, method):
    others_score(base, VARIANTS["harsh"])
    client = browser(base.user(ME))
    other = base.sheet(LOCKED)
    criterion = criteria_of(other)[0]
    for url in (
        reverse("assessments:sheet", args=[other.pk]),
        reverse("assessments:save_overall", args=[other.pk]),
        reverse("assessments:save_criterion", args=[other.pk, criterion.pk]),
    ):
        theirs = client.generic(method, url)
        nobodys = client.generic(method, url.replace(f"/{other.pk}/", f"/{MISSING}/", 1))
        assert theirs.status_code in (404, 405)
        assert theirs.status_code == nobodys.status_code
        mask = re.compile(rf"\b({other.pk}|{MISSING})\b")
        bodies = [mask.sub("n", answer("", r)[-1]) for r in (theirs, nobodys)]
        assert bodies[0] == bodies[1]
