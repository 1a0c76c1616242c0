"""The demonstration's people. Nobody here is real: no GMC number starts with 0."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Role

DOMAIN = "demo.quorate.example"
TRUST = "Aldermoor Teaching Hospitals NHS Trust"
TRUST_SLUG = "aldermoor"


@dataclass(frozen=True)
class Someone:
    """A person of the demonstration: who they are, what they may do, what panel rules ask."""

    slug: str
    name: str
    roles: tuple[Role, ...] = ()
    directory: dict[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """Their address, which reaches nobody."""
        return f"{self.slug}@{DOMAIN}"


def sitter(job_title: str, **facts: Any) -> dict[str, Any]:
    """Return directory facts: what is not said is a plain no, because the demo knows its people."""
    known = {
        "is_doctor": False,
        "is_dentist": False,
        "is_consultant": False,
        "is_employed_by_trust": False,
        "is_employed_in_nhs": False,
        "is_board_member": False,
        "is_board_level": False,
        "is_trust_chair": False,
        "is_chief_executive": False,
        "is_medical_director": False,
        "works_in": "ENGLAND",
    }
    return {"job_title": job_title, **known, **facts}


HERE = {"employer": TRUST, "is_employed_by_trust": True, "is_employed_in_nhs": True}
DOCTOR = {"is_doctor": True, "is_consultant": True}

PEOPLE = (
    Someone("officer", "Priya Ramanathan", (Role.MEDICAL_STAFFING,)),
    Someone(
        "chair",
        "Siân Llewellyn-Hughes",
        directory=sitter("Chair of the trust", is_board_member=True, is_trust_chair=True),
    ),
    Someone(
        "assessor",
        "Mr Ngũgĩ Kamau",
        directory=sitter(
            "Consultant in acute medicine",
            employer="Severnside Hospitals NHS Foundation Trust",
            specialty="Acute internal medicine",
            college="Royal College of Physicians",
            is_employed_in_nhs=True,
            **DOCTOR,
        ),
    ),
    Someone(
        "chief-executive",
        "Helen Adebayo-Clarke",
        (Role.CHIEF_EXECUTIVE,),
        sitter(
            "Chief executive",
            is_board_member=True,
            is_board_level=True,
            is_chief_executive=True,
            **HERE,
        ),
    ),
    Someone(
        "medical-director",
        "Dr Łukasz Wiśniewski",
        (Role.MEDICAL_DIRECTOR,),
        sitter(
            "Medical director",
            specialty="Respiratory medicine",
            is_board_member=True,
            is_board_level=True,
            is_medical_director=True,
            **HERE,
            **DOCTOR,
        ),
    ),
    Someone(
        "consultant",
        "Dr Aoife Ní Bhriain",
        directory=sitter(
            "Consultant in acute medicine",
            specialty="Acute internal medicine",
            **HERE,
            **DOCTOR,
        ),
    ),
    Someone(
        "manager",
        "Rajesh Venkataraman",
        directory=sitter("General manager, medicine", **HERE),
    ),
    Someone("auditor", "Marguerite Osei-Bonsu", (Role.AUDITOR,)),
    Someone("framework-editor", "Dr 陳美玲 (Chan Mei-ling)", (Role.FRAMEWORK_EDITOR,)),
    Someone("administrator", "Kacper Nowak", (Role.TRUST_ADMINISTRATOR,)),
)
BY_SLUG = {person.slug: person for person in PEOPLE}

CANDIDATES = (
    ("Dr Amara Okafor", "0011201", "Specialist Register", "Locum consultant, Trentbridge"),
    ("Dr Łukasz Zieliński", "0011202", "CCT expected in two months", "Registrar, Northmere"),
    (
        "Dr 歐陽志明 (Au-Yeung Chi-ming)",
        "0011203",
        "Specialist Register",
        "Consultant, Kestrel Bay",
    ),
    ("Dr Siân ap Rhys", "0011204", "CCT expected in four months", "Registrar, Cwm Taliesin"),
    ("Dr Nguyễn Thị Hồng", "0011205", "Portfolio pathway confirmed", "Specialty doctor, Fenwick"),
    ("Dr Fatima al-Zahrawi", "0011206", "Specialist Register", "Locum consultant, Fenwick"),
    ("Dr Ọlábísí Adéyẹmí", "0011207", "CCT expected in three months", "Fellow, Trentbridge"),
    ("Dr Ioana Ștefănescu", "0011208", "Specialist Register", "Consultant, Kestrel Bay"),
    ("Dr Harpreet Kaur Dhillon", "0011209", "Specialist Register", "Registrar, Northmere"),
    ("Dr Wanjirũ Mũthoni", "0011210", "CCT expected in one month", "Registrar, Fenwick"),
)
