"""Panels of every nation, broken one way at a time, and the answer each break deserves."""

from dataclasses import dataclass, replace
from datetime import date

from panels.composition import Conflict, Moment, Nominator, State
from tests.panels.sound_panels import (
    ADVISER,
    CONSULTANT,
    DEPUTY_CE,
    DEPUTY_MD,
    ENGLAND,
    FOUNDATION,
    LAY,
    MANAGER,
    MD,
    NORTHERN_IRELAND,
    SCOTLAND,
    UNIV,
    WALES,
    doctor,
    local_doctor,
    seated,
)

HOLDS, FAILS, CANNOT_TELL = State.HOLDS, State.FAILS, State.CANNOT_TELL
CONVENING, SHORTLISTING, OPENING, ARRIVAL, VOTING = Moment


@dataclass(frozen=True)
class Case:
    """One break of one panel: the rule it concerns and what must be answered."""

    id: str
    key: str
    rule: str
    state: State
    can_open: bool
    sitters: list
    moment: Moment = OPENING
    post: tuple = ()
    words: str | None = None
    mend: str | None = None


def case(
    id, key, rule, state, can_open, *, moment=OPENING, post=None, words=None, mend=None, **who
):
    sitters = seated(key, **who)
    return Case(id, key, rule, state, can_open, sitters, moment, tuple((post or {}).items()),
                words, mend)  # fmt: skip


ABSENT, UNKNOWN = {"is_present": False}, {"is_present": None}
GONE = {"conflict": Conflict.STANDS_DOWN}
TEACHING = {"has_substantial_teaching": True}

