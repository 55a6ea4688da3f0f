"""The lines before the first heading to ``basics``: name, label, email, phone, urls, profiles, location."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resume_rag.intake.blocks import is_prose
from resume_rag.intake.lexicon import organization_evidence, title_evidence
from resume_rag.intake.lines import Line, Piece
from resume_rag.intake.places import is_location, read_location
from resume_rag.intake.values import Tree, Value, text_value

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
_CUT = re.compile(r"\s*[|•·∙●◆♦⋄¦]\s*|\t+|\s{3,}|\s+[–—]\s+|\s+-\s+(?=[^\W\d_])")
_DOCUMENT = re.compile(r"\b(?:r[ée]sum[ée]|cv|c\.v\.|curriculum vitae|vitae|lebenslauf|sample|page|updated)\b", re.I)
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
    if (name := _find_name(lines)) is not None:
        fields["name"] = text_value(name)
    for line in lines:
        if is_prose(line.text) and len(line.text.split()) > 8 and not _EMAIL.search(line.text):
            prose.append(line)
            continue
        if prose and line.text[:1].islower() and not line.blank_before:
            prose.append(line)
            continue
        for piece in line.piece.split(_CUT):
            for rest in _take_addresses(piece, fields, profiles):
                if name is None or rest.end <= name.start or name.end <= rest.start:
                    _take_words(rest, fields)
    if profiles:
        fields["profiles"] = profiles
    return {key: fields[key] for key in ("name", "label", "email", "phone", "url", "location", "profiles") if key in fields}, prose


def _find_name(lines: Sequence[Line]) -> Piece | None:
    """The piece that is most likely the person's name: how it looks, where it stands, and the words of the email address."""
    email = next((match.group().split("@")[0] for line in lines if (match := _EMAIL.search(line.text))), "")
    largest = max((line.size for line in lines), default=0.0)
    best: tuple[float, Piece] | None = None
    place = 0
    for line in lines:
        for whole in line.piece.split(_CUT):
            for piece in _take_addresses(whole, {}, []):
                place += 1
                points = _name_points(piece, email) - 0.5 * place
                points += 4 * (line.level == 1) + 3 * (largest > 0 and line.size == largest) + (place == 1)
                if (best is None or points > best[0]) and points > -4:
                    best = points, _without_label(piece)
    return best[1] if best is not None else None


def _name_points(piece: Piece, email: str) -> float:
    text = _without_label(piece).text
    words = re.findall(r"[^\W\d_][\w'’.-]*", text)
    if not words or len(words) > _NAME_WORDS or any(char.isdigit() for char in text) or is_prose(text):
        return -99
    points = 3.0 if _LABEL.match(piece.text) and piece.text.casefold().startswith("name") else 0.0
    points += 2 * (1 < len(words) <= 4 and all(word[0].isupper() or not word[0].isascii() for word in words))
    points += 3 * any(len(word) > 2 and word.casefold().strip(".") in email.casefold() for word in words)
    points -= 2 * title_evidence(text) + organization_evidence(text)
    points -= 3 * is_location(text) + 5 * (_DOCUMENT.search(text) is not None)
    return points - (9 if _LABEL.match(piece.text) and not piece.text.casefold().startswith("name") else 0)


def _without_label(piece: Piece) -> Piece:
    label = _LABEL.match(piece.text)
    return (piece.part(label.end(), len(piece.text)) if label else piece).strip(",;:()[]")


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
    labelled = _LABEL.match(piece.text) is not None
    piece = _without_label(piece)
    if not any(char.isalnum() for char in piece.text):
        return
    if "location" not in fields and is_location(piece.text):
        fields["location"] = {key: text_value(part) for key, part in read_location(piece).items()}
    elif not labelled and _could_be_label(piece.text):
        known = fields.get("label")
        if known is None or (isinstance(known, Value) and title_evidence(piece.text) == 2 > title_evidence(known.text)):
            fields["label"] = text_value(piece)


def _could_be_label(text: str) -> bool:
    """Whether a piece may say what the person is; a lone word in lower case is a user name."""
    words = text.split()
    return len(text) > 2 and len(words) <= 12 and not _DOCUMENT.search(text) and not (len(words) == 1 and text.islower() and text.isascii())
