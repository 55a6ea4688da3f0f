"""Whether a word is used as a verb, told by its form and its two neighbours; no parser, and right often enough.

*Planned the audit* (verb), *planned downtime* (not), *the audit* (not), *audited stores* (verb).
"""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon.forms import IRREGULAR
from resume_rag.grounding.lexicon.marks import FUNCTION
from resume_rag.grounding.lexicon.quantities import CARDINALS

_DETERMINERS = frozenset(
    "a an the this these those its our their his her my your each every all any no some one two three of per new".split()
)
_AUXILIARIES = frozenset("was were been be is are being had has have got gets get not to".split())
_JOINERS = frozenset("and or then who which that while also by for while when after before in on from without".split())
_BEFORE_BASE = frozenset("i'd i've we'd we've to not now still will can i we who also helped help helping".split())
UNCHANGED = frozenset("cut set put hit shut read split spread cast cost bid".split())
_VERBS_LIKE_ADJECTIVES = frozenset("deal heal appeal reveal steal seal total signal trial panic mimic picnic traffic".split())
_VERBS_IN_LY = frozenset("supply apply comply reply rely multiply fly ally bully tally rally assembly".split())
_NOT_PAST = frozenset(
    """speed need feed seed weed deed breed reed steed greed creed exceed proceed succeed bleed heed indeed shed sled shred embed sacred naked kindred
    hundred wicked rugged flatbed seabed testbed infrared airspeed""".split()
)
_BEFORE_PRESENT = frozenset("that which who it still now also they".split())
_OFFICES = frozenset("captain lead head chair chief mentor coach host pilot partner".split())
"""*made me captain* has no verb for that."""
_AIDING = frozenset("keep start stop begin help enjoy continue assist support include avoid".split())
_AFTER_SUBJECT = frozenset("did do was were had have are".split())
_BEFORE_GERUND = frozenset("started began kept while through helped assisted helping".split())


def is_verb_use(folded: str, key: str, *, before: list[str], after: str, opens: bool, base_before: bool = False) -> bool:
    """Whether the word is a verb where it stands; `base_before`: a verb in its base form stands earlier in the sentence.

    >>> is_verb_use("audited", keys.find_key("audited"), before=[], after="stores", opens=True)
    True
    >>> is_verb_use("planned", keys.find_key("planned"), before=["without"], after="downtime", opens=False)
    False
    """
    last = before[-1] if before else ""
    if folded == "half" or (opens and not folded.endswith(("ed", "ing")) and _is_agentive(after)):
        return False
    if (
        opens
        and after.endswith("ing")
        and after not in {"training", "during"}
        and len(after) > 5
        and not folded.endswith(("ed", "ing"))
        and folded not in _BEFORE_GERUND | _AIDING
    ) and not keys.is_irregular(folded):
        return False  # "Route planning for 8 vans"
    if opens and folded.endswith("s") and after in _AFTER_SUBJECT:
        return False  # "volunteers did the cutting"
    if folded.endswith("ings") or (folded.endswith("ly") and folded not in _VERBS_IN_LY):
        return False
    if folded.endswith("ing") and len(folded) > 5:
        return _is_gerund(key, last, after, opens)
    if (folded.endswith("ed") and len(folded) > 3 and folded not in _NOT_PAST) or keys.is_irregular(folded):
        return _is_past(folded, key, last, after, opens)
    if not keys.is_verb_form(folded) or (folded.endswith(("al", "ous", "ic")) and folded not in _VERBS_LIKE_ADJECTIVES):
        return False
    caused = last in {"me", "us"} and before[-2:-1] and before[-2] in {"had", "let", "have", "made"} and folded not in _OFFICES
    if caused or opens or last in _BEFORE_BASE or (folded in UNCHANGED and last in {"and", "that", "which", "who"}):
        return True
    if folded.endswith("s") and not folded.endswith("ss"):
        return last in _BEFORE_PRESENT
    if last.endswith("s") and not last.endswith("ss") and last not in FUNCTION:
        return after in {"to", "it", "them"} | _DETERMINERS - {"of", "per"}
    return last == "and" and base_before and after != ""


def _is_gerund(key: str, last: str, after: str, opens: bool) -> bool:
    if opens or last in {"was", "were", "am", "been"} and keys.is_verb_key(key):
        return True
    if last in {"by", "while", "when", "after", "before", "without"}:
        return True
    timed = (
        frozenset() if last.endswith("s") else frozenset({"every", "each"})
    )  # "line painting every August"; "families attending each week"
    takes_object = (
        (after in _DETERMINERS and after not in {"of", "per", "new"} | timed)
        or after[:1].isdigit()
        or after in CARDINALS
        or after[:1] in {"$", "€", "£"}
    )
    return keys.is_verb_key(key) and (
        last in _JOINERS | _BEFORE_GERUND or any(c.isdigit() for c in last) or (takes_object and last not in _DETERMINERS)
    )


def _is_agentive(word: str) -> bool:
    """*Code reviewer*, *Project manager*: the word before it is no verb."""
    return len(word) > 5 and word.endswith(("er", "or")) and keys.is_verb_key(keys.find_key(word.removesuffix("er").removesuffix("or")))


def _is_active_verb(word: str) -> bool:
    """A verb right before a participle takes it as an adjective: *deliver edited galleries*."""
    return word not in _AUXILIARIES and word not in FUNCTION and keys.is_verb_key(keys.find_key(word)) and word not in UNCHANGED


def _is_past(folded: str, key: str, last: str, after: str, opens: bool) -> bool:
    if not folded.endswith("ed") and not keys.is_verb_key(key) and folded in IRREGULAR:
        return False
    if folded.endswith("ed") and last and after and not opens and _is_active_verb(last) and after not in FUNCTION:
        return False
    if last in _DETERMINERS or (
        last
        in {
            "without",
            "with",
            "for",
            "in",
            "on",
            "from",
            "by",
            "unplanned",
            "at",
            "to",
            "under",
            "through",
            "across",
            "over",
            "between",
            "against",
        }
        and not opens
    ):
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
        "ground",
        "felt",
        "being",
    }:
        return False
    return opens or not last.isdigit()
