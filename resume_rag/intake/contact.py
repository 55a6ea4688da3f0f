"""The lines before the first heading to ``basics``: name, label, email, phone, urls, profiles, location."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resume_rag.intake.blocks import is_prose
from resume_rag.intake.lines import Line, Piece
from resume_rag.intake.places import is_location, read_location
from resume_rag.intake.values import Tree, text_value

Fields = dict[str, Tree]
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s|,;<>()\[\]]+|\b(?:[\w-]+\.)+(?:com|org|net|io|dev|me|example|edu|co|de|uk|eu|info|app)(?:/[^\s|,;<>()\[\]]*)?(?![\w@])"
)
_PHONE = re.compile(r"(?<![\w/])\(?\+?\d[\d\s().\-–]{6,18}\d(?:\s?(?:x|ext\.?)\s?\d+)?(?!\w)")
_NETWORKS = {
    "linkedin": "LinkedIn", "github": "GitHub", "gitlab": "GitLab", "twitter": "Twitter", "stackoverflow": "Stack Overflow",
    "xing": "Xing", "medium": "Medium", "behance": "Behance", "dribbble": "Dribbble", "orcid": "ORCID",
}  # fmt: skip
_CUT = re.compile(r"\s*[|•·∙●◆♦⋄¦]\s*|\t+|\s{3,}|\s+[–—]\s+")
_LABEL = re.compile(
    r"^(?:e-?mail|mail|phone|telephone|tel|mobile|cell|address|adresse|location|website|web|url|homepage|portfolio|linkedin|github|name|"
    r"telefon|ort)\s*[:：.]\s*",
    re.I,
)
_NAME_WORDS = 6


def read_basics(lines: Sequence[Line]) -> tuple[Fields, list[Line]]:
    """The fields of ``basics``, and the lines that are prose (a summary without a heading)."""
    fields: Fields = {}
    profiles: list[Tree] = []
    prose: list[Line] = []
    for line in lines:
        if is_prose(line.text) and len(line.text.split()) > 8 and not _EMAIL.search(line.text):
            prose.append(line)
            continue
        if prose and line.text[:1].islower() and not line.blank_before:
            prose.append(line)
            continue
        for piece in line.piece.split(_CUT):
            for rest in _take_addresses(piece, fields, profiles):
                _take_words(rest, fields)
    if profiles:
        fields["profiles"] = profiles
    return {key: fields[key] for key in ("name", "label", "email", "phone", "url", "location", "profiles") if key in fields}, prose


def _take_addresses(piece: Piece, fields: Fields, profiles: list[Tree]) -> list[Piece]:
    """Takes emails, urls and phone numbers out of a piece; returns what is left between them."""
    spans: list[tuple[int, int]] = []
    for kind, pattern in (("email", _EMAIL), ("url", _URL), ("phone", _PHONE)):
        for match in pattern.finditer(piece.text):
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            found = piece.part(*match.span()).strip(".,;:")
            if kind == "url" and (network := next((name for name in _NETWORKS if name in found.text.casefold()), None)):
                profiles.append(_read_profile(found, network))
            elif kind not in fields:
                fields[kind] = text_value(found)
            else:
                continue
            spans.append(match.span())
    rest, begin = [], 0
    for start, end in [*sorted(spans), (len(piece.text), len(piece.text))]:
        rest.append(piece.part(begin, start))
        begin = end
    return [left for left in rest if any(char.isalnum() for char in left.text)]


def _read_profile(found: Piece, network: str) -> Fields:
    """A profile by its url; network and user name are parts of the url, so that each value stands in the source."""
    at = found.text.casefold().index(network)
    fields: Fields = {"network": text_value(found.part(at, at + len(network))), "url": text_value(found)}
    tail = found.text.rstrip("/")
    slash = tail.rfind("/")
    if slash > at:
        fields["username"] = text_value(found.part(slash + 1, len(tail)))
    return fields


def _take_words(piece: Piece, fields: Fields) -> None:
    if label := _LABEL.match(piece.text):
        piece = piece.part(label.end(), len(piece.text))
    piece = piece.strip(",;:()[]")
    if not any(char.isalnum() for char in piece.text):
        return
    if (
        "location" not in fields
        and "name" in fields
        and is_location(piece.text)
        or "name" not in fields
        and is_location(piece.text)
        and "," in piece.text
        and "location" not in fields
    ):
        fields["location"] = {key: text_value(part) for key, part in read_location(piece).items()}
    elif "name" not in fields and len(piece.text.split()) <= _NAME_WORDS and not any(char.isdigit() for char in piece.text):
        fields["name"] = text_value(piece)
    elif "label" not in fields and "name" in fields and len(piece.text.split()) <= 12:
        fields["label"] = text_value(piece)
