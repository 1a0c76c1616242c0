"""The pages on which a framework leaves as a file and comes back from one."""

import io
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from rubrics import held_files, services
from rubrics.exchange import to_json
from rubrics.models import Framework, FrameworkVersion
from rubrics.queries import framework_text_of
from tests.rubrics.conftest import AT
from tests.rubrics.pages import main, words
from tests.rubrics.texts import small
from tests.rubrics.workbook.books import plain, with_cell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def client(editor, sign_in):
    return sign_in(editor)


@pytest.fixture
def import_page(trust):
    return reverse("rubrics:import_framework", args=[trust.pk])


def upload(client, import_page, data, name="small.xlsx", **values):
    return client.post(import_page, {"file": SimpleUploadedFile(name, data)}, **values)


def seen(response) -> str:
    return main(response).split('name="seen" value="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("data", "name"), [(plain, "small.xlsx"), (lambda: to_json(small()), "a.json")]
)
def test_file_is_checked_shown_and_then_imported(client, import_page, data, name):
    response = upload(client, import_page, data(), name)
    assert response.status_code == 302
    preview = client.get(response.url)
    said = words(preview)
    assert "What the file would change" in said
    assert "Small framework would be a new framework" in said
    assert "Competencies 3 3 0 0 0" in said
    assert "Anchors 15 15 0 0 0" in said
    assert not Framework.objects.exists()
    done = client.post(response.url, {"seen": seen(preview)}, follow=True)
    version = FrameworkVersion.objects.get()
    assert done.redirect_chain == [(reverse("rubrics:version", args=[version.pk]), 302)]
    assert "Small framework, version 1, is a draft that says what the file says." in words(done)
    assert framework_text_of(version) == small()


def test_file_is_imported_once_however_often_it_is_sent(client, import_page):
    where = upload(client, import_page, plain()).url
    held = {"seen": seen(client.get(where))}
    client.post(where, held)
    count = Entry.objects.count()
    again = client.post(where, held)
    assert again.status_code == 403
    assert "This file was imported already, or is not kept any more." in words(again)
    assert Entry.objects.count() == count


def test_preview_of_a_changed_draft_says_what_would_change(client, import_page):
    where = upload(client, import_page, plain()).url
    client.post(where, {"seen": seen(client.get(where))})
    preview = client.get(
        upload(client, import_page, with_cell("Competencies", "C2", "Hearing")).url
    )
    said = "Small framework , version 1 , would say what the file says."
    assert said in words(preview)
    assert "Competencies 3 0 0 1 0" in words(preview)
    renamed = client.get(upload(client, import_page, with_cell("Framework", "B3", "Renamed")).url)
    assert "Name Small framework Renamed" in words(renamed)


def test_preview_of_the_same_words_offers_nothing(client, import_page):
    where = upload(client, import_page, plain()).url
    client.post(where, {"seen": seen(client.get(where))})
    preview = client.get(upload(client, import_page, plain()).url)
    assert "This file changes nothing" in words(preview)
    assert "<form" not in main(preview)


def test_preview_after_a_published_version_says_that_it_stays(client, import_page, editor, trust):
    where = upload(client, import_page, plain()).url
    client.post(where, {"seen": seen(client.get(where))})
    services.publish_version(version=FrameworkVersion.objects.get(), by=editor, at=AT)
    preview = client.get(upload(client, import_page, with_cell("Competencies", "E2", None)).url)
    assert "would get a new draft after version 1 , which stays as it is." in words(preview)
    assert "A1 Listening has no anchor at 1." in words(preview)


def test_name_of_another_framework_is_refused_on_the_preview(client, import_page):
    where = upload(client, import_page, plain()).url
    client.post(where, {"seen": seen(client.get(where))})
    where = upload(client, import_page, to_json(small(slug="other")), "b.json").url
    preview = client.get(where)
    assert "There already is a framework called Small framework" in words(preview)
    assert "<form" not in main(preview)
    assert client.post(where, {"seen": "x"}).status_code == 200
    assert Framework.objects.count() == 1


def test_what_somebody_changed_meanwhile_is_not_overwritten(client, import_page, editor, trust):
    where = upload(client, import_page, plain()).url
    client.post(where, {"seen": seen(client.get(where))})
    where = upload(client, import_page, with_cell("Competencies", "C2", "Hearing")).url
    before = seen(client.get(where))
    other = small(name="Another name")
    services.import_framework(trust=trust, text=other, file_name="b", by=editor, at=AT)
    for value in (before, "", "x"):
        response = client.post(where, {"seen": value})
        assert "nothing was imported" in words(response)
        assert framework_text_of(FrameworkVersion.objects.get()) == other
    client.post(where, {"seen": seen(response)})
    found = framework_text_of(FrameworkVersion.objects.get())
    assert found.domains[0].competencies[0].name == "Hearing"


