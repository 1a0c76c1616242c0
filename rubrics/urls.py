"""Addresses of frameworks and blueprints."""

from django.urls import path

from rubrics import views

app_name = "rubrics"

urlpatterns = [
    path("frameworks/", views.frameworks, name="frameworks"),
    path("frameworks/library/<slug:slug>/<int:trust_pk>/", views.load, name="load"),
    path("frameworks/versions/<int:pk>/", views.version, name="version"),
    path("frameworks/versions/<int:pk>/publish/", views.publish, name="publish"),
    path("frameworks/versions/<int:pk>/retire/", views.retire, name="retire"),
    path("frameworks/versions/<int:pk>/copy/", views.clone, name="clone"),
    path("frameworks/versions/<int:old_pk>/compare/<int:new_pk>/", views.compare, name="compare"),
    *[
        path(
            f"frameworks/versions/<int:pk>/export/{ending}/",
            views.export,
            {"file_format": ending},
            f"export_{ending}",
        )
        for ending in ("xlsx", "json")
    ],
    path("frameworks/import/<int:trust_pk>/", views.import_framework, name="import_framework"),
    path(
        "frameworks/import/<int:trust_pk>/<slug:token>/",
        views.preview_import,
        name="preview_import",
    ),
    path("frameworks/new/<int:trust_pk>/", views.start_framework, name="start_framework"),
    path("frameworks/versions/<int:pk>/details/", views.edit_details, name="edit_details"),
    path("frameworks/versions/<int:pk>/scale/", views.change_scale, name="change_scale"),
    path("frameworks/versions/<int:pk>/undo/", views.undo, name="undo"),
    path(
        "frameworks/versions/<int:pk>/library/<slug:library_slug>/",
        views.add_library,
        name="add_library",
    ),
    path("frameworks/versions/<int:pk>/domains/add/", views.add_domain, name="add_domain"),
    path("frameworks/domains/<int:pk>/edit/", views.edit_domain, name="edit_domain"),
    path(
        "frameworks/domains/<int:pk>/competencies/add/",
        views.add_competency,
        name="add_competency",
    ),
    path("frameworks/competencies/<int:pk>/edit/", views.edit_competency, name="edit_competency"),
    path(
        "frameworks/competencies/<int:pk>/questions/", views.draft_questions, name="draft_questions"
    ),
    path(
        "frameworks/competencies/<int:pk>/questions/add/", views.add_question, name="add_question"
    ),
    path("frameworks/questions/<int:pk>/edit/", views.edit_question, name="edit_question"),
    *[
        path(f"frameworks/{folder}/<int:pk>/{verb}/", view, {"kind": kind}, f"{verb}_{kind}")
        for kind, folder in (
            ("domain", "domains"),
            ("competency", "competencies"),
            ("question", "questions"),
        )
        for verb, view in (("move", views.move_part), ("remove", views.remove_part))
    ],
    path("frameworks/questions/", views.bank, name="bank"),
    path("frameworks/questions/<int:pk>/", views.question, name="question"),
    path("frameworks/questions/<int:pk>/retire/", views.retire_question, name="retire_question"),
    path("frameworks/questions/<int:pk>/restore/", views.restore_question, name="restore_question"),
    path("frameworks/blueprints/", views.blueprints, name="blueprints"),
    path(
        "frameworks/blueprints/ready/<slug:slug>/<int:version_pk>/",
        views.create_blueprint,
        name="create_blueprint",
    ),
    path("frameworks/blueprints/new/", views.start_blueprint, name="start_blueprint"),
    path("frameworks/blueprints/<int:pk>/", views.blueprint, name="blueprint"),
    path("frameworks/blueprints/<int:pk>/copy/", views.copy_blueprint, name="copy_blueprint"),
    path("frameworks/blueprints/<int:pk>/renew/", views.renew_blueprint, name="renew_blueprint"),
    path("frameworks/blueprints/<int:pk>/remove/", views.remove_blueprint, name="remove_blueprint"),
    path(
        "frameworks/blueprints/<int:pk>/details/", views.blueprint_details, name="blueprint_details"
    ),
    path(
        "frameworks/blueprints/<int:pk>/weights/", views.blueprint_weights, name="blueprint_weights"
    ),
    path("frameworks/blueprints/<int:pk>/rules/", views.blueprint_rules, name="blueprint_rules"),
    path("frameworks/blueprints/<int:pk>/exercises/add/", views.add_exercise, name="add_exercise"),
    path("frameworks/exercises/<int:pk>/edit/", views.edit_exercise, name="edit_exercise"),
    path(
        "frameworks/exercises/<int:pk>/questions/",
        views.exercise_questions,
        name="exercise_questions",
    ),
    path("frameworks/exercises/<int:pk>/move/", views.move_exercise, name="move_exercise"),
    path("frameworks/exercises/<int:pk>/remove/", views.remove_exercise, name="remove_exercise"),
]
