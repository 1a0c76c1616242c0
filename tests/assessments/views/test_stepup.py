"""Sealing, deciding and releasing ask who it is, the chair with an e-mailed code too."""

import re
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from assessments.models import Recommendation
from tests.assessments.views.test_outcome import GOOD, browser, recommended, url

pytestmark = pytest.mark.django_db
CODE_PAGE = "/accounts/reauthenticate/code/"


@pytest.fixture
def chair(scored):
    """The chair, who signed in with a code twenty minutes ago."""
    cache.clear()
    return long_ago(browser(scored.user(0)))


def long_ago(client):
    session = client.session
    session[RECORDS] = [{"method": "code", "at": time.time() - 20 * 60}]
    session.save()
    return client


def confirm(client, following):
    client.get(CODE_PAGE, {"next": following})
    code = re.search(r"is:\s+(\S+)", mail.outbox[-1].body).group(1)
    return client.post(CODE_PAGE, {"code": code, "next": following})


def test_chair_is_asked_before_the_form_is_shown(chair, scored):
    address = url("recommend", scored)
    assert chair.get(address).url.startswith(CODE_PAGE)
    assert confirm(chair, address).url == address
    assert chair.get(address).status_code == 200


def test_recommendation_sent_too_late_is_sealed_after_the_code(chair, scored):
    address = url("recommend", scored)
    assert chair.post(address, recommended(scored, *GOOD)).url.startswith(CODE_PAGE)
    assert not Recommendation.objects.exists()
    assert confirm(chair, address).url == url("outcome", scored)
    assert Recommendation.objects.get().reasons == "Agreed after comparing the evidence."


def test_form_refused_after_the_code_is_sent_to_its_own_page(chair, scored):
    address = url("recommend", scored)
    chair.post(address, recommended(scored, *GOOD) | {"reasons": ""})
    page = confirm(chair, address).content.decode()
    assert f'action="{address}"' in page
    assert f'action="{CODE_PAGE}"' not in page
    assert not Recommendation.objects.exists()


@pytest.mark.parametrize("name", ["recommend", "decide"])
def test_sealing_and_deciding_ask_everybody(scored, name):
    for user in (scored.user(0), scored.chief_executive):
        client = long_ago(browser(user))
        for method in (client.get, client.post):
            assert "/reauthenticate/" in method(url(name, scored)).url


def test_releasing_a_report_asks(scored):
    client = long_ago(browser(scored.officer))
    address = reverse("assessments:release_report", args=[1])
    assert client.post(address).url.startswith(reverse("mfa_reauthenticate"))
