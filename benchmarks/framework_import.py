"""A framework of 1,000 competencies: out to Excel and JSON, in again, previewed, replaced."""

import time
from argparse import ArgumentParser
from dataclasses import replace

from benchmarks.place import arguments, name_of_database

WORDS = "Explains what was done, why, and what changed for the patients of the service. " * 2


def large(count: int = 1_000):
    """Return a framework of so many competencies, each with five anchors and two questions."""
    from rubrics.library import QUESTION_KINDS
    from rubrics.texts import CompetencyText, DomainText, FrameworkText, QuestionText

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


def reworded(text):
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


def timed(label: str, work):
    """Do something and print how long it took."""
    began = time.perf_counter()
    result = work()
    print(f"{label:44}{time.perf_counter() - began:6.2f} s")
    return result


def measure() -> None:
    """Time every way in and out."""
    from django.utils import timezone

    from accounts.models import Nation, TrustKind
    from accounts.services import create_trust
    from rubrics import services
    from rubrics.formats import FORMATS
    from rubrics.queries.exchange import plan_import

    at = timezone.now()
    kind = {"nation": Nation.ENGLAND, "kind": TrustKind.FOUNDATION_TRUST}
    trust = create_trust(name="Benchmark trust", slug="benchmark", **kind, by=None, at=at)
    text = large()
    other = reworded(text)

    def bring(found):
        held = {"trust": trust, "file_name": "large.xlsx", "by": None, "at": at}
        return services.import_framework(text=found, **held).version

    book = timed("write the workbook", lambda: FORMATS["xlsx"].write(text))
    words = timed("write JSON", lambda: FORMATS["json"].write(text))
    timed("read JSON", lambda: FORMATS["json"].read(words))
    read = timed("read the workbook", lambda: FORMATS["xlsx"].read(book)).text
    version = timed("import it as a new framework", lambda: bring(read))
    timed("preview a file with every word changed", lambda: plan_import(trust, other))
    timed("replace the draft, every word changed", lambda: bring(other))
    services.publish_version(version=version, by=None, at=at)
    timed("import after it was published", lambda: bring(text))


def main() -> None:
    """Measure once, in an empty database."""
    arguments(ArgumentParser(prog="python -m benchmarks.framework_import", description=__doc__))
    print(f"{name_of_database()}; 1,000 competencies, 5,000 anchors, 2,000 questions")
    measure()


if __name__ == "__main__":
    main()
