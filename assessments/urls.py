"""Addresses of an assessment: the appointment's hub, sheets, outcome, decision, reports."""

from django.urls import path

from assessments.views import hub, outcome, preview, reports, sheets

app_name = "assessments"

urlpatterns = [
    path("appointments/<int:pk>/", hub.appointment, name="appointment"),
    path("appointments/<int:pk>/board/", hub.board, name="board"),
    path("appointments/<int:pk>/open/", hub.open_scoring, name="open_scoring"),
    path("appointments/<int:pk>/close/", hub.close_scoring, name="close_scoring"),
    path("appointments/<int:pk>/review/", sheets.review, name="review"),
    path("appointments/<int:pk>/outcome/", outcome.outcome, name="outcome"),
    path("appointments/<int:pk>/recommend/", outcome.recommend, name="recommend"),
    path("appointments/<int:pk>/decide/", outcome.decide, name="decide"),
    path("appointments/<int:pk>/paper/", preview.paper, name="paper"),
    path("appointments/<int:pk>/paper/<str:code>.pdf", preview.paper_pdf, name="paper_pdf"),
    path("frameworks/blueprints/<int:pk>/preview/", preview.preview, name="preview"),
    path("scoring/<int:pk>/", sheets.sheet, name="sheet"),
    path(
        "scoring/<int:pk>/criteria/<int:criterion_pk>/",
        sheets.save_criterion,
        name="save_criterion",
    ),
    path("scoring/<int:pk>/overall/", sheets.save_overall, name="save_overall"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/review/", reports.review_report, name="review_report"),
    path("reports/<int:pk>/release/", reports.release_report, name="release_report"),
    path("reports/<int:pk>/report.pdf", reports.report_pdf, name="report_pdf"),
]
