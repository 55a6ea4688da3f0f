"""Which words name people: by the lexicon, by the thesaurus, by rank, by the ending (*prescriber*, *therapist*). Knows nothing of lines."""

from __future__ import annotations

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import marks, nouns
from resume_rag.grounding.reading import Token
from resume_rag.grounding.thesaurus import is_more_general, may_be

_PERSON, _THING = keys.find_key("person"), keys.find_key("artifact")
_KINDS_OF_BODY = keys.keys_of(frozenset({"organization", "unit"}))
_BODIES = frozenset("board bank court legal union hospital office lab company supplier dealer ministry school team firm business".split())
"""Bodies that the thesaurus knows by other meanings first."""


def is_people(key: str) -> bool:
    """Whether a key is a noun for people."""
    return key in keys.keys_of(nouns.PEOPLE)


_RANKED = frozenset(marks.RANKS) - {
    "lead",
    "head",
    "chair",
    "master",
    "acting",
    "senior",
    "junior",
    "executive",
    "management-level",
    "licensed",
    "registered",
    "certified",
    "chartered",
    "associate",
    "vice",
    "principal",
    "leadership",
}


_NO_PERSON = frozenset(
    """computer printer server number paper order river water timer monitor sensor counter power letter matter center meter manner chapter quarter
    trailer boiler freezer fever summer winter weather corner border cluster folder container controller router buffer driver-less newsletter error
    motor factor sector reactor monitor mirror floor door color flavor error behavior assistant-less plant grant restaurant list twist checklist
    boost cost post test interest request forest breast west east guest-less layer cover user-less poster banner tower shower power paper fiber
    tender gender reminder remainder cylinder ladder feeder binder folder starter-less filter register roster semester poster cluster
    self finish beforehand secondhand firsthand german human climate estimate roman""".split()
)


def is_person(token: Token) -> bool:
    """Whether a word names a person by its lexicon or its ending: *prescriber*, *therapist*, *officer*."""
    if token.named or is_people(token.key) or token.folded in _RANKED:
        return True
    singular = token.folded.removesuffix("s")
    if token.content and singular not in _NO_PERSON and is_more_general(_PERSON, token.key, "n"):
        return True
    if is_more_general(_THING, token.key, "n"):
        return False  # a *scanner*, whatever its ending
    endings = ("er", "or", "ist", "ian", "hand", "man", "woman", "person", "mate")
    return token.content and singular.endswith(endings) and len(singular) > 5 and singular not in _NO_PERSON


def is_actor(token: Token) -> bool:
    """Whether a word names who can act: a person, a body of people, or initials of one (*QA*).

    >>> from resume_rag.grounding.reading import read
    >>> [is_actor(t) for t in read("the council, a botanist, the printer").tokens if t.content]
    [True, True, False]
    """
    if not token.content or token.folded in _NO_PERSON:
        return False
    if is_person(token) or token.folded.removesuffix("s") in _BODIES or token.text.isupper() and len(token.text) in {2, 3}:
        return True
    return any(is_more_general(kind, token.key, "n") for kind in _KINDS_OF_BODY)


def may_act(token: Token) -> bool:
    """Whether a word with the ending of a doer may name a person: *logged by the oiler*, which is a tanker too."""
    singular = token.folded.removesuffix("s")
    return token.content and singular.endswith(("er", "or")) and singular not in _NO_PERSON and may_be(token.key, _PERSON)


_PLACES = frozenset(
    """unit side desk shop division branch section authority city county mill garage studio bakery kitchen factory plant laboratory farm store
    works printer controller finance house customs underwriting marketing purchasing accounting engineering logistics procurement production
    hr legal compliance sales operations planning editorial security""".split()
)
"""Who may have done it after *by the*, though `is_actor` does not know them."""


def is_doer(token: Token) -> bool:
    """Whether a word names who did it where it closes *was done by the ...*: also places that people work in (*the office*).

    >>> from resume_rag.grounding.reading import read
    >>> [is_doer(t) for t in read("the enforcement unit, a local printer, the new checklist").tokens if t.content]
    [True, True, False, True, False, False]
    """
    return (
        is_actor(token)
        or token.folded in {"head", "lead", "chair", "deputy", "public"}
        or token.content
        and token.folded.removesuffix("s") in _PLACES
    )


def is_collective(key: str) -> bool:
    """Whether a key is a noun for a group."""
    return key in keys.keys_of(nouns.COLLECTIVES)
