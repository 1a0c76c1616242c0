"""What the demonstration's members give and write, by competency: varied, plausible, repeatable."""

STRENGTH = ((5, 4, 3, 4, 3, 3, 5), (3, 4, 3, 4, 3, 3, 3), (2, 3, 2, 3, 2, 3, 2))
"""The level each of three candidates is near, over the criteria in turn."""

LEAN = {
    "chair": (0, 0, 1, 0),
    "assessor": (0, -1, 0, 0),
    "chief-executive": (0, 0, 0, 1),
    "medical-director": (-1, 0, 0, 0),
    "consultant": (0, 1, 0, 0),
}
"""How each member departs from it, over the criteria in turn."""

EVIDENCE = {
    "4.1": (
        "Spotted a run of missed potassium results, stopped the cause and told the patients.",
        "Described a drug error openly, and what changed on the ward afterwards.",
        "Spoke of safety in general; their own part stayed unclear after two follow-up questions.",
    ),
    "2.2": (
        "Rebuilt work with radiology after a bad winter by sitting in on their morning meeting.",
        "Apologised to a ward manager after a heated handover and agreed how to start again.",
        "Gave an example of working well with people who already agreed.",
    ),
    "4.3": (
        "Ran three small tests of a morning frailty round, dropped one, and showed the figures.",
        "Brought in a referral template and asked the registrars what got in the way.",
        "Had an idea for a virtual ward but had not tried any part of it.",
    ),
    "1.4": (
        "Would say no in private, offer the usual list, and tell the colleague why.",
        "Would refuse, but could not say how they would speak to the colleague.",
        "Would find room on the list this once.",
    ),
    "3.3": (
        "Set out a fair plan for a struggling registrar, with dates and someone to talk to.",
        "Would meet the colleague, agree two goals and come back in a month.",
        "Would pass it to the clinical director without speaking to the person.",
    ),
    "5.2": (
        "Used the trust's own readmission figures and said what they could not show.",
        "Quoted two national audits and one local one, fairly.",
        "Relied on a single paper and did not know how the trust compared.",
    ),
    "5.1": (
        "Tied the post to the town's ageing and to what the ambulance service is about to change.",
        "Knew the system's plan and named one effect on the acute take.",
        "Spoke of pressure on beds without saying where it comes from.",
    ),
}

STRENGTHS = """You spoke about patient safety from your own experience, openly and with figures.
You showed how you bring colleagues from other departments with you."""
NEXT_STEPS = """Ask to sit in on a budget round with the general manager.
Take one improvement through to a measured result and present it at the audit meeting.
Use your next appraisal to plan experience of managing a colleague in difficulty."""


def given(slug: str, candidate: int, criterion: int) -> int:
    """Return the value a member gives a candidate on a criterion, within 1 to 5."""
    base = STRENGTH[candidate % len(STRENGTH)]
    lean = LEAN[slug]
    value = base[criterion % len(base)] + lean[(criterion + candidate) % len(lean)]
    return max(1, min(5, value))


def note(code: str, value: int) -> str:
    """Return the evidence a member writes for a competency at a level."""
    best, middling, weak = EVIDENCE[code]
    return best if value >= 4 else middling if value == 3 else weak
