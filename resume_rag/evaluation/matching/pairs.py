"""Labelled pairs of a short resume and a job post, all fictitious, as files beside this one.

A file holds the resume, one field a line (``work: employer | position | start | end``, highlights as ``-`` lines under
it), a line ``--- post``, and the post. In the post each requirement stands in double brackets with the ids of the facts
that support it after a bar: ``[[Read blueprints|w0h1]]``; no id: a gap. Any one of the ids is right.

Two folders: rules and thresholds were chosen by looking at ``tuned``; ``held_out`` was only scored.
Knows nothing of how targets are found.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from resume_rag.schema import Resume

Half = Literal["tuned", "held_out"]

_LABEL = re.compile(r"\[\[(?P<text>.*?)\|(?P<ids>[\w ]*)\]\]", re.S)
_FIELDS = {
    "work": ("name", "position", "startDate", "endDate"),
    "volunteer": ("organization", "position", "startDate", "endDate"),
    "education": ("institution", "studyType", "area", "startDate", "endDate"),
    "certificate": ("name",),
    "language": ("language", "fluency"),
    "skill": ("name", "keywords"),
    "project": ("name", "description"),
    "publication": ("name", "releaseDate"),
}
_SECTIONS = {name: name if name in ("work", "volunteer", "education") else f"{name}s" for name in _FIELDS}


class Requirement(NamedTuple):
    """One thing that the post asks for: its span in the post, and the facts that support it (none: a gap)."""

    start: int
    end: int
    fact_ids: frozenset[str]


class Pair(NamedTuple):
    """A resume, a post, and what the post asks for."""

    name: str
    half: Half
    resume: Resume
    post: str
    requirements: tuple[Requirement, ...]


def read_pairs(half: Half) -> list[Pair]:
    """The pairs of one half, by name."""
    folder = files("resume_rag.evaluation.matching").joinpath("pairs", half)
    found = sorted((file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".txt"))
    return [parse_pair(name.removesuffix(".txt"), half, text) for name, text in found]


def parse_pair(name: str, half: Half, text: str) -> Pair:
    """A pair from a file's text; the marks are taken out of the post.

    >>> pair = parse_pair("x", "tuned", "skill: SQL\\n--- post\\nMust: [[SQL|s0n]], [[tact|]].")
    >>> pair.post, [pair.post[r.start : r.end] for r in pair.requirements]
    ('Must: SQL, tact.', ['SQL', 'tact'])
    """
    resume, _, marked = text.partition("--- post\n")
    post, reached = "", 0
    requirements = []
    for match in _LABEL.finditer(marked):
        post += marked[reached : match.start()]
        requirements.append(Requirement(len(post), len(post) + len(match["text"]), frozenset(match["ids"].split())))
        post += match["text"]
        reached = match.end()
    return Pair(name, half, _parse_resume(resume), post + marked[reached:], tuple(requirements))


def _parse_resume(text: str) -> Resume:
    document: dict[str, Any] = {}
    entry: dict[str, Any] = {}
    for line in text.splitlines():
        if line.startswith("- "):
            entry.setdefault("highlights", []).append(line[2:])
            continue
        kind, _, rest = line.partition(": ")
        if kind in ("label", "summary"):
            document.setdefault("basics", {})[kind] = rest
            continue
        values = [value.strip() for value in rest.split("|")]
        entry = {field: value for field, value in zip(_FIELDS[kind], values, strict=False) if value}
        if "keywords" in entry:
            entry["keywords"] = entry["keywords"].split(", ")
        document.setdefault(_SECTIONS[kind], []).append(entry)
    return Resume.model_validate(document)
