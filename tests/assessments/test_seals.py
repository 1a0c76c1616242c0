"""A seal tells of every change behind it, even where somebody took the triggers away."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from assessments.models import Recommendation
from assessments.services.decision import is_seal_good
from audit import triggers
from audit.heads import is_signature_good
from audit.models import Chain, Entry, SignedHead
from audit.verify import verify_chain
from tests.assessments import worlds


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@pytest.fixture
def sealed(scored):
    worlds.make_recommendation(scored)
    return scored


def verify(code):
    out = StringIO()
    call_command("verify_seal", code, stdout=out)
    return out.getvalue()


def test_verify_seal_holds(sealed):
    code = Recommendation.objects.get().code
    assert len(code) == 11
    assert verify(code) == f"{code} holds: plan, scores and verdicts are as they were sealed.\n"
    assert verify(f"  {code.lower()} ")


def test_verify_seal_holds_after_the_decision_and_the_members_leave(decided):
    assert "holds" in verify(Recommendation.objects.get().code)


def test_verify_seal_unknown_code(sealed):
    with pytest.raises(CommandError, match="No recommendation was sealed"):
        verify("AAAAA-AAAAA")


FORGED = {
    "score": "UPDATE assessments_score SET value = value + 1 WHERE id ="
    " (SELECT MIN(id) FROM assessments_score)",
    "not assessed": "UPDATE assessments_score SET value = NULL, is_not_assessed = TRUE"
    " WHERE id = (SELECT MAX(id) FROM assessments_score)",
    "evidence": "UPDATE assessments_score SET evidence = 'Said nothing'",
    "concern": "UPDATE assessments_score SET is_concern = TRUE, concern = 'Rude'",
    "score deleted": "DELETE FROM assessments_score WHERE id ="
    " (SELECT MAX(id) FROM assessments_score)",
    "version of a score": "UPDATE assessments_score SET version = 9",
    "overall view": "UPDATE assessments_scoresheet SET overall_view = 'NOT_APPOINTABLE'",
    "verdict": "UPDATE assessments_recommendedcandidate SET verdict = 'RESERVE'"
    " WHERE preference = 1",
    "preference": "UPDATE assessments_recommendedcandidate SET preference = 3 WHERE preference = 2",
    "verdict deleted": "DELETE FROM assessments_recommendedcandidate WHERE preference = 2",
    "reasons": "UPDATE assessments_recommendation SET reasons = 'Others'",
    "code": "UPDATE assessments_recommendation SET code = 'AAAAA-AAAAA'",
    "hash": "UPDATE assessments_recommendation SET content_hash ="
    " '0000000000000000000000000000000000000000000000000000000000000000'",
    "weight": "UPDATE rubrics_criterion SET weight = 99 WHERE position = 1",
    "minimum": "UPDATE rubrics_criterion SET minimum = 1",
    "competency": "UPDATE rubrics_criterion SET competency_id = competency_id + 2"
    " WHERE exercise_id = (SELECT MIN(id) FROM rubrics_exercise)",
    "rule": "UPDATE rubrics_blueprint SET minimum_total_percent = 10",
    "override": "UPDATE panels_panel SET override_reason = 'Another reason'",
    "declaration": "UPDATE panels_declaration SET outcome = 'DOES_NOT_SCORE', has_interest = TRUE,"
    " statement = 'Cousins' WHERE id = (SELECT MIN(id) FROM panels_declaration)",
    "withdrawal": "UPDATE appointments_application SET status = 'WITHDRAWN',"
    " status_reason = 'x' WHERE position = 2",
}


@pytest.mark.parametrize("statement", FORGED.values(), ids=FORGED)
def test_verify_seal_fails_after_any_forgery(sealed, statement):
    recommendation = Recommendation.objects.get()
    worlds.make_blueprint(worlds.make_trust("south"))  # two more competencies
    for drop in triggers.drop_statements(connection):
        sql(drop)
    assert sql(statement) > 0
    forged = Recommendation.objects.get(pk=recommendation.pk)
    assert not is_seal_good(forged)
    with pytest.raises(CommandError, match="does not hold"):
        verify(forged.code)


def test_recommend_signs_the_head_that_names_the_seal(sealed):
    signed = SignedHead.objects.get()
    chain = Chain.objects.get(key=sealed.appointment.chain)
    assert (signed.chain_id, signed.sequence, signed.hash) == (
        chain.key,
        chain.sequence,
        chain.hash,
    )
    assert is_signature_good(signed)
    last = Entry.objects.get(chain=chain, sequence=signed.sequence)
    recommendation = Recommendation.objects.get()
    assert last.action == "recommendation.sealed"
    assert recommendation.content_hash in last.new
    assert recommendation.code in last.new
    assert "comparing the evidence" not in last.new + last.reason


def test_decide_signs_the_head_again(decided):
    assert SignedHead.objects.count() == 2
    chain = Chain.objects.get(key=decided.appointment.chain)
    assert SignedHead.objects.latest("sequence").sequence == chain.sequence
    findings = verify_chain(chain.key)
    assert (findings.faults, findings.signed_heads) == ((), 2)
