"""A job post's text -> its asking clauses: bullets, lines and sentences that say what the work is or what it needs.

Headings decide what a part is; outside of asking parts a sentence must ask in its own words. What the company says
about itself, what it offers, how to apply and legal notices are left out. Knows nothing of how a clause is cut further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from resume_rag.matching.headings import Heading, Importance, Part, find_heading, find_inline_heading
from resume_rag.text import split_sentences

MAX_CLAUSE_CHARS = 800
"""Longer stretches without a full stop are no clause: tables, keyword dumps, damaged text."""
MAX_WRAP_CHARS = 120
"""A post whose longest line is longer is not wrapped by hand: each line break is meant."""

BULLET = re.compile(r"^\s*(?:[-*•▪·–—●◦‣■✓✔➢»]|o(?=\s)|\d{1,2}[.)]|[a-z]\))\s+")
_LEGAL = re.compile(
    r"equal (?:employment )?opportunit|regardless of|without regard to|protected veteran|sexual orientation|reasonable accommodation|discriminat|"
    r"all qualified (?:applicants|candidates)|celebrates? diversity|\bEEO\b|race, |background check|e-verify|safeguarding and|"
    r"gender identity|national origin|m/w/d\)?$|gleichstellung|schwerbehind",
    re.I,
)
_OFFER = re.compile(
    r"401\(?k|paid (?:time|vacation|parental|leave|holidays?)|parental leave|(?:dental|vision|health|medical|life)[\w ,&]*insurance|"
    r"medical, dental|pension|stock options|per (?:hour|year|mile)\b|/ ?(?:hour|hr|year)\b|salary|days of (?:annual )?(?:leave|holiday|vacation)|\bPTO\b|"
    r"tuition (?:assistance|support|reimb)|retirement (?:match|plan)|bonus plan|profit sharing|competitive pay|our (?:package|benefits)|\bdifferential\b",
    re.I,
)
_APPLY = re.compile(
    r"\bapply (?:now|here|at|by|via|through|online|today|with|in)\b|^to apply\b|^please (?:send|submit|apply|include|note)|(?:send|submit|e-?mail) (?:us )?"
    r"(?:your|a) (?:resume|cv|application|cover)|cover letter|closing date|https?://|www\.|click (?:the|here|on)|\bapplicants? (?:will|must) be contacted|"
    r"sample menu|recruiting line",
    re.I,
)
_COMPANY = re.compile(
    r"^(?:(?i:(?:here )?at [^,]{2,50}, ))?(?:(?i:we)(?:'re|'ve|'ll)?\b(?!.{0,40}\b(?:looking for|look for|seek|need|require|expect|want)\b)|(?i:it's|it is|this is|there (?:is|are)|us|join|"
    r"if (?:this|you)|our (?!stack|software)[\w' ]{2,60}? (?:is|are|has|have|was|were|will))\b|"
    r"(?:[A-Z][\w&'.-]*\s(?:(?:&|of|and|the|LLP|GmbH)\s)?){1,5}(?:is|has|was|were|offers?|provides?|believes?|does not|serves?|values|employs?|invests?|makes|"
    r"helps|celebrates|welcomes|develops|processes|moves|runs|supports|builds|delivers|deliver|ist|es una)\b(?! required| preferred| a plus| an advantage| "
    r"desirable| essential| helpful| needed| a must| welcome))",
)
_ASKING = re.compile(
    r"\b(?:(?:you|they|he or she|(?:the|our|a)(?: \w+){1,3}) (?:will|must|should|can|need|have)\b|you(?:'ll|'ve)?\b|must|requires?|required|preferred|"
    r"desirable|(?:a|big|strong) plus|an advantage|would be (?:nice|great|good|ideal)|nice to have|"
    r"experience (?:with|in|of|as)|experienced in|responsible for|looking for|we (?:need|seek|require|expect)|seeking|ability to|able to|knowledge of|"
    r"familiarity with|proficien|degree in|\d\+? years|fluen)",
    re.I,
)
_REQUIRED = re.compile(r"\b(?:must|requires?|required|need|essential|at least|minimum)\b", re.I)
_FOR_A_PERSON = re.compile(r"(?:\b(?:we|is|are|we're)(?: \w+)? |^)(?:looking for|seeking|seek|need|hiring|want)\b", re.I)
_INNER_CUT = re.compile(r"\s*;\s*|\s[•▪●◦‣]\s")
_TELLS_WHAT = re.compile(r"\b(?:who|with|to|that)\b", re.I)


class Clause(NamedTuple):
    """A span that asks for something, and how much that matters."""

    start: int
    end: int
    importance: Importance


class _Block(NamedTuple):
    start: int
    end: int
    heading: Heading | None
    is_bullet: bool


def find_clauses(text: str) -> list[Clause]:
    """Spans of what the post asks for, in its order."""
    blocks = list(_find_blocks(text))
    # Bullets without a heading ask for something only in a post that has no headings to say so.
    has_parts = any(block.heading and block.heading.part in ("required", "preferred", "duty") for block in blocks)
    clauses: list[Clause] = []
    part: Part = "unknown"
    level = 7
    for block in blocks:
        if block.heading:
            # A deeper heading that says nothing of its own belongs to the part above it.
            inherits = block.heading.part == "unknown" and block.heading.level > level
            if not inherits:
                part, level = block.heading.part, block.heading.level
            continue
        sentences = split_sentences(text[block.start : block.end])
        here = part
        for a, b in sentences:
            start, end = block.start + a, block.start + b
            inline = find_inline_heading(text[start : min(end, start + 60)])
            if inline:
                here, start = inline[0], start + inline[1]
            importance = _find_importance(text[start:end], here, block, has_parts=has_parts, is_prose=len(sentences) > 1)
            if importance:
                clauses.extend(_split_sentence(text, start, end, importance))
        # What a bullet is headed by inside itself ends with it.
        part = part if block.is_bullet else here
    return clauses


def _split_sentence(text: str, start: int, end: int, importance: Importance) -> Iterator[Clause]:
    """The parts between semicolons and bullets inside a line, without the stretches that are no clauses."""
    reached = start
    for cut in [*(match.span() for match in _INNER_CUT.finditer(text, start, end)), (end, end)]:
        if reached < cut[0] <= reached + MAX_CLAUSE_CHARS:
            yield Clause(reached, cut[0], importance)
        reached = cut[1]


def _find_importance(sentence: str, part: Part, block: _Block, *, has_parts: bool, is_prose: bool) -> Importance | None:
    """How much what a sentence asks for matters; None where it asks for nothing."""
    if part == "other" or _LEGAL.search(sentence) or _APPLY.search(sentence):
        return None
    if not block.is_bullet and (_COMPANY.match(sentence) or (_FOR_A_PERSON.search(sentence) and not _TELLS_WHAT.search(sentence))):
        return None
    asks = bool(_ASKING.search(sentence))
    if part == "unknown":
        if (not asks and (has_parts or not block.is_bullet)) or _OFFER.search(sentence):
            return None
        return "required" if _REQUIRED.search(sentence) else "duty"
    if is_prose and not block.is_bullet and (_OFFER.search(sentence) or (part == "duty" and not asks and not sentence[0].islower())):
        return None
    return part


def _find_blocks(text: str) -> Iterator[_Block]:
    """Bullets, headings, lines and paragraphs; a line wrapped by hand belongs to the one above it."""
    width = max((len(line) for line in text.splitlines()), default=0)
    start: int | None = None
    is_bullet = False
    previous = ""
    end = 0
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group().rstrip()
        if not match.group():
            break
        bullet = BULLET.match(line)
        heading = None if bullet else find_heading(line)
        if start is not None and (not line or bullet or heading or not _continues(previous, line, width)):
            yield _Block(start, end, None, is_bullet)
            start = None
        previous = line
        if not line:
            continue
        if heading:
            yield _Block(match.start(), match.start() + len(line), heading, False)
            continue
        if start is None:
            start, is_bullet = match.start() + (bullet.end() if bullet else len(line) - len(line.lstrip())), bool(bullet)
        end = match.start() + len(line)
    if start is not None:
        yield _Block(start, end, None, is_bullet)


def _continues(above: str, line: str, width: int) -> bool:
    """Whether a line carries on the one above: it begins small, or its first word would not have fitted there."""
    words = line.split(maxsplit=1)
    if words[0][0].islower() or above.endswith((",", " and", " or", " of", "&", "(")):
        return True
    return width <= MAX_WRAP_CHARS and len(above) + 1 + len(words[0]) > width - 8
