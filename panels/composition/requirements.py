"""The closed vocabulary of requirements that a rule set may make of a person."""

from collections.abc import Callable
from dataclasses import dataclass

from panels.composition.people import Nominator, Post, Sitter, either, negate

Test = Callable[[Sitter, Post, str], bool | None]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A three-valued test of (sitter, post, nation) and the words for its three answers.

    `yes` and `no` follow the person's name, `whether` follows "nobody has recorded whether", and
    `yes` follows "choose someone who"; where those differ, `holds` is the name's. A requirement
    that can be counted for a majority also has `one` and `many`.
    """

    test: Test
    yes: str
    no: str
    whether: str
    holds: str = ""
    mend: str = ""
    one: str = ""
    many: str = ""


def has_name(term: str | None) -> str | None:
    """A recorded term with case and spacing evened out, or None."""
    return " ".join(term.split()).casefold() if term and term.strip() else None


def is_same(left: str | None, right: str | None) -> bool | None:
    """Whether two recorded terms are the same word; None when either is missing."""
    first, second = has_name(left), has_name(right)
    return None if first is None or second is None else first == second


def practises(sitter: Sitter, post: Post, _nation: str) -> bool | None:
    """Whether they practise in the post's specialty or in one the college accepts for it."""
    if sitter.has_specialty_accepted_by_college:
        return True
    return is_same(sitter.specialty, post.specialty)


def practises_or_none_available(sitter: Sitter, post: Post, _nation: str) -> bool | None:
    """Whether they practise in the post's specialty or nobody does."""
    answer = practises(sitter, post, _nation)
    return True if answer is False and post.no_local_consultant_in_specialty else answer


def is_of_profession(sitter: Sitter, post: Post, _nation: str) -> bool | None:
    """Whether they are a doctor, or for a dental post a dentist."""
    return sitter.is_dentist if post.is_dental else sitter.is_doctor


def is_in_training_date(sitter: Sitter, post: Post, _nation: str) -> bool | None:
    """Whether their training lasts until the day of the panel."""
    if sitter.training_expires_on is None or post.aac_on is None:
        return None
    return sitter.training_expires_on >= post.aac_on


def is_from_another_board(sitter: Sitter, _post: Post, _nation: str) -> bool | None:
    """Whether an NHS body other than this one employs them."""
    if sitter.is_employed_by_body:
        return False
    if sitter.nhs_employer is None:
        return None
    if not sitter.nhs_employer.strip():
        return False
    return negate(sitter.is_employed_by_body)


def nominated(nominator: Nominator) -> Test:
    """A test of who put the person forward."""

    def test(sitter: Sitter, _post: Post, _nation: str) -> bool | None:
        return None if sitter.nominated_by is None else sitter.nominated_by == nominator

    return test


def attribute(name: str) -> Test:
    """A test that reads one attribute."""

    def test(sitter: Sitter, _post: Post, _nation: str) -> bool | None:
        return getattr(sitter, name)

    return test


def plainly(test: Test, yes: str, **more: str) -> Requirement:
    """A requirement whose negation only needs "not" after its first word."""
    verb, rest = yes.split(" ", 1)
    return Requirement(test, yes=yes, no=f"{verb} not {rest}", whether=yes, **more)


