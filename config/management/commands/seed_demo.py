"""Fill an empty installation with the demonstration, through the services that pages use."""

import shutil

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Trust, User
from config.demo.people import TRUST_SLUG
from config.demo.story import SEATS, Story

STAGES = ("setup", "shortlisting", "scoring", "decided", "all")
MEMBERS = tuple(slug for _, slug in SEATS)


class Command(BaseCommand):
    """seed_demo --stage setup|shortlisting|scoring|decided|all [--fresh]"""

    help = (
        "Make the demonstration: synthetic people, and appointments up to the stage named."
        " Refuses to run without QUORATE_DEBUG=1, or where people of a real trust are."
    )

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=STAGES, default="all")
        parser.add_argument(
            "--fresh", action="store_true", help="empty the database first; the demo's only"
        )

    def handle(self, *args, stage: str, fresh: bool, **options):
        if not settings.DEBUG:
            raise CommandError("The demonstration needs QUORATE_DEBUG=1. Nothing was changed.")
        if Trust.objects.exclude(slug=TRUST_SLUG).exists() or (
            User.objects.exclude(email__endswith=".example").exists()
        ):
            raise CommandError(
                "This database has people of another trust. Nothing was changed; point"
                " DATABASE_URL or QUORATE_DATA at an empty one."
            )
        if fresh:
            self._empty()
        if Trust.objects.filter(slug=TRUST_SLUG).exists():
            self.stdout.write("The demonstration is there already; --fresh makes it anew.")
            return
        with transaction.atomic():
            story = Story(timezone.now())
            tell(story, stage)
        self.stdout.write(self.style.SUCCESS(f"The demonstration is ready, stage “{stage}”."))

    def _empty(self) -> None:
        """Empty the demo's database; its triggers stand down for it and come back after it."""
        from django.db import connection

        from audit.triggers import drop_statements

        with connection.cursor() as cursor:
            for statement in drop_statements(connection):
                cursor.execute(statement)
        call_command("flush", interactive=False, verbosity=0)
        for folder in (settings.PRIVATE_DIR, settings.DATA_DIR / "outbox"):
            shutil.rmtree(folder, ignore_errors=True)
        settings.LEDGER_ANCHORS.unlink(missing_ok=True)


def tell(story: Story, stage: str) -> None:
    """Tell the story up to a stage; each stage contains the ones before it."""
    reached = STAGES.index(stage)
    story.set_up()
    if reached >= 1:
        shortlisting(story)
    if reached >= 2:
        scoring(story)
    if reached >= 3:
        decided(story)
    if reached >= 4:
        the_rest(story)
    story.sign()


def shortlisting(story: Story) -> None:
    """One appointment with three candidates to shortlist."""
    appointment = story.advertise(
        "ATH-2041", "Consultant in stroke medicine", "Stroke medicine", 41
    )
    story.apply(appointment, slice(3, 6))


def scoring(story: Story) -> None:
    """One panel that meets today, all but the college assessor's last two sheets filled in."""
    appointment = story.advertise(
        "ATH-2036", "Consultant in acute medicine", "Acute internal medicine", 0
    )
    story.shortlist(appointment, story.apply(appointment, slice(0, 3)))
    panel = story.convene(appointment)
    story.declare_no_interests(panel)
    story.open(panel)
    story.score(panel, tuple(slug for slug in MEMBERS if slug != "assessor"))
    story.score(panel, ("assessor",), leave=2)


def decided(story: Story) -> None:
    """One appointment decided last week, with a released report."""
    appointment = story.advertise(
        "ATH-2019", "Consultant in acute medicine (frailty)", "Acute internal medicine", -6
    )
    story.shortlist(appointment, story.apply(appointment, slice(6, 9)))
    panel = story.convene(appointment)
    story.declare_no_interests(panel)
    story.open(panel)
    story.score(panel, MEMBERS)
    story.decide(story.recommend(panel))


def the_rest(story: Story) -> None:
    """An appointment in every other phase."""
    story.advertise("ATH-2050", "Consultant in dermatology", "Dermatology", 75)
    ready = story.advertise(
        "ATH-2044", "Consultant in acute medicine (same-day care)", "Acute internal medicine", 9
    )
    story.shortlist(ready, story.apply(ready, slice(0, 3)))
    panel = story.convene(ready)
    story.declare_no_interests(panel, but=("assessor", "chair", "chief-executive"))
    failing = story.advertise(
        "ATH-2047", "Consultant in acute medicine (night lead)", "Acute internal medicine", 16
    )
    story.shortlist(failing, story.apply(failing, slice(8, 10)))
    story.convene(failing, (*SEATS[:1], *SEATS[2:], ("", "manager")))
    waiting = story.advertise(
        "ATH-2030", "Consultant in acute medicine (two posts)", "Acute internal medicine", -1, 2
    )
    story.shortlist(waiting, story.apply(waiting, slice(3, 6)))
    panel = story.convene(waiting)
    story.declare_no_interests(panel)
    story.open(panel)
    story.score(panel, MEMBERS)
    story.recommend(panel)
