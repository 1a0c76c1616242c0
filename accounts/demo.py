"""The people a demonstration can be looked at as; they exist where `seed_demo` made them."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Persona:
    """Somebody in the demonstration's made-up trust."""

    slug: str
    label: str
    description: str

    @property
    def email(self) -> str:
        """The address of the persona's account, in a domain that can receive nothing."""
        return f"{self.slug}@demo.quorate.example"

    @property
    def url(self) -> str:
        """Where a POST signs in as this persona."""
        return reverse("accounts:demo_sign_in", args=[self.slug])


PERSONAS = (
    Persona(
        "officer",
        "Medical staffing officer",
        "Runs every appointment of the trust, from the vacancy to the reports.",
    ),
    Persona("chair", "Lay chair", "Chairs the panel, decides on interests and scores candidates."),
    Persona(
        "assessor",
        "College assessor",
        "Sits on the panel from outside, usually on a phone, and scores candidates.",
    ),
    Persona(
        "chief-executive",
        "Chief executive",
        "Sits on panels, reviews each outcome and takes the employer’s decision.",
    ),
    Persona(
        "medical-director",
        "Medical director",
        "Sees every appointment of the trust and what came of it.",
    ),
    Persona("auditor", "Auditor", "Reads who did what and when, and never a mark or a file."),
    Persona(
        "framework-editor",
        "Framework editor",
        "Writes the competencies, levels and questions that panels score against.",
    ),
    Persona("administrator", "Trust administrator", "Decides who holds which role in the trust."),
)


def persona(slug: str) -> Persona | None:
    """Return the persona of this slug."""
    return next((one for one in PERSONAS if one.slug == slug), None)
