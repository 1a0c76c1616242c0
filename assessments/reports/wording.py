"""What free text in a candidate's report may not say: other people's names, comparison, health."""

import re
import unicodedata
from collections.abc import Iterable

TITLES = {"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame", "lord", "lady"}
FOLDS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "’": "'"})

COMPARISON = (
    r"\b(other|another|next|previous) (candidate|applicant)s?\b",
    r"\b(best|strongest|weakest|top|preferred|stronger|weaker) (of the )?(candidate|applicant)s?\b",
    r"\b(than|unlike) (the )?(others|rest)\b",
    r"\branked( \w+)?\b|\brunner-up\b|\bin (second|third|2nd|3rd) place\b",
)
MARKS = (
    r"\b(scored|score of|mark of|marked|rated)( \w+)?( an?)? \d\b",
    r"\bgave (\w+ )?an? \d\b(?!-| (minute|hour|day|point))",
)
HEALTH = (
    r"\b(reasonable|workplace) adjustments? (was|were|had been|is|are|in)\b",
    r"\bextra time (was|is) (given|allowed|granted)\b",
    r"\b(sick leave|sickness absence|maternity leave|paternity leave|occupational health)\b",
    r"\b(your|their|his|her|candidate's) (own )?(disabilit\w+|illness\w*|diagnos\w+|medication"
    r"|pregnancy|stammer|dyslexia|autism|adhd|depression|anxiety|health(?! \w))\b",
)
RULES = (
    (COMPARISON, "“{}” compares with other candidates. A report is about one person only."),
    (MARKS, "“{}” gives a mark. Levels are told in words, never as one member's mark."),
    (HEALTH, "“{}” may tell of health, disability or adjustments, which never go into a report."),
)


def forbidden(text: str, names: Iterable[str], *, own: str = "") -> list[str]:
    """Why a text may not go to a candidate, one sentence for each problem; empty when it may.

    `names` are the members and the other candidates; the candidate's `own` name may be used, also
    where it shares a part with somebody else's.
    """
    plain = _folded(text)
    problems = [
        f"“{found}” is the name of somebody else, or part of it. Remove the name."
        for found in _names_in(plain, names, own)
    ]
    for patterns, sentence in RULES:
        found = [m.group(0) for p in patterns for m in re.finditer(p, plain, re.I)]
        problems += [sentence.format(words) for words in dict.fromkeys(found)]
    return problems


def _folded(text: str) -> str:
    """Without accents and with plain apostrophes, so that Sian is found for Siân."""
    split = unicodedata.normalize("NFKD", text.translate(FOLDS))
    return " ".join("".join(c for c in split if not unicodedata.combining(c)).split())


def _parts(name: str) -> list[str]:
    """The parts of a name worth looking for: no titles, particles (wa, van) or initials."""
    parts = re.split(r"[\s\-]+", name.replace(".", " "))
    return [p for p in parts if len(p) > 1 and not p.islower() and p.lower() not in TITLES]


def _names_in(plain: str, names: Iterable[str], own: str) -> list[str]:
    """Other people's names in a text: whole in any case, or a part where it stands as a name."""
    found, mine = [], {_folded(part).lower() for part in _parts(own)}
    for name in names:
        parts = _parts(name)
        whole = " ".join(w for w in name.split() if w.lower().strip(".") not in TITLES)
        if whole and re.search(_word(_folded(whole)), plain, re.I):
            found.append(whole)
            continue
        found += [
            part
            for place, part in enumerate(parts)
            if _folded(part).lower() not in mine
            and _stands_as_name(_folded(part), plain, is_first=place == 0 and len(parts) > 1)
        ]
    return list(dict.fromkeys(found))


def _stands_as_name(part: str, plain: str, *, is_first: bool) -> bool:
    """A surname wherever it is capitalised; a first name unless it only opens a sentence (Will)."""
    if re.search(rf"\b({'|'.join(TITLES)})\.? {re.escape(part)}\b", plain, re.I):
        return True
    before = r"(?<!^)(?<![.!?:•-] )" if is_first else ""
    return re.search(before + _word(part), plain) is not None


def _word(text: str) -> str:
    """A pattern for a whole word; scripts without spaces between words match anywhere."""
    escaped = re.escape(text)
    return escaped if re.search("[\u2e80-\u9fff\uac00-\ud7af]", text) else rf"\b{escaped}\b"
