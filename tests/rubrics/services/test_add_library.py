"""Leadership and clinical practice in one draft, so that a blueprint can hold both."""

import pytest
from django.utils import timezone

from accounts.models import Nation, TrustKind
from accounts.services import create_trust
from rubrics import queries, services
from rubrics.library import available


@pytest.fixture
def draft(db):
    at = timezone.now()
    trust = create_trust(
        name="North", slug="north", nation=Nation.ENGLAND, kind=TrustKind.NHS_TRUST, by=None, at=at
    )
    path = available()["medical-leadership"]
    return services.load_library(trust=trust, path=path, by=None, at=at)


def add(draft, slug="clinical-practice"):
    return services.add_library(version=draft, slug=slug, by=None, at=timezone.now())


def codes(draft):
    return [domain.code for domain in queries.framework_text_of(draft).domains]


def test_add_library_puts_its_domains_at_the_end_and_can_be_undone(draft):
    before = queries.framework_text_of(draft)
    add(draft)
    assert codes(draft) == ["1", "2", "3", "4", "5", "A", "B"]
    assert queries.version_page(draft).missing == ()
    services.undo_last_change(version=draft, by=None, at=timezone.now())
    assert queries.framework_text_of(draft) == before


def test_added_library_is_offered_no_more_and_refused(draft):
    assert [text.slug for text in queries.version_page(draft).additions] == ["clinical-practice"]
    add(draft)
    assert queries.version_page(draft).additions == ()
    with pytest.raises(services.UnknownLibrary):
        add(draft)
    with pytest.raises(services.UnknownLibrary):
        add(draft, "medical-leadership")
    assert codes(draft) == ["1", "2", "3", "4", "5", "A", "B"]


def test_add_library_to_a_published_version_is_refused(draft):
    services.publish_version(version=draft, by=None, at=timezone.now())
    with pytest.raises(services.VersionNotDraft):
        add(draft)


def test_added_library_keeps_only_the_anchors_of_the_drafts_scale(draft):
    services.change_scale(version=draft, scale_key="1-4", by=None, at=timezone.now())
    add(draft)
    levels = queries.framework_text_of(draft).domains[-1].competencies[0].levels
    assert list(levels) == [1, 2, 3, 4]
