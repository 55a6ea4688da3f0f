"""Whether a word is used as a verb, told by its form and its two neighbours; no parser, and right often enough.

*Planned the audit* (verb), *planned downtime* (not), *the audit* (not), *audited stores* (verb).
"""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon.forms import IRREGULAR

_DETERMINERS = frozenset(
    "a an the this that these those its our their his her my your each every all any no some both one two three of per new".split()
)  # noqa: SIM905
_AUXILIARIES = frozenset("was were been be is are being had has have got gets get not to".split())  # noqa: SIM905
_JOINERS = frozenset("and or then who which that while also by for while when after before in on from without".split())  # noqa: SIM905
_OPENERS = frozenset("helped help assisted helping".split())  # noqa: SIM905


def is_verb_use(folded: str, key: str, *, before: list[str], after: str, opens: bool) -> bool:
    """Whether the word is a verb where it stands.

    >>> is_verb_use("audited", keys.find_key("audited"), before=[], after="stores", opens=True)
    True
    >>> is_verb_use("planned", keys.find_key("planned"), before=["without"], after="downtime", opens=False)
    False
    """
    last = before[-1] if before else ""
    if folded.endswith("ing") and len(folded) > 5:
        return _is_gerund(key, last, opens)
    if folded.endswith("ed") and len(folded) > 3 or folded in IRREGULAR:
        return _is_past(folded, key, last, after, opens)
    if not keys.is_verb_key(key):
        return False
    return opens or last in {"to", "will", "can", "i", "we", "who", "also"} | _OPENERS or (last == "and" and not after.startswith("of"))


def _is_gerund(key: str, last: str, opens: bool) -> bool:
    return (opens or last in _JOINERS or last in {"started", "began", "kept", "while", "through"} | _OPENERS) and (
        keys.is_verb_key(key) or opens
    )


def _is_past(folded: str, key: str, last: str, after: str, opens: bool) -> bool:
    if not folded.endswith("ed") and not keys.is_verb_key(key):
        return False
    if last in _DETERMINERS or (last in {"without", "with", "for", "in", "on", "from", "by", "unplanned"} and not opens):
        return False
    if folded in {
        "people",
        "children",
        "men",
        "women",
        "feet",
        "staffs",
        "better",
        "less",
        "fewer",
        "best",
        "leaves",
        "lives",
        "cost",
        "lit",
        "left",
        "ground",
        "felt",
        "being",
    }:
        return False
    return opens or not last.isdigit()