REQUIREMENTS: dict[str, Requirement] = {
    "is_lay": Requirement(
        lambda s, p, n: negate(s.is_employed_in_nhs),
        yes="is not employed in the NHS",
        no="is employed in the NHS, so is not a lay member",
        whether="is employed in the NHS",
        one="lay member",
        many="lay members",
    ),
    "is_board_member": plainly(attribute("is_board_member"), "is on the board of {body}"),
    "is_trust_chair": plainly(attribute("is_trust_chair"), "is the chair of {body}"),
    "is_local": plainly(
        attribute("is_local"),
        "is an employee or board member of {body}",
        one="employee or board member of {body}",
        many="employees or board members of {body}",
    ),
    "not_medically_qualified": Requirement(
        lambda s, p, n: negate(s.is_clinically_qualified),
        yes="is neither a doctor nor a dentist",
        no="is a doctor or dentist",
        whether="is a doctor or dentist",
    ),
    "not_medically_qualified_unless_trust_chair": Requirement(
        lambda s, p, n: either(negate(s.is_clinically_qualified), s.is_trust_chair),
        yes="is not a doctor or dentist, or who chairs {body}",
        holds="passes the rule that no doctor or dentist is a lay member, save the chair of {body}",
        no="is a doctor or dentist and does not chair {body}",
        whether="is a doctor or dentist, and chairs {body}",
    ),
    "employed_by_body": plainly(attribute("is_employed_by_body"), "is employed by {body}"),
    "not_employed_by_body": Requirement(
        lambda s, p, n: negate(s.is_employed_by_body),
        yes="is not employed by {body}",
        no="is employed by {body}",
        whether="is employed by {body}",
    ),
    "from_another_board": Requirement(
        is_from_another_board,
        yes="works for a different NHS board",
        no="does not work for a different NHS board",
        whether="works for a different NHS board",
    ),
    "works_outside_nation": Requirement(
        lambda s, p, n: negate(is_same(s.works_in_nation, n)),
        yes="practises outside {nation}",
        no="practises in {nation}",
        whether="practises outside {nation}",
    ),
    "is_professionally_qualified": plainly(
        is_of_profession, "is a {profession}", one="{profession}", many="{profession}s"
    ),
    "is_medically_or_dentally_qualified": Requirement(
        attribute("is_clinically_qualified"),
        yes="is a doctor or dentist",
        no="is neither a doctor nor a dentist",
        whether="is a doctor or dentist",
        one="doctor or dentist",
        many="doctors or dentists",
    ),
    "is_consultant": plainly(
        attribute("is_consultant"), "is a consultant", one="consultant", many="consultants"
    ),
    "practises_in_specialty": Requirement(
        practises,
        yes="practises in {specialty}",
        holds="practises in {field}",
        no="practises in {theirs}, not in {specialty}",
        whether="practises in {specialty}",
    ),
    "practises_in_specialty_or_none_available": Requirement(
        practises_or_none_available,
        yes="practises in {specialty}",
        holds="practises in {field}",
        no="practises in {theirs}, and nobody has recorded that no consultant in {specialty} "
        "is available",
        whether="practises in {specialty}",
        mend="Choose a consultant in {specialty}, or record that none is available.",
    ),
    "nominated_by_college": plainly(
        nominated(Nominator.COLLEGE), "was put forward by the college or faculty"
    ),
    "nominated_by_university": plainly(
        nominated(Nominator.UNIVERSITY), "was put forward by the university"
    ),
    "nominated_by_academy": plainly(
        nominated(Nominator.ACADEMY), "was taken from the Scottish Academy's list"
    ),
    "nominated_by_body": plainly(nominated(Nominator.BODY), "was put forward by {body}"),
    "is_chief_executive": plainly(
        attribute("is_chief_executive"),
        "is the chief executive",
        mend="Put the chief executive in this seat, or mark {name} as the deputy.",
    ),
    "is_medical_director": Requirement(
        attribute("is_medical_director"),
        yes="is the {director} director or acts in that capacity",
        no="is not the {director} director and does not act in that capacity",
        whether="is the {director} director or acts in that capacity",
        mend="Put the {director} director in this seat, or mark {name} as the deputy.",
    ),
    "is_board_level_deputy": Requirement(
        attribute("is_board_level"),
        yes="works at board level",
        no="does not work at board level",
        whether="works at board level",
    ),
    "is_trained": Requirement(
        is_in_training_date,
        yes="has training that is in date on the day",
        no="has training that runs out before the day",
        whether="has training that is in date on the day",
    ),
}


def fillings(sitter: Sitter, post: Post) -> dict[str, str]:
    """The words about one person that a requirement's sentences are filled with."""
    theirs = sitter.specialty or "an unrecorded specialty"
    field = theirs
    if not is_same(sitter.specialty, post.specialty):
        wanted = post.specialty or "the post's specialty"
        reason = f"no consultant in {wanted} is available"
        if sitter.has_specialty_accepted_by_college:
            reason = f"the college accepts it for {wanted}"
        field = f"{theirs}, and {reason}"
    return {"name": sitter.name, "theirs": theirs, "field": field}


COUNTABLE = frozenset(name for name, requirement in REQUIREMENTS.items() if requirement.many)
