"""Sections that are lists: skills, languages, certificates, awards, publications, interests, references."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resume_rag.intake.blocks import Block, continues, fold_blocks, group_entries, is_prose
from resume_rag.intake.dates import find_range
from resume_rag.intake.entries import Fields
from resume_rag.intake.headers import cut_dates, read_header
from resume_rag.intake.lexicon import is_region, is_school, organization_evidence
from resume_rag.intake.lines import Line, Piece
from resume_rag.intake.places import split_commas
from resume_rag.intake.values import Tree, Value, date_values, text_value

_ITEMS = re.compile(r"\s*(?:[,،;；、，•·|▪●\t]|\s{3,}|\s/\s)\s*(?![^()]*\))")
_GROUP = re.compile(r"^(?P<group>[^:：.!?\t]{1,60}?)\s*(?:[:：](?!//)|\t+(?=[^\t]*$)(?=.*,)|\s[–—-]\s(?=[^–—]*,))\s*(?=\S)")
_GROUP_ONLY = re.compile(r"^(?P<group>[^:：.,!?]{1,50}?)\s*[:：]$")
_FLUENCY = re.compile(
    r"""^(?P<language>[^\W\d_][^\W\d_'’ -]{1,30}?(?:\s\([A-Z][a-z]+\))?)\s*(?:[:：]\s*|\s[–—-]+\s*|\t+\s*|[(\[]\s*|\s{2,}|,\s*)(?P<fluency>[^()\[\]]+(?:\([^()]*\)[^()]*)?)[)\]]?$""",
    re.VERBOSE,
)
_LEVEL_FIRST = re.compile(
    r"^(?P<fluency>(?:native|fluent|basic|advanced|intermediate|conversational|bilingual|proficient|professional|working|beginner|elementary)"
    r"(?: (?:in|speaker of|knowledge of|proficiency in|working knowledge of|level))?)\s+(?P<language>[A-Z][^\W\d_]+)$",
    re.IGNORECASE,
)
_LEVEL_LAST = re.compile(
    r"^(?P<language>[A-Z][^\W\d_]+)\s+(?P<fluency>(?:native|mother tongue|fluent|basic|advanced|intermediate|conversational|bilingual|proficient|"
    r"professional|beginner|elementary|limited|full|[ABC][12]|muttersprache|verhandlungssicher|fließend|grundkenntnisse).*)$",
    re.IGNORECASE,
)
_KEPT_WITH = re.compile(
    r"(?:renewed|renewal|expires?|expired|expiring|valid|through|until|due|exp\.?|recertified|in progress|expected|anticipated)\W*(?:on|in|to|until|through)?\W*$",
    re.I,
)
_ISSUER = re.compile(
    r"^(?:state|commonwealth|province|department|board|ministry|issued by|by) |\b(?:board|council|institute|training|association|authority)\b",
    re.I,
)


def read_skills(lines: Sequence[Line], source: str) -> list[Fields]:
    """``Group: a, b`` becomes a skill with keywords; items without a group become a skill each."""
    skills: list[Fields] = []
    pending: Piece | None = None
    for block in _fold_lists(lines):
        piece = block.piece(source)
        first = block.lines[0]
        if first.link:
            continue
        if (only := _GROUP_ONLY.match(piece.text)) or _is_group_heading(first, piece):
            if pending is not None:
                skills.append({"name": text_value(pending)})
            pending = piece.part(*only.span("group")) if only else piece
            continue
        group = _GROUP.match(piece.text)
        if group and len(group["group"].split()) <= 6 and not is_prose(group["group"]):
            if pending is not None:
                skills.append({"name": text_value(pending)})
                pending = None
            items = _split_items(piece.part(group.end(), len(piece.text)))
            skills.append({"name": text_value(piece.part(*group.span("group"))), "keywords": [text_value(item) for item in items]})
        elif pending is not None:
            _add_keywords(skills, pending, [text_value(item) for item in _split_items(piece)])
            pending = None if not block.bullet else pending
        else:
            skills.extend({"name": text_value(item)} for item in _split_items(piece))
    if pending is not None and not any(skill.get("name") == text_value(pending) for skill in skills):
        skills.append({"name": text_value(pending)})
    return skills


def _is_group_heading(line: Line, piece: Piece) -> bool:
    return bool(line.level or line.strong) and not _ITEMS.search(piece.text) and len(piece.text) < 60


def _add_keywords(skills: list[Fields], group: Piece, keywords: list[Value]) -> None:
    name = text_value(group)
    if skills and skills[-1].get("name") == name:
        known = skills[-1].get("keywords", [])
        skills[-1]["keywords"] = [*(known if isinstance(known, list) else []), *keywords]
    else:
        skills.append({"name": name, "keywords": list(keywords)})


def _fold_lists(lines: Sequence[Line]) -> list[Block]:
    """Bullets and lists with their wrapped lines: a list goes on after a comma, or in lower case, or under a full line."""
    blocks: list[Block] = []
    width = max((line.end - line.full_start for line in lines), default=0)
    for line in lines:
        last = blocks[-1] if blocks else None
        if last is not None and not line.bullet and not line.link and not line.level and not last.lines[0].link:
            if last.bullet and continues(last, line, width):
                last.lines.append(line)
                continue
            ends_open = (last.lines[-1].text.endswith((",", ";", "-", "/", "&")) and "://" not in last.lines[-1].text) or re.search(
                r"\b(?:and|of|und|y|et)$", last.lines[-1].text
            )
            wraps = (
                not line.blank_before
                and not line.strong
                and not last.bullet
                and not _GROUP.match(line.text)
                and not _GROUP_ONLY.match(line.text)
            )
            full = len(last.lines[-1].text) >= 0.7 * width and width > 50 and "," in last.lines[-1].text
            if (ends_open and not line.blank_before) or (wraps and (line.text[:1].islower() or full) and "," in last.lines[-1].text):
                last.lines.append(line)
                continue
        blocks.append(Block([line], line.bullet))
    return blocks


def _split_items(piece: Piece) -> list[Piece]:
    """The items of a list; a sentence stays whole."""
    text = piece.text
    if is_sentence(text):
        return [piece]
    items = []
    for item in piece.split(_ITEMS):
        item = item.strip(",;")
        if match := re.match(r"(?:and|und|y|et|&)\s+(?=\S)", item.text):
            item = item.part(match.end(), len(item.text))
        if item.text.endswith(".") and not re.search(r"\.\w*\.$", item.text):
            item = item.part(0, len(item.text) - 1)
        if any(char.isalnum() for char in item.text):
            items.append(item)
    return items


def is_sentence(text: str) -> bool:
    """Whether a line of a list is running text, whose commas divide clauses and not items.

    >>> is_sentence("Proficient in Java, Python, and SQL."), is_sentence("Java, Python, SQL.")
    (True, False)
    """
    parts = [part for part in _ITEMS.split(text) if part.strip()]
    longest = max((len(part.split()) for part in parts), default=0)
    opener = re.match(
        r"(?:proficien|experience|expert|excellent|strong|ability|able|knowledge|familiar|skilled|good|working|demonstrated|proven|basic|advanced|"
        r"understanding|comfortable|hands-on|solid|extensive|deep|fluent|competent)\w*\b.*\b(?:in|with|of|to)\b",
        text,
        re.IGNORECASE,
    )
    return longest > 9 or (opener is not None and len(parts) > 1) or (text.endswith(".") and longest > 6)


def read_languages(lines: Sequence[Line], source: str) -> list[Fields]:
    """Languages with their fluency."""
    read: list[Fields] = []
    for block in _fold_lists(lines):
        if block.lines[0].link:
            continue
        piece = block.piece(source)
        whole = _match_language(piece)
        for item in [piece] if whole and "," not in piece.text else _language_items(piece):
            match = _match_language(item)
            if match is None:
                read.append({"language": text_value(item)})
            else:
                read.append({key: text_value(item.part(*match.span(key)).strip("(),;:")) for key in ("language", "fluency")})
    return read


def _language_items(piece: Piece) -> list[Piece]:
    items = piece.strip(".").split(re.compile(r"\s*[;；|•·\n]\s*(?![^()]*\))|\s*[,،，、]\s*(?![^()]*\))"))
    joined: list[Piece] = []
    for item in items:
        if match := re.match(r"(?:and|und|y|et)\s+", item.text):
            item = item.part(match.end(), len(item.text))
        joined.append(item)
    return [item for item in joined if item.text]


def _match_language(piece: Piece) -> re.Match[str] | None:
    return _LEVEL_FIRST.match(piece.text) or _FLUENCY.match(piece.text) or _LEVEL_LAST.match(piece.text)


def _cut_date(piece: Piece) -> tuple[Piece, Value | None, list[Piece]]:
    """An item without its date, the date, and pieces after it."""
    dates, rests = cut_dates(piece)
    if dates is None or not rests:
        return piece, None, []
    before = piece.text[: dates[1].start].rstrip(" ([,;–-")
    if _KEPT_WITH.search(before):
        # "renewed 2025" is not the day of the certificate: it stays with the name, as written.
        return piece, None, []
    values = date_values(*dates)
    date = values.get("startDate") if dates[1].ongoing else values.get("endDate")
    if dates[1].first is not None and dates[1].last is not None:
        # These entries have one date: a range stays with the name, as written.
        return piece, None, []
    return rests[0], date, rests[1:]


_PARTS = re.compile(r"(?:\s*[|•·]\s*|\t+|(?<!\d)\s+[–—]\s+|\s+[–—]\s+(?!\d)|\s{3,}|\n)(?![^()]*\))")


def _read_awarded(piece: Piece, names: tuple[str, str, str]) -> Fields:
    """A name, who gave it and when: certificates, awards, publications. ``names`` are JSON Resume's for the three."""
    name_key, issuer_key, date_key = names
    rest, date, after = _cut_date(piece)
    parts = [part.strip(",;|–—") for one in (rest, *after) for part in one.split(_PARTS)]
    parts = [part for part in parts if any(char.isalnum() for char in part.text)]
    fields: Fields = {}
    if not parts:
        return {name_key: text_value(piece)}
    head, issuers = parts[0], parts[1:]
    if not issuers and (pieces := split_commas(head)) and len(pieces) > 1 and _is_issuer(pieces[-1].text):
        issuers = [pieces[-1]]
        head = head.part(0, pieces[-2].end - head.start)
    fields[name_key] = text_value(head)
    if date is not None:
        fields[date_key] = date
    if issuers:
        fields[issuer_key] = text_value(issuers[0])
    return fields


def _is_issuer(text: str) -> bool:
    plain = re.sub(r"\s*\([^)]*\)$", "", text)
    return is_region(plain) or is_school(text) or bool(_ISSUER.search(text)) or organization_evidence(text) == 2


def read_certificates(lines: Sequence[Line], source: str) -> list[Fields]:
    """Certificates and licences, each with its issuer and date where they are told."""
    return [_read_awarded(block.piece(source), ("name", "issuer", "date")) for block in _item_blocks(lines)]


def read_awards(lines: Sequence[Line], source: str) -> list[Fields]:
    """Awards and achievements."""
    return _read_titled(lines, source, ("title", "awarder", "date"))


def read_publications(lines: Sequence[Line], source: str) -> list[Fields]:
    """Publications, patents and talks."""
    return _read_titled(lines, source, ("name", "publisher", "releaseDate"))


def _item_blocks(lines: Sequence[Line]) -> list[Block]:
    width = max((line.end - line.full_start for line in lines), default=0)
    blocks: list[Block] = []
    for line in lines:
        if line.link:
            continue
        last = blocks[-1] if blocks else None
        if (last is not None and not line.bullet and not line.blank_before and not line.level and _wraps(last, line, width)) or (
            last is not None and not line.bullet and _is_detail(last, line)
        ):
            last.lines.append(line)
        else:
            blocks.append(Block([line], line.bullet))
    return blocks


def _wraps(block: Block, line: Line, width: int) -> bool:
    return continues(block, line, width) if block.bullet else line.text[:1].islower() or block.lines[-1].text.endswith((",", "-"))


def _is_detail(block: Block, line: Line) -> bool:
    """A line with only a date or issuer under a certificate's name."""
    found = find_range(line.text)
    only_date = found is not None and len(line.text) - (found.end - found.start) < 12
    return only_date and not any(find_range(known.text) for known in block.lines)


def _read_titled(lines: Sequence[Line], source: str, names: tuple[str, str, str]) -> list[Fields]:
    plain = [line for line in lines if not line.bullet and not line.link]
    if len(plain) <= 1 or not any(find_range(line.text) or line.level or line.strong or is_prose(line.text) for line in plain):
        return [_read_awarded(block.piece(source), names) for block in _item_blocks(lines)]
    read = []
    for entry in group_entries(lines, needs_names=1):
        header = [line for line in entry.header if not line.link]
        fields: Fields = {}
        if header:
            fields = _read_awarded(header[0].piece, names)
            detail = read_header(header[1:])
            if detail.dates is not None and names[2] not in fields and (value := next(iter(date_values(*detail.dates).values()), None)):
                fields[names[2]] = value
            if detail.chunks and names[1] not in fields:
                fields[names[1]] = text_value(detail.chunks[0].piece)
        if entry.body:
            start, end = entry.body[0].lines[0].start, entry.body[-1].lines[-1].end
            fields["summary"] = text_value(Piece(source[start:end], start, end))
        url = next((line for line in (*entry.header, *entry.links) if line.link), None)
        if url is not None and names[0] == "name":
            fields["url"] = text_value(url.piece)
        if fields:
            read.append(fields)
    return read


def read_interests(lines: Sequence[Line], source: str) -> list[Fields]:
    """Interests, one each."""
    read: list[Fields] = []
    for block in _fold_lists(lines):
        piece = block.piece(source)
        if block.lines[0].link:
            continue
        group = _GROUP.match(piece.text)
        if group and not is_prose(group["group"]):
            items: Sequence[Tree] = [text_value(item) for item in _split_items(piece.part(group.end(), len(piece.text)))]
            read.append({"name": text_value(piece.part(*group.span("group"))), "keywords": items})
        elif is_prose(piece.text) or block.lines[0].level or block.lines[0].strong:
            read.append({"name": text_value(piece)})
        else:
            read.extend({"name": text_value(item)} for item in _split_items(piece))
    return read


def read_references(lines: Sequence[Line], source: str) -> list[Fields]:
    """References: a name and what is said; a lone sentence is the reference itself."""
    read: list[Fields] = []
    for block in fold_blocks(lines):
        if block.lines[0].link:
            continue
        piece = block.piece(source)
        if is_prose(piece.text) or len(piece.text.split()) > 6 or re.search(r"\brequest\b", piece.text, re.IGNORECASE):
            if read and "reference" not in read[-1]:
                read[-1]["reference"] = text_value(piece)
            elif read and isinstance(known := read[-1].get("reference"), Value):
                read[-1]["reference"] = text_value(Piece(source[known.start : piece.end], known.start, piece.end))
            else:
                read.append({"reference": text_value(piece)})
        else:
            read.append({"name": text_value(piece)})
    return read
