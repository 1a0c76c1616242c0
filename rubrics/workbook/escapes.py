"""How a workbook spells characters that XML does not take: _x000D_ stands for a carriage return."""

import re

NEEDS_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def escape(text: str) -> str:
    """Return a text as a cell holds it: what looks like an escape is escaped itself."""
    spelt = LOOKS_ESCAPED.sub("_x005F_", text)
    return NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", spelt)


def unescape(text: str) -> str:
    """Return the text that a cell stands for."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def cell_length(text: str) -> int:
    """Return how long a text is as Excel counts it, in halves of a surrogate pair."""
    return len(escape(text).encode("utf-16-le", "surrogatepass")) // 2