# fmt: off
CASES = [
    # Seats: who is missing.
    *(
        case(f"{key} without {code}, {moment}", key, f"SEAT.{code}", FAILS, False, without=[code],
             moment=moment)
        for key in (ENGLAND, WALES)
        for code in ("LAY", "COLLEGE", "CE", "MD", "CONSULTANT")
        for moment in (CONVENING, VOTING)
    ),
    *(
        case(f"northern ireland without {code}", NORTHERN_IRELAND, f"SEAT.{code}", FAILS, False,
             without=[code])
        for code in ("LAY", "CONSULTANT", "MD", "CE", "OUTSIDE", "UNIV")
    ),
    case("college seat empty in words", ENGLAND, "SEAT.COLLEGE", FAILS, False,
         without=["COLLEGE"], moment=CONVENING, words="The college assessor's seat is empty.",
         mend="Ask the college or faculty for an assessor; a local substitute cannot take "
         "this seat."),
    case("foundation trust without assessor", FOUNDATION, "SEAT.COLLEGE", HOLDS, True,
         without=["COLLEGE"],
         words="The college assessor's seat is empty, and need not be filled."),
    case("foundation trust's assessor away", FOUNDATION, "SEAT.COLLEGE", HOLDS, True,
         COLLEGE=ABSENT,
         words="Dr Łukasz Nowak, the college assessor, is not here, and the seat need not be "
         "filled."),
    case("foundation trust without medical director", FOUNDATION, "SEAT.MD", FAILS, False,
         without=["MD"]),
    case("scotland without external adviser", SCOTLAND, "SEAT.EXT_ADVISER", FAILS, False,
         without=["EXT_ADVISER"],
         mend="Ask the Scottish Academy for an External Adviser from a different NHS board."),
    case("scotland without medical director only warns", SCOTLAND, "SEAT.MD", FAILS, True,
         without=["MD"]),
    case("scotland without local consultant only warns", SCOTLAND, "SEAT.CONSULTANT", FAILS, True,
         without=["CONSULTANT"]),
    case("scotland without chair", SCOTLAND, "SEAT.CHAIR", FAILS, False, without=["CHAIR"]),
    # The university seat.
    case("teaching post without university member", ENGLAND, "SEAT.UNIV", FAILS, False,
         post=TEACHING, words="The university member's seat is empty.",
         mend="Ask the university for a member."),
    case("teaching post with university member", ENGLAND, "SEAT.UNIV", HOLDS, True, post=TEACHING,
         more=[UNIV], words="Professor Aoife Byrne sits as university member."),
    case("teaching unknown", ENGLAND, "SEAT.UNIV", CANNOT_TELL, False,
         post={"has_substantial_teaching": None},
         mend="Record whether the post has substantial teaching or research."),
    case("teaching unknown in a foundation trust", FOUNDATION, "SEAT.UNIV", CANNOT_TELL, True,
         post={"has_substantial_teaching": None}),
    case("no teaching, university member welcome", ENGLAND, "SEAT.UNIV", HOLDS, True, more=[UNIV]),
    case("wales teaching post without university member", WALES, "SEAT.UNIV", FAILS, False,
         post=TEACHING),
    case("northern ireland always a university member", NORTHERN_IRELAND, "SEAT.UNIV", FAILS,
         False, without=["UNIV"], post={"has_substantial_teaching": False}),
    case("absent university member is not of the quorum", ENGLAND, "SEAT.UNIV", FAILS, True,
         post=TEACHING, more=[replace(UNIV, is_present=False)],
         words="Professor Aoife Byrne, the university member, is not here."),
    case("university member must be a doctor", ENGLAND, "UNIV.is_professionally_qualified", FAILS,
         False, post=TEACHING, more=[replace(UNIV, is_doctor=False)]),
    case("university member not put forward by the university", ENGLAND,
         "UNIV.nominated_by_university", FAILS, False, post=TEACHING,
         more=[replace(UNIV, nominated_by=Nominator.BODY)]),
    case("northern ireland university nominee need not be a doctor", NORTHERN_IRELAND,
         "UNIV.nominated_by_university", HOLDS, False, UNIV={"is_doctor": False}, CE={
             "is_doctor": False}, more=[MANAGER]),
    # The lay member.
    case("lay member works for another NHS body", ENGLAND, "LAY.is_lay", FAILS, False,
         LAY={"nhs_employer": "Southmere Trust"},
         words="Mrs Siân Rees is employed in the NHS, so is not a lay member.",
         mend="Choose someone who is not employed in the NHS."),
    case("lay member's employment unknown", ENGLAND, "LAY.is_lay", CANNOT_TELL, False,
         LAY={"nhs_employer": None},
         words="Nobody has recorded whether Mrs Siân Rees is employed in the NHS."),
    case("doctor as lay member", ENGLAND, "LAY.not_medically_qualified_unless_trust_chair", FAILS,
         False, LAY={"is_doctor": True, "is_trust_chair": False},
         words="Mrs Siân Rees is a doctor or dentist and does not chair the trust."),
    case("doctor as lay member who is trust chair is only a warning", ENGLAND,
         "LAY.not_medically_qualified", FAILS, True, LAY={"is_doctor": True}),
    case("doctor as lay member who is trust chair is lawful", WALES,
         "LAY.not_medically_qualified_unless_trust_chair", HOLDS, True, LAY={"is_dentist": True}),
    case("lay member outside the board only warns", ENGLAND, "LAY.is_board_member", FAILS, True,
         LAY={"is_board_member": False}),
    case("northern ireland lay member must be of the board", NORTHERN_IRELAND,
         "LAY.is_board_member", FAILS, False, LAY={"is_board_member": False}),
    case("lay deputy who is a doctor", ENGLAND, "LAY.not_medically_qualified_unless_trust_chair",
         FAILS, False, without=["LAY"],
         more=[replace(LAY, is_deputy=True, is_doctor=True, is_trust_chair=False)]),
    # The assessor.
    case("assessor employed locally", ENGLAND, "COLLEGE.not_employed_by_body", FAILS, False,
         COLLEGE={"is_employed_by_body": True},
         words="Dr Łukasz Nowak is employed by the trust.",
         mend="Choose someone who is not employed by the trust."),
    case("assessor's employer unknown", WALES, "COLLEGE.not_employed_by_body", CANNOT_TELL, False,
         COLLEGE={"is_employed_by_body": None},
         mend="Record whether Dr Łukasz Nowak is employed by the health board."),
    case("assessor of another specialty", ENGLAND, "COLLEGE.practises_in_specialty", FAILS, False,
         COLLEGE={"specialty": "Renal medicine"},
         words="Dr Łukasz Nowak practises in Renal medicine, not in Cardiology."),
    case("assessor of a specialty the college accepts", ENGLAND,
         "COLLEGE.practises_in_specialty", HOLDS, True,
         COLLEGE={"specialty": "Renal medicine", "has_specialty_accepted_by_college": True},
         words="Dr Łukasz Nowak practises in Renal medicine, and the college accepts it for "
         "Cardiology."),
    case("specialty compared without case or spacing", ENGLAND, "COLLEGE.practises_in_specialty",
         HOLDS, True, COLLEGE={"specialty": " cardiology "}),
    case("no consultant available does not excuse the assessor", ENGLAND,
         "COLLEGE.practises_in_specialty", FAILS, False, COLLEGE={"specialty": "Renal medicine"},
         post={"no_local_consultant_in_specialty": True}),
    case("assessor picked by the trust", ENGLAND, "COLLEGE.nominated_by_college", FAILS, False,
         COLLEGE={"nominated_by": Nominator.BODY}),
    case("assessor's deputy", ENGLAND, "DEPUTY.COLLEGE", FAILS, False, COLLEGE={"is_deputy": True},
         words="Dr Łukasz Nowak may not sit as deputy: nobody may deputise for the college "
         "assessor."),
    case("foundation trust's assessor, if there is one, is external", FOUNDATION,
         "COLLEGE.not_employed_by_body", FAILS, False, COLLEGE={"is_employed_by_body": True}),
    case("northern ireland assessor who practises there", NORTHERN_IRELAND,
         "OUTSIDE.works_outside_nation", FAILS, False,
         OUTSIDE={"works_in_nation": "northern ireland"},
         words="Dr Łukasz Nowak practises in Northern Ireland."),
    case("northern ireland assessor's nation unknown", NORTHERN_IRELAND,
         "OUTSIDE.works_outside_nation", CANNOT_TELL, False, OUTSIDE={"works_in_nation": None}),
    case("scottish adviser of the same board", SCOTLAND, "EXT_ADVISER.from_another_board", FAILS,
         False, EXT_ADVISER={"is_employed_by_body": True}),
    case("scottish adviser of no board", SCOTLAND, "EXT_ADVISER.from_another_board", FAILS, False,
         EXT_ADVISER={"nhs_employer": ""}),
    case("scottish adviser not of the academy's list", SCOTLAND,
         "EXT_ADVISER.nominated_by_academy", FAILS, False,
         EXT_ADVISER={"nominated_by": Nominator.COLLEGE}),
    case("scottish adviser's training unknown only warns", SCOTLAND, "EXT_ADVISER.is_trained",
         CANNOT_TELL, True, EXT_ADVISER={"training_expires_on": None}),
    # The chief executive, the medical director and their deputies.
    case("another manager in the chief executive's seat", ENGLAND, "CE.is_chief_executive", FAILS,
         False, CE={"is_chief_executive": False},
         mend="Put the chief executive in this seat, or mark Ms Wei Chen as the deputy."),
    case("another doctor in the medical director's seat", ENGLAND, "MD.is_medical_director", FAILS,
         False, MD={"is_medical_director": False},
         words="Dr Amara Okafor is not the medical director and does not act in that capacity."),
    case("chief executive's deputy", ENGLAND, "DEPUTY.CE", HOLDS, True, without=["CE"],
         more=[DEPUTY_CE]),
    case("chief executive's deputy below board level only warns", ENGLAND,
         "CE.is_board_level_deputy", FAILS, True, without=["CE"],
         more=[replace(DEPUTY_CE, is_board_level=False)]),
    case("medical director's deputy who is a doctor", ENGLAND, "MD.is_professionally_qualified",
         HOLDS, True, without=["MD"], more=[DEPUTY_MD]),
    *(
        case(f"{key}: medical director's deputy who is no doctor", key,
             "MD.is_professionally_qualified", FAILS, False, without=["MD"],
             more=[replace(DEPUTY_MD, is_doctor=False)],
             words="Dr Imran Sheikh is not a doctor.",
             mend="Choose someone who is a doctor.")
        for key in (ENGLAND, FOUNDATION, WALES, NORTHERN_IRELAND)
    ),
    case("scotland: medical director's nominee who is no doctor only warns", SCOTLAND,
         "MD.is_professionally_qualified", FAILS, True, without=["MD"],
         more=[replace(DEPUTY_MD, is_doctor=False)]),
    case("medical director whose profession nobody recorded", ENGLAND,
         "MD.is_professionally_qualified", CANNOT_TELL, False, MD={"is_doctor": None}),
    case("dental post, medical director a doctor", ENGLAND, "MD.is_professionally_qualified",
         FAILS, False, post={"is_dental": True}, words="Dr Amara Okafor is not a dentist."),
    # The local consultant.
    case("local consultant of another specialty", ENGLAND,
         "CONSULTANT.practises_in_specialty_or_none_available", FAILS, False,
         CONSULTANT={"specialty": "Renal medicine"},
         mend="Choose a consultant in Cardiology, or record that none is available."),
    case("local consultant of another specialty, none available", ENGLAND,
         "CONSULTANT.practises_in_specialty_or_none_available", HOLDS, True,
         CONSULTANT={"specialty": "Renal medicine"},
         post={"no_local_consultant_in_specialty": True},
         words="Dr Ngũgĩ Kamau practises in Renal medicine, and no consultant in Cardiology is "
         "available."),
    case("local consultant of another specialty still warns", NORTHERN_IRELAND,
         "CONSULTANT.practises_in_specialty", FAILS, True,
         CONSULTANT={"specialty": "Renal medicine"},
         post={"no_local_consultant_in_specialty": True}),
    case("local consultant's specialty unknown", WALES,
         "CONSULTANT.practises_in_specialty_or_none_available", CANNOT_TELL, False,
         CONSULTANT={"specialty": None}),
    case("local consultant's specialty unknown, none available", WALES,
         "CONSULTANT.practises_in_specialty_or_none_available", CANNOT_TELL, False,
         CONSULTANT={"specialty": None}, post={"no_local_consultant_in_specialty": True}),
    case("local consultant employed elsewhere", ENGLAND, "CONSULTANT.employed_by_body", FAILS,
         False, CONSULTANT={"is_employed_by_body": False}),
    case("local consultant's deputy", ENGLAND, "DEPUTY.CONSULTANT", FAILS, False,
         CONSULTANT={"is_deputy": True}),
    # Majorities.
    case("the bare five", ENGLAND, "PROFESSIONAL_MAJORITY", HOLDS, True,
         words="3 of 5 members are doctors: more than half, as the rule asks."),
    case("the bare five are local", ENGLAND, "LOCAL_MAJORITY", HOLDS, True,
         words="4 of 5 members are employees or board members of the trust: more than half, "
         "as the rule asks."),
    *(
        case(f"{key}: a manager beside the bare five", key, "PROFESSIONAL_MAJORITY", FAILS,
             can_open, more=[MANAGER],
             words="3 of 6 members are doctors. The rule asks for more than half, so at least 4.",
             mend="Add a doctor, or ask Mr Tom Bell to stand down.")
        for key, can_open in ((ENGLAND, False), (WALES, False), (FOUNDATION, True))
    ),
    case("a manager and a doctor beside the bare five", ENGLAND, "PROFESSIONAL_MAJORITY", HOLDS,
         True, more=[MANAGER, local_doctor("Dr Rhys Pugh")]),
    case("an absent manager does not count", ENGLAND, "PROFESSIONAL_MAJORITY", HOLDS, True,
         more=[replace(MANAGER, is_present=False)],
         words="3 of 5 members are doctors: more than half, as the rule asks."),
    case("an absent manager counts when convening", ENGLAND, "PROFESSIONAL_MAJORITY", FAILS, False,
         more=[replace(MANAGER, is_present=False)], moment=CONVENING),
    case("a manager who stood down does not count", ENGLAND, "PROFESSIONAL_MAJORITY", HOLDS, True,
         more=[replace(MANAGER, conflict=Conflict.STANDS_DOWN)]),
    case("a manager whose presence is unknown", ENGLAND, "PROFESSIONAL_MAJORITY", CANNOT_TELL,
         False, more=[replace(MANAGER, is_present=None)],
         words="3 of 6 members are doctors for certain. The rule asks for more than half, so at "
         "least 4. Too little is recorded about Mr Tom Bell.",
         mend="Record whether Mr Tom Bell is here."),
    case("a member of unknown profession", ENGLAND, "PROFESSIONAL_MAJORITY", CANNOT_TELL, False,
         more=[replace(MANAGER, is_doctor=None)],
         mend="Record whether Mr Tom Bell is a doctor."),
    case("an unknown profession that makes no difference", ENGLAND, "PROFESSIONAL_MAJORITY",
         HOLDS, True, more=[replace(MANAGER, is_doctor=None), local_doctor("Dr Rhys Pugh")],
         words="4 of 7 members are doctors for certain: more than half, as the rule asks. Too "
         "little is recorded about Mr Tom Bell."),
    case("a medically qualified deputy of the chief executive counts", ENGLAND,
         "PROFESSIONAL_MAJORITY", HOLDS, True, without=["CE"],
         more=[replace(DEPUTY_CE, is_doctor=True), MANAGER],
         words="4 of 6 members are doctors: more than half, as the rule asks."),
    case("a dentist is no professional member for a medical post", ENGLAND,
         "PROFESSIONAL_MAJORITY", FAILS, False, more=[replace(MANAGER, is_dentist=True)]),
    case("three outsiders break the local majority", ENGLAND, "LOCAL_MAJORITY", FAILS, False,
         more=[doctor(f"Dr Visitor {n}") for n in "ABC"],
         words="4 of 8 members are employees or board members of the trust. The rule asks for "
         "more than half, so at least 5.",
         mend="Add an employee or board member of the trust, or ask Dr Visitor A to stand down."),
    case("a mend that would break the other majority says so", ENGLAND, "PROFESSIONAL_MAJORITY",
         FAILS, False,
         more=[MANAGER, replace(MANAGER, name="Ms Ama Boateng", is_employed_by_body=False),
               replace(MANAGER, name="Mr Huw Vaughan", is_employed_by_body=False)],
         words="3 of 8 members are doctors. The rule asks for more than half, so at least 5.",
         mend="Add 3 doctors who are also employees or board members of the trust, or ask "
         "Mr Huw Vaughan, Ms Ama Boateng and Mr Tom Bell to stand down."),
    case("nobody is asked to leave whose leaving breaks the other majority", ENGLAND,
         "PROFESSIONAL_MAJORITY", FAILS, False, LAY={"is_board_member": False},
         CE={"is_board_member": False, "is_employed_by_body": False}, post=TEACHING,
         more=[UNIV, *(replace(MANAGER, name=f"Mr Manager {n}") for n in "ABCD")],
         words="4 of 10 members are doctors. The rule asks for more than half, so at least 6.",
         mend="Add 3 doctors who are also employees or board members of the trust."),
    case("a person listed twice counts once", ENGLAND, "PROFESSIONAL_MAJORITY", FAILS, False,
         more=[MANAGER, replace(MD, seat=None)],
         words="3 of 6 members are doctors. The rule asks for more than half, so at least 4."),
    case("northern ireland's own majority, as the statute has it", NORTHERN_IRELAND,
         "LOCAL_MAJORITY", FAILS, False, more=[doctor("Dr Visitor A"), doctor("Dr Visitor B")]),
    case("a dental post counts dentists", ENGLAND, "PROFESSIONAL_MAJORITY", HOLDS, True,
         post={"is_dental": True}, **{code: {"is_dentist": True, "is_doctor": False}
                                      for code in ("COLLEGE", "MD", "CONSULTANT")},
         words="3 of 5 members are dentists: more than half, as the rule asks."),
    case("nobody", ENGLAND, "PROFESSIONAL_MAJORITY", FAILS, False,
         without=["LAY", "COLLEGE", "CE", "MD", "CONSULTANT"],
         words="Nobody is sitting, so there is no majority of doctors.",
         mend="Add a doctor who is also an employee or board member of the trust."),
    # Quorum, arrivals and departures.
    case("everybody is here", ENGLAND, "QUORUM", HOLDS, True,
         words="Quorate: 5 of 5 core seats are filled by someone in the room."),
    case("six core seats in northern ireland", NORTHERN_IRELAND, "QUORUM", HOLDS, True,
         words="Quorate: 6 of 6 core seats are filled by someone in the room."),
    case("four core seats in a foundation trust", FOUNDATION, "QUORUM", HOLDS, True,
         COLLEGE=ABSENT, words="Quorate: 4 of 4 core seats are filled by someone in the room."),
    case("assessor leaves", ENGLAND, "QUORUM", FAILS, False, COLLEGE=ABSENT, moment=ARRIVAL,
         words="Not quorate: 4 of 5 core seats are filled by someone in the room, not the college "
         "assessor.",
         mend="Pause the panel. Ask the college or faculty for an assessor; a local substitute "
         "cannot take this seat."),
    case("assessor late", WALES, "QUORUM", FAILS, False, COLLEGE=ABSENT,
         mend="Do not start. Ask the college or faculty for an assessor; a local substitute "
         "cannot take this seat."),
    case("chief executive away, deputy here", ENGLAND, "QUORUM", HOLDS, True, CE=ABSENT,
         more=[DEPUTY_CE], moment=VOTING),
    case("chief executive away, deputy not here either", ENGLAND, "QUORUM", FAILS, False,
         CE=ABSENT, more=[replace(DEPUTY_CE, is_present=False)], moment=VOTING),
    case("presence of the medical director unknown", ENGLAND, "QUORUM", CANNOT_TELL, False,
         MD=UNKNOWN, mend="Record whether the medical director is here."),
    case("presence of a core member unknown", ENGLAND, "SEAT.MD", CANNOT_TELL, False, MD=UNKNOWN,
         words="Nobody has recorded whether Dr Amara Okafor, the medical director, is here."),
    case("local consultant stood down", ENGLAND, "SEAT.CONSULTANT", FAILS, False, CONSULTANT=GONE,
         words="Dr Ngũgĩ Kamau has stood down, so the local consultant's seat is empty."),
    case("local consultant stood down, quorum", ENGLAND, "QUORUM", FAILS, False, CONSULTANT=GONE),
    case("a member who does not score one candidate still counts", ENGLAND, "QUORUM", HOLDS, True,
         CONSULTANT={"conflict": Conflict.DOES_NOT_SCORE}),
    case("a member who stays still counts", ENGLAND, "DECLARATIONS", HOLDS, True,
         CONSULTANT={"conflict": Conflict.STAYS}),
    case("away on the day, no matter at shortlisting", ENGLAND, "SEAT.CE", HOLDS, True, CE=ABSENT,
         moment=SHORTLISTING),
    # The chair.
    case("no chair", ENGLAND, "CHAIR_NAMED", FAILS, False, LAY={"is_chair": False},
         words="Nobody is named as chair."),
    case("two chairs", ENGLAND, "CHAIR_NAMED", FAILS, False, MD={"is_chair": True},
         words="2 members are marked as chair: Dr Amara Okafor and Mrs Siân Rees."),
    case("chair whose presence is unknown", SCOTLAND, "CHAIR_NAMED", CANNOT_TELL, False,
         CHAIR=UNKNOWN),
    case("chair has left", ENGLAND, "CHAIR_NAMED", FAILS, False, LAY=ABSENT, moment=ARRIVAL,
         words="Mrs Siân Rees cannot take the chair."),
    case("england: another member chairs, a warning", ENGLAND, "CHAIR_LAY", FAILS, True,
         LAY={"is_chair": False}, CE={"is_chair": True},
         words="Ms Wei Chen is in the chair and does not sit as lay member.",
         mend="Ask the lay member to take the chair."),
    case("wales: another member chairs, a warning", WALES, "CHAIR_LAY", FAILS, True,
         LAY={"is_chair": False}, CE={"is_chair": True}),
    case("northern ireland: another member chairs, unlawful", NORTHERN_IRELAND, "CHAIR_LAY", FAILS,
         False, LAY={"is_chair": False}, CE={"is_chair": True}),
    case("scotland: a non-executive need not chair", SCOTLAND, "CHAIR_SEAT", HOLDS, True),
    case("scotland: only the delegated chair may chair", SCOTLAND, "CHAIR_SEAT", FAILS, False,
         CHAIR={"is_chair": False}, MD={"is_chair": True}),
    # One person, one seat.
    case("one person in two seats", ENGLAND, "ONE_SEAT_EACH", FAILS, False, without=["CONSULTANT"],
         more=[replace(CONSULTANT, name=MD.name)],
         words="Dr Amara Okafor is put down as local consultant and medical director: one person "
         "may hold one seat."),
    case("one person in two seats under two spellings", ENGLAND, "ONE_SEAT_EACH", FAILS, False,
         MD={"person": 7}, CONSULTANT={"person": 7}),
    case("two people of one name", ENGLAND, "ONE_SEAT_EACH", HOLDS, True, MD={"person": 7},
         CONSULTANT={"person": 8, "name": MD.name}),
    case("one person in two seats, typed differently", ENGLAND, "ONE_SEAT_EACH", FAILS, False,
         CONSULTANT={"name": " dr amara  Okafor"}),
    case("one person listed twice", ENGLAND, "ONE_SEAT_EACH", FAILS, False, more=[MD],
         words="Dr Amara Okafor is listed 2 times."),
    case("core member also listed as additional", ENGLAND, "ONE_SEAT_EACH", FAILS, False,
         more=[replace(MD, seat=None)]),
    case("two people in one seat", ENGLAND, "ONE_SEAT_EACH", FAILS, False, moment=CONVENING,
         more=[replace(CONSULTANT, name="Dr Bo Li")],
         words="Dr Bo Li and Dr Ngũgĩ Kamau are both in the local consultant's seat: only one "
         "may sit."),
    case("a deputy in reserve while convening", ENGLAND, "ONE_SEAT_EACH", HOLDS, True,
         moment=CONVENING, more=[DEPUTY_CE]),
    case("a deputy beside the chief executive in the room", ENGLAND, "ONE_SEAT_EACH", FAILS, False,
         more=[DEPUTY_CE]),
    case("a seat of another nation", ENGLAND, "ONE_SEAT_EACH", FAILS, False,
         more=[replace(ADVISER, nhs_employer="")],
         words="Dr Morag Sinclair is put down for a seat these rules do not have: EXT_ADVISER."),
    # Joint bodies, the day, training, declarations, size, the vote.
    *(
        case(f"{key}: joint panel", key, "JOINT", state, state == HOLDS, post={"is_joint": True})
        for key, state in ((ENGLAND, CANNOT_TELL), (WALES, CANNOT_TELL), (SCOTLAND, CANNOT_TELL),
                           (NORTHERN_IRELAND, HOLDS))
    ),
    case("before the rules", ENGLAND, "IN_FORCE", FAILS, True, post={"aac_on": date(2005, 1, 11)},
         words="These rules came into force only on 12 January 2005."),
    case("the first day of the rules", ENGLAND, "IN_FORCE", HOLDS, True,
         post={"aac_on": date(2005, 1, 12)}),
    case("northern ireland after the amendment nobody has read", NORTHERN_IRELAND, "IN_FORCE",
         CANNOT_TELL, True, post={"aac_on": date(2013, 5, 21)},
         words="These rules were amended on 21 May 2013, and the amended text has not been seen."),
    case("no day set", ENGLAND, "IN_FORCE", CANNOT_TELL, True, post={"aac_on": None}),
    case("training runs out", ENGLAND, "TRAINING", FAILS, True,
         MD={"training_expires_on": date(2026, 12, 7)},
         words="Training runs out before the day for Dr Amara Okafor."),
    case("training runs out on the day itself", ENGLAND, "TRAINING", HOLDS, True,
         MD={"training_expires_on": date(2026, 12, 8)}),
    case("training unknown", WALES, "TRAINING", CANNOT_TELL, True,
         MD={"training_expires_on": None}),
    case("no declaration", ENGLAND, "DECLARATIONS", CANNOT_TELL, True, MD={"conflict": None},
         words="No declaration of interests from Dr Amara Okafor."),
    case("declaration before the chair", ENGLAND, "DECLARATIONS", CANNOT_TELL, True,
         MD={"conflict": Conflict.DECLARED}, mend="Ask the chair to decide."),
    case("fourteen members", ENGLAND, "SIZE", HOLDS, True,
         more=[local_doctor(f"Dr Number {n}") for n in range(9)]),
    case("fifteen members", ENGLAND, "SIZE", FAILS, True,
         more=[local_doctor(f"Dr Number {n}") for n in range(10)]),
    case("an even vote and the chair's casting vote", ENGLAND, "VOTING", HOLDS, True, moment=VOTING,
         more=[local_doctor("Dr Rhys Pugh")],
         words="6 members have one vote each; 4 votes carry it. On a tie the chair's casting vote "
         "decides."),
    case("nobody to give the casting vote", ENGLAND, "VOTING", CANNOT_TELL, False, moment=VOTING,
         LAY={"is_chair": False},
         words="5 members have one vote each; 3 votes carry it. A tie needs the chair's casting "
         "vote, and there is no one chair."),
    case("only people in the room have a vote", ENGLAND, "VOTING", HOLDS, True, moment=VOTING,
         more=[local_doctor("Dr Rhys Pugh", is_present=None)],
         words="5 members have one vote each; 3 votes carry it. On a tie the chair's casting vote "
         "decides."),
    case("a tie where the rule is not known", NORTHERN_IRELAND, "VOTING", CANNOT_TELL, True,
         moment=VOTING),
    case("scotland decides by vote", SCOTLAND, "VOTING", CANNOT_TELL, True, moment=VOTING,
         words="4 members have one vote each; 3 votes carry it. How a tie is broken has not been "
         "seen in the rules."),
    case("scotland's seats have not been read", SCOTLAND, "SEATS_UNSEEN", CANNOT_TELL, True),
]
# fmt: on
