"""How long a framework of 1,000 competencies takes: out to Excel and JSON, in again, replaced.

Run it with `python benchmarks/framework_import.py`; it uses the database of the environment inside
a transaction that is undone.
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("QUORATE_DEBUG", "1")

import django

django.setup()

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Nation, TrustKind
from accounts.services import create_trust
from rubrics import services
from rubrics.formats import FORMATS
from rubrics.library import QUESTION_KINDS
from rubrics.queries.exchange import plan_import
from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText

LIMIT = 5.0
WORDS = "Explains what was done, why, and what changed for the patients of the service. " * 2


def large(count: int = 1_000) -> FrameworkText:
    """Return a framework of so many competencies, each with five anchors and two questions."""
    every = [
        CompetencyText(
            code=f"C{number}",
            name=f"Competency {number}",
            summary=WORDS,
            tags={"gpc": [1, 5], "hlm": ["Engaging the team"]},
            levels={value: f"{number}.{value} {WORDS}" for value in range(1, 6)},
            questions=tuple(
                QuestionText(kind, "STANDARD", f"{kind} {number}? {WORDS}", ("Why?",), WORDS)
                for kind in QUESTION_KINDS
            ),
        )
        for number in range(1, count + 1)
    ]
    domains = tuple(
        DomainText(f"D{place}", f"Domain {place}", "", tuple(every[place::20]))
        for place in range(20)
    )
    return FrameworkText("large", "Large framework", "1-5", "Ours", "Free", domains)


def reworded(text: FrameworkText) -> FrameworkText:
    """Return a framework of which every word is another."""
    return replace(
        text,
        domains=tuple(
            replace(
                domain,
                competencies=tuple(
                    replace(
                        found,
                        name=f"{found.name} again",
                        levels={v: f"{words} Again." for v, words in found.levels.items()},
                        questions=tuple(replace(q, text=f"{q.text} Why?") for q in found.questions),
                    )
                    for found in domain.competencies
                ),
            )
            for domain in text.domains
        ),
    )


def timed(label: str, call):
    """Run something and say how long it took."""
    begun = time.perf_counter()
    result = call()
    print(f"{label:<44}{time.perf_counter() - begun:6.2f} s")
    return result


def measure() -> float:
    """Time every way in and out; return how long a workbook takes from file to draft."""
    at = timezone.now()
    trust = create_trust(
        name="Benchmark trust",
        slug="benchmark",
        nation=Nation.ENGLAND,
        kind=TrustKind.FOUNDATION_TRUST,
        by=None,
        at=at,
    )
    text = large()
    book = timed("write the workbook", lambda: FORMATS["xlsx"].write(text))
    words = timed("write JSON", lambda: FORMATS["json"].write(text))
    print(f"{'':<44}{len(book):,} and {len(words):,} bytes")
    timed("read JSON", lambda: FORMATS["json"].read(words))

    def bring(found: FrameworkText):
        held = {"trust": trust, "file_name": "large.xlsx", "by": None, "at": at}
        return services.import_framework(text=found, **held).version

    begun = time.perf_counter()
    reading = timed("read the workbook, in the child process", lambda: FORMATS["xlsx"].read(book))
    version = timed("import as a new framework", lambda: bring(reading.text))
    total = time.perf_counter() - begun
    print(f"{'workbook to draft':<44}{total:6.2f} s (at most {LIMIT:g})")
    timed("preview a file that changes every word", lambda: plan_import(trust, reworded(text)))
    timed("replace the draft, every word changed", lambda: bring(reworded(text)))
    services.publish_version(version=version, by=None, at=at)
    timed("import after it is published", lambda: bring(text))
    return total


def main() -> int:
    """Measure, undo, and fail when a workbook takes too long."""
    print(f"1,000 competencies, 5,000 anchors, 2,000 questions on {connection.vendor}")
    with transaction.atomic():
        total = measure()
        transaction.set_rollback(True)
    return int(total > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
