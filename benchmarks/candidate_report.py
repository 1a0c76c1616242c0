"""One candidate's report, as PDF and as the page of record, a page; beside bare renderers."""

import io
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable

from benchmarks.place import arguments, name_of_database

FLOOR_ROWS = 70


def main() -> None:
    """Measure, and print the medians."""
    parser = ArgumentParser(prog="python -m benchmarks.candidate_report", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    given = arguments(parser)
    report, reader = _released_report()
    from assessments.reports.pdf import render_pdf
    from assessments.services.drawing import report_html

    def pdf() -> bytes:
        return render_pdf(report_html(report), title="Assessment report")

    began = time.perf_counter()
    pages = _pages(pdf())
    first = (time.perf_counter() - began) * 1000
    works = {
        "report as PDF": (pdf, pages),
        "  of it, its HTML": (lambda: report_html(report), pages),
        "page of record": (lambda: _page(reader, report), 1),
        "bare xhtml2pdf table": (_xhtml2pdf_table, _pages(_xhtml2pdf_table())),
        "bare reportlab table": (_reportlab_table, _pages(_reportlab_table())),
    }
    print(f"{name_of_database()}; medians of {given.rounds} rounds, one after the other")
    print(f"the first PDF, which starts the renderer: {first:.0f} ms\n")
    print(f"{'ms':24}   whole   pages  a page")
    for name, (took, count) in _medians(works, given.rounds).items():
        print(f"{name:24}{took:8.1f}{count:8d}{took / count:8.1f}")


def _medians(works: dict[str, tuple[Callable, int]], rounds: int) -> dict[str, tuple[float, int]]:
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, _) in works.items():
            began = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: (statistics.median(times[name]), works[name][1]) for name in works}


def _released_report():
    """Tell the story up to a decided appointment; give a released report and who may read it."""
    from allauth.mfa.models import Authenticator
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from assessments.models import CandidateReport
    from config.demo.story import Story
    from config.management.commands.seed_demo import decided

    story = Story(timezone.now())
    with transaction.atomic():
        story.set_up()
        decided(story)
    officer = story.users["officer"]
    Authenticator.objects.create(
        user=officer, type=Authenticator.Type.TOTP, data={"secret": "unused"}
    )
    reader = Client(headers={"X-Forwarded-Proto": "https", "Host": "127.0.0.1"})
    reader.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    report = CandidateReport.objects.select_related(
        "application__appointment__trust", "application__candidate"
    ).get(released_at__isnull=False)
    return report, reader


def _page(reader, report) -> bytes:
    response = reader.get(f"/reports/{report.pk}/", secure=True)
    assert response.status_code == 200, response.status_code
    return response.content


def _rows() -> list[list[str]]:
    return [
        [f"Criterion {row}", "Meets the standard of a new consultant", str(row % 5)]
        for row in range(FLOOR_ROWS)
    ]


def _xhtml2pdf_table() -> bytes:
    from xhtml2pdf import pisa

    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in _rows())
    out = io.BytesIO()
    pisa.CreatePDF(f"<table>{rows}</table>", dest=out)
    return out.getvalue()


def _reportlab_table() -> bytes:
    from reportlab.platypus import SimpleDocTemplate, Table

    out = io.BytesIO()
    SimpleDocTemplate(out).build([Table(_rows())])
    return out.getvalue()


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


if __name__ == "__main__":
    main()
