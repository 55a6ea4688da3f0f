"""Places at the end of a piece: ``Acme Inc., Duluth, MN`` is an employer and a location.

Knows what countries, regions and a few cities are called (`lexicon`); a city it does not know is taken from its place before
a region or country.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from resume_rag.intake.lexicon import is_country, is_country_code, is_place, is_region, organization_evidence, title_evidence
from resume_rag.intake.lines import Piece

_COMMA = re.compile(r"\s*[,،，]\s*(?![^()]*\))")
_POSTCODE = re.compile(r"^(?:[A-Z]{0,2}-?\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})$")
_CITY = re.compile(r"^(?:\d{4,6}\s+)?[^\W\d_][\w.'’ /()-]{0,40}$")
_STREET = re.compile(
    r"^\d+[\w/-]*\s+\S|\b(?:street|st\.?|avenue|ave\.?|road|rd\.?|lane|drive|blvd\.?|straße|strasse|str\.|apt\.?|suite|p\.?o\.? box)\b",
    re.I,
)


class Split(NamedTuple):
    """A piece divided: what stands before the place, and the place."""

    rest: Piece | None
    place: Piece | None


def split_commas(piece: Piece) -> list[Piece]:
    """The parts between commas outside brackets; a legal form stays with its name.

    >>> [p.text for p in split_commas(Piece("ABC Company, Inc., Reno, NV", 0, 27))]
    ['ABC Company, Inc.', 'Reno', 'NV']
    """
    parts = piece.split(_COMMA)
    joined: list[Piece] = []
    for part in parts:
        if joined and re.fullmatch(r"(?:Inc|LLC|Ltd|Corp|Co|LLP|GmbH|S\.A|RN|BSN|MSN|PhD|MD|CPA|PMP|Jr|Sr)\.?", part.text):
            joined[-1] = piece.part(joined[-1].start - piece.start, part.end - piece.start)
        else:
            joined.append(part)
    return joined


def split_place(piece: Piece) -> Split:
    """Takes the place off the end of a piece.

    >>> split = split_place(Piece("Google, Mountain View, CA, USA", 0, 30))
    >>> split.rest.text, split.place.text
    ('Google', 'Mountain View, CA, USA')
    """
    bracketed = re.search(r"\s*[(\[]([^()\[\]]+)[)\]]$", piece.text)
    if bracketed:
        inner = split_place(piece.part(bracketed.start(1), bracketed.end(1)))
        if inner.rest is None and inner.place is not None:
            rest = piece.part(0, bracketed.start())
            return Split(rest if rest.text else None, inner.place)
    parts = split_commas(piece)
    count = _count_place_parts([part.text for part in parts])
    if count == 0:
        return Split(piece, None)
    first = len(parts) - count
    place = piece.part(parts[first].start - piece.start, parts[-1].end - piece.start)
    return Split(piece.part(0, parts[first - 1].end - piece.start) if first else None, place)


def _count_place_parts(parts: list[str]) -> int:
    """How many of the last parts are a place: region or country, and one city before them."""
    count = 0
    while count < len(parts) and count < 3 and is_region(re.sub(r"\s*\([^)]*\)$", "", parts[-1 - count])):
        count += 1
    if parts and count == 0 and is_country_code(parts[-1]) and any(title_evidence(part) < 2 for part in parts[:-2]):
        # "Acme, Galway, IE"; in "Clerk, Acme, IE" the employer would be taken for the city.
        count = 1
    if count == 0:
        return int(is_place(parts[-1])) if parts else 0
    left = len(parts) - count
    if left == 0:
        return count
    city = parts[left - 1]
    sure = is_place(city)
    looks_like_city = (
        _CITY.match(city) is not None and title_evidence(city) < 2 and organization_evidence(city) == 0 and len(city.split()) <= 4
    )
    # "Siemens, Germany": one part before a country may be the employer, so a lone unknown name is a city only before a state.
    return count + 1 if sure or looks_like_city else count


def is_location(text: str) -> bool:
    """Whether a text is a place and nothing else.

    >>> is_location("Pune, India"), is_location("Remote"), is_location("123 Main St, Anywhere, USA"), is_location("Acme Inc.")
    (True, True, True, False)
    """
    piece = Piece(text, 0, len(text))
    split = split_place(piece)
    if split.place is None:
        return False
    return split.rest is None or (
        _STREET.search(split.rest.text) is not None and len(split.rest.text) < 60 and not title_evidence(split.rest.text)
    )


def read_location(piece: Piece) -> dict[str, Piece]:
    """The parts of a candidate's own location by JSON Resume's names.

    >>> {k: v.text for k, v in read_location(Piece("12 Main St, Duluth, MN 55802", 0, 28)).items()}
    {'address': '12 Main St', 'city': 'Duluth', 'region': 'MN', 'postalCode': '55802'}
    """
    found: dict[str, Piece] = {}
    parts = split_commas(piece)
    code = re.search(r"\s(\d{5}(?:-\d{4})?)$", parts[-1].text) if parts else None
    postal = None
    if code:
        last = parts.pop()
        postal = last.part(code.start(1), code.end(1))
        parts.append(last.part(0, code.start()))
    left = [part for part in parts if not _POSTCODE.match(part.text)]
    postal = postal or next((part for part in parts if _POSTCODE.match(part.text)), None)
    if len(left) > 1 and is_country(left[-1].text):
        country = left.pop()
        found["countryCode" if len(country.text) == 2 else "country"] = country
    if len(left) > 1 and is_region(left[-1].text):
        found["region"] = left.pop()
    if left:
        key = "address" if _STREET.search(left[-1].text) else "city"
        found[key] = left.pop()
    if left:
        found["address"] = piece.part(left[0].start - piece.start, left[-1].end - piece.start)
    if postal is not None:
        found["postalCode"] = postal
    order = ("address", "city", "region", "postalCode", "countryCode", "country")
    return {key: found[key] for key in order if key in found}
