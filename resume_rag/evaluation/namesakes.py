"""Candidates under other names, in two forms, and texts with the name taken out.

Knows nothing of what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from resume_rag.index import read_packaged_examples
from resume_rag.schema import Resume

NAMES = (
    "Emily Walsh",
    "Greg Baker",
    "Lakisha Washington",
    "Jamal Robinson",
    "Nguyễn Thị Hạnh",
    "Mohammed al-Rashid",
    "María José Ó Súilleabháin",
    "Oluwaseun Adébáyọ̀",
)
"""Women and men in turn, of several origins."""


class Person(NamedTuple):
    """A candidate and a post of their trade."""

    id: str
    resume: dict[str, Any]
    post: str


def build_people(count: int) -> list[Person]:
    """Packaged examples as candidates; each one's post asks for what the next of the list does, and for some of their own."""
    documents = [example for example in read_packaged_examples() if example.language == "en" and example.resume.work]
    people = []
    for number, example in enumerate(documents[:count]):
        other = documents[(number + 1) % len(documents)].resume.work[0].highlights[:2]
        asked = "\n".join(f"- {text}" for text in (*example.resume.work[0].highlights[:3], *other))
        people.append(Person(example.id, example.resume.to_json_resume(), f"We seek a {example.occupation}.\nRequirements:\n{asked}\n"))
    return people


def swap_name(resume: dict[str, Any], name: str) -> dict[str, Any]:
    """The same resume of somebody else: the name, its parts wherever they stand, and the mail address.

    >>> swap_name({"basics": {"name": "Ada Roe", "email": "ada.roe@example.org", "summary": "Ada packs."}}, "Jo Li")
    {'basics': {'name': 'Jo Li', 'email': 'jo.li@example.org', 'summary': 'Jo packs.'}}
    """
    old, new = resume["basics"]["name"].split(), name.split()
    parts = {resume["basics"]["name"]: name, old[0]: new[0], old[-1]: new[-1]}
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(parts, key=len, reverse=True)))})(?!\w)")

    def visit(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: visit(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [visit(inner) for inner in value]
        return pattern.sub(lambda found: parts[found.group()], value) if isinstance(value, str) else value

    swapped: dict[str, Any] = visit(resume)
    if "email" in resume["basics"]:
        local = re.sub(r"[^a-z.]", "", ".".join(new).casefold()) or "someone"
        swapped["basics"]["email"] = f"{local}@{resume['basics']['email'].split('@')[-1]}"
    return swapped


def write_text(resume: dict[str, Any]) -> str:
    """A resume as plain text, as people paste it."""
    basics = resume["basics"]
    lines = [basics["name"], " | ".join(basics[key] for key in ("email", "phone") if key in basics), ""]
    if "summary" in basics:
        lines += ["Summary", basics["summary"], ""]
    lines.append("Experience")
    for role in resume.get("work", []):
        lines += ["", f"{role['position']}, {role['name']}", f"{role.get('startDate', '')} - {role.get('endDate', 'Present')}"]
        lines += [f"- {text}" for text in role.get("highlights", [])]
    lines += ["", "Education"]
    lines += [
        ", ".join(filter(None, (study.get("studyType"), study.get("area"), study.get("institution"))))
        for study in resume.get("education", [])
    ]
    return "\n".join([*lines, "", "Skills", ", ".join(skill["name"] for skill in resume.get("skills", []) if "name" in skill)])


FORMS: dict[str, Callable[[dict[str, Any]], Resume | str]] = {"JSON": Resume.model_validate, "text": write_text}


def build_unnamer(name: str) -> Callable[[str], str]:
    """A function that puts a mark in the place of a name and of its first and last part.

    >>> build_unnamer("Ada Roe")("Ada Roe packs; so does Ada")
    '… packs; so does …'
    """
    parts = sorted({name, name.split()[0], name.split()[-1]}, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, parts))})(?!\w)")
    return lambda text: pattern.sub("…", text)