def test_faulty_file_is_answered_with_every_cell(client, import_page):
    response = upload(client, import_page, with_cell("Competencies", "G2", "=A1"))
    assert response.status_code == 200
    said = words(response)
    assert "The file has 1 problem, listed below. Nothing was changed" in said
    found = "Competencies G2 3 Satisfactory the formula ‘=A1’"
    assert f"{found} words, up to 100,000 characters, or nothing" in said
    assert response.content.decode().startswith("<!DOCTYPE html>")
    assert "<title>Error: " in response.content.decode()
    assert not Framework.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.xlsx", "The file is empty. Choose another"),
        (b"x", "a.csv", "The file – the name ‘a.csv’ a file whose name ends in .xlsx or .json"),
        (b"{", "a.json", "something that is not JSON at line 1, column 2"),
        (b"x" * 5_000_001, "a.xlsx", "The file is larger than 5 MB. Nothing was changed"),
        (b'{"<script>alert(1)</script>": 1}', "a.json", "[‘<script>alert(1)</script>’]"),
    ],
)  # fmt: skip
def test_file_that_cannot_be_used_is_refused_in_words(client, import_page, data, name, said):
    response = upload(client, import_page, data, name)
    assert response.status_code == 200
    assert said in words(response).replace("  ", " ")
    assert b"<script>alert" not in response.content


def test_page_without_a_file_asks_for_one(client, import_page):
    assert "Choose a file" in words(client.post(import_page, {}))
    assert "Choose a file" in words(client.post(import_page, {"file": "not a file"}))
    shown = client.get(import_page)
    assert 'enctype="multipart/form-data"' in main(shown)
    assert "Error" not in words(shown)


def test_held_file_belongs_to_one_person_and_one_trust(
    client, import_page, trust, make_user, sign_in
):
    from accounts.models import Role

    where = upload(client, import_page, plain()).url
    colleague = sign_in(make_user("Aoife", trust, Role.FRAMEWORK_EDITOR))
    assert colleague.get(where).status_code == 403
    assert client.get(f"{where[:-1]}0/").status_code == 403
    assert client.get(f"{import_page}{'a' * 400}/").status_code == 403
    assert client.get(where).status_code == 200


def test_held_file_is_read_again_from_what_was_checked(editor, trust):
    held = held_files.HeldFile("a.xlsx", small(), ("A note",))
    token = held_files.hold(held, user=editor, trust=trust)
    assert held_files.find(token, user=editor, trust=trust) == held
    held_files.release(token, user=editor, trust=trust)
    assert held_files.find(token, user=editor, trust=trust) is None


@pytest.mark.parametrize("file_format", ["xlsx", "json"])
def test_export_gives_the_file_and_leaves_a_row(client, published, file_format):
    response = client.post(reverse(f"rubrics:export_{file_format}", args=[published.pk]))
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="small-v1.{file_format}"'
    )
    content_type = {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json",
    }
    assert response.headers["Content-Type"] == content_type[file_format]
    assert Entry.objects.latest("pk").action == "version.exported"
    where = reverse("rubrics:import_framework", args=[published.framework.trust_id])
    name = f"small.{file_format}"
    preview = client.get(upload(client, where, response.content, name).url)
    assert "This file changes nothing" in words(preview)


def test_export_that_a_workbook_cannot_hold_says_why(client, import_page, trust, editor):
    held = {"trust": trust, "file_name": "a", "by": editor, "at": AT}
    made = services.import_framework(text=small(source="x" * 40_000), **held).version
    response = client.post(reverse("rubrics:export_xlsx", args=[made.pk]), follow=True)
    assert "No file was made. Framework, row 5, column B (Value): found a text of 40,000" in words(
        response
    )


def test_export_is_a_post(client, published):
    assert client.get(reverse("rubrics:export_xlsx", args=[published.pk])).status_code == 405


def test_pages_are_for_editors_of_the_trust(published, import_page, reader, stranger, sign_in):
    export = reverse("rubrics:export_json", args=[published.pk])
    preview = f"{import_page}{uuid4()}/"
    for user, status in ((reader, 403), (stranger, 404)):
        assert sign_in(user).post(export).status_code == status
    for user in (reader, stranger):
        for path in (import_page, preview):
            assert sign_in(user).get(path).status_code == 404
            assert sign_in(user).post(path).status_code == 404
    for path in (import_page, preview):
        assert Client().get(path).url.startswith(reverse("account_login"))
    assert not Entry.objects.filter(action="version.exported").exists()


def test_posts_without_the_token_are_refused(published, import_page, editor, sign_in):
    sign_in(editor)  # gives the second factor
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    export = reverse("rubrics:export_json", args=[published.pk])
    for path in (export, import_page, f"{import_page}{uuid4()}/"):
        assert strict.post(path, {"file": io.BytesIO(b"x")}).status_code == 403


def test_version_offers_its_files_to_editors_only(client, published, reader, sign_in):
    path = reverse("rubrics:version", args=[published.pk])
    export = reverse("rubrics:export_xlsx", args=[published.pk])
    assert export in main(client.get(path))
    assert export not in main(sign_in(reader).get(path))
