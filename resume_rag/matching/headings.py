"""What a part of a job post is, told by its heading: duties, what is required, what is preferred, or nothing that asks.

Headings are read in English, German, French, Spanish, Italian, Portuguese and Dutch. Knows nothing of sentences.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from resume_rag.text import find_words, fold

Importance = Literal["required", "preferred", "duty"]
Part = Literal["required", "preferred", "duty", "other", "unknown"]

MAX_HEADING_WORDS = 7

_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("duty", re.compile(r"about (?:the|this) (?:role|job|position|work|opportunity)|why (?:this|the) role exists", re.I)),
    ("required", re.compile(r"about you\b|who you are|what (?:we|we're|we are) (?:look|need|expect)", re.I)),
    (
        "other",
        re.compile(
            r"^(?:about|why)\b|who we are|what (?:we|you)(?:'ll| will| can)? (?:get|offer|receive|earn|expect)|what's in it|we offer|we provide|"
            r"\bour (?:offer|package|company|school|culture|values?|team|story|mission|promise|commitment|benefits)|(?:the|your) (?:offer|package)|"
            r"benefits?\b|perks|rewards|compensation|salary|\bpay\b|remuneration|to apply|^apply|appl(?:y|ication)\b|equal|\beeo|diversity|inclusion|"
            r"contact|location|working (?:hours|conditions)|\bhours\b|schedule|employment (?:details|type)|the company|company (?:overview|profile|description)|"
            r"seniority|^industry|^department|closing date|next steps|hiring process|interview process|disclaimer|privacy|accommodation|"
            r"über uns|wir bieten|unser angebot|das bieten|benefits|kontakt|bewerb|quiénes somos|sobre nosotros|ofrecemos|qué ofrecemos|"
            r"à propos|qui sommes|nous offrons|ce que nous offrons|avantages|pour postuler|chi siamo|offriamo|cosa offriamo|quem somos|oferecemos|"
            r"over ons|wij bieden|wat bieden wij",
            re.I,
        ),
    ),
    (
        "preferred",
        re.compile(
            r"nice.to.have|prefer|bonus|desirable|desired|good to have|advantage|\bplus(?:es)?\b|\bideal|would be (?:great|nice|good)|extra credit|"
            r"wünschenswert|von vorteil|idealerweise|se valora|deseable|valorable|souhaité|apprécié|serait un plus|graditi|preferenzial|diferenciais|pré\b",
            re.I,
        ),
    ),
    (
        "required",
        re.compile(
            r"require|qualif|\bmust|you(?:'ll)? (?:have|bring|need|are)|skills?\b|experience|looking for|minimum|essential|profile|education|certific|"
            r"licen[sc]e|knowledge|expertise|competenc|technolog|tech stack|our stack|tools\b|person specification|specification|qualities|abilities|"
            r"attributes|criteria|background|technical depth|what it takes|you'll (?:also )?(?:have|bring)|"
            r"profil|anforderung|qualifikation|kenntnisse|das bringst|das bringen|requisitos|requisiti|perfil|competenze|compétences|exigences|functie-?eisen|wij vragen",
            re.I,
        ),
    ),
    (
        "duty",
        re.compile(
            r"responsib|what you(?:'ll| will)? (?:do|be doing|own|work)|you will|you'll|\bdut(?:y|ies)\b|the (?:role|job|position|work|opportunity)\b|"
            r"your (?:role|tasks|job|day|mission|impact|work)|\btasks\b|day.to.day|what the job|accountab|job (?:description|summary|overview)|"
            r"(?:position|role) (?:summary|overview|description)|(?:in|with) this (?:role|position)|overview|key activities|"
            r"aufgaben|tätigkeit|funciones|responsabilidades|tareas|missions|tâches|responsabilités|mansioni|attività|atividades|werkzaamheden|taken\b",
            re.I,
        ),
    ),
)
_LINE = re.compile(r"^\s{0,3}(?P<mark>#{1,6}\s*|\*\*|__)?(?P<title>[^\n]{2,90}?)(?:\*\*|__)?\s*(?P<colon>:?)(?:\*\*|__)?\s*$")
_INLINE = re.compile(r"^(?:\*\*|__)?(?P<title>[^\W\d_][^:.\n!?]{2,45})(?:\*\*|__)?:(?:\*\*|__)?\s+(?=\S)")

_OPENING = re.compile(r"(?:about|why|what (?:you|we)(?:'ll|'re)?(?= \w+$| will \w+$| can \w+$)|über|sobre|à propos)\b|what's in it", re.I)
_HEADING_WORDS = frozenset(
    """a about abilities activities additional all also an and application apply background basic behavioral benefits bonus bring brings career
    certifications compensation competencies contact core day day-to-day description desirable desired details do duties duty education essential
    expect experience expertise for functions general good have hours how ideal ideally important in include includes including is it job key
    knowledge licenses licences location looking main minimum mission must must-have musts need nice offer opportunity or other our overview package
    pay perks person personal physical plus points position preferred primary principal profile programs purpose qualifications qualities
    qualification required requirement requirements responsibilities responsibility role salary schedule scope skill skills specific specification
    stack strong success summary take tasks team tech technical technologies the these things this to tools training traits us values we what who
    will with work working would you you'll you're your we're nice-to-have nice-to-haves haves
    ihre ihr dein deine aufgaben profil anforderungen wir bieten unser angebot uns das bringst bringen sie du mit qualifikationen kontakt
    funciones requisitos perfil ofrecemos quiénes somos responsabilidades tareas se valora valoramos lo que el del puesto nuestra oferta
    missions vos votre profil recherché nous offrons compétences le poste avantages mansioni requisiti offriamo chi siamo competenze attività
    quem oferecemos atividades diferenciais taken functie-eisen wij vragen over ons""".split()
)


class Heading(NamedTuple):
    """What stands under it, how deep it is (1 to 6; 7 for headings without a mark of level) and whether it is marked as one."""

    part: Part
    level: int
    is_marked: bool


def find_heading(line: str) -> Heading | None:
    """The heading that a line is, or None.

    >>> find_heading("## What you bring"), find_heading("Welds steel beams for bridges.")
    (Heading(part='required', level=2, is_marked=True), None)
    """
    match = _LINE.match(line)
    if not match:
        return None
    title = re.sub(r"\s*\([^()]*\)", "", match["title"]).strip(" *_:#")
    words = len(title.split())
    if not title or words > MAX_HEADING_WORDS or title.endswith((".", ",", ";", "!")) or title[0] in "-•":
        return None
    mark = (match["mark"] or "").strip()
    is_marked = bool(mark or match["colon"] or title.isupper())
    part = find_part(title)
    if part == "unknown" and not is_marked:
        return None
    # Without a mark, "Injection therapy qualification" is an item of a list; "Minimum qualifications" is a heading.
    if not is_marked and not _OPENING.match(title) and not all(fold(word.text) in _HEADING_WORDS for word in find_words(title)):
        return None
    return Heading(part, len(mark) if mark.startswith("#") else 7, is_marked)


def find_inline_heading(text: str) -> tuple[Part, int] | None:
    """What a paragraph that begins like ``Requirements: ...`` is, and where its text begins; None for other paragraphs.

    >>> find_inline_heading("Benefits: health insurance"), find_inline_heading("Observability: Grafana")
    (('other', 10), None)
    """
    match = _INLINE.match(text)
    if not match or len(match["title"].split()) > 5:
        return None
    part = find_part(match["title"])
    return None if part == "unknown" else (part, match.end())


def find_part(title: str) -> Part:
    """What stands under a title."""
    return next((part for part, pattern in _PARTS if pattern.search(title)), "unknown")
