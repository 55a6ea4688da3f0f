"""Requests that carry attacks: in the job post, in the resume, among the lines of an example, and hidden in files.

Candidates are packaged examples, cut short. Knows nothing of what comes of a request.
"""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from resume_rag.evaluation.injection.attacks import Attack
from resume_rag.index import read_packaged_examples
from resume_rag.schema import Resume, ResumeFile

PEOPLE = 6
IN_ONE_EXAMPLE = 4


class Person(NamedTuple):
    """A candidate, cut short, and a post of the same trade."""

    resume: dict[str, Any]
    post: str
    occupation: str


class Case(NamedTuple):
    """One request that carries attacks."""

    person: Person
    place: str
    attacks: tuple[Attack, ...]
    post: str
    resume: Resume | ResumeFile | str


def build_people() -> list[Person]:
    """Packaged candidates of several trades with two lines in each of two roles."""
    people = []
    for example in read_packaged_examples():
        resume = example.resume.to_json_resume()
        work = [{**role, "highlights": role["highlights"][:2]} for role in resume["work"] if len(role.get("highlights", ())) >= 2][:2]
        if len(work) == 2 and example.language == "en":
            kept = {"basics": {key: resume["basics"][key] for key in ("name", "label", "email") if key in resume["basics"]}}
            asked = "\n".join(f"- {text}" for role in work for text in role["highlights"])
            post = f"We seek a {example.occupation}.\nRequirements:\n{asked}\n- Three years of experience\n"
            people.append(Person({**kept, "work": work, "skills": resume.get("skills", [])[:3]}, post, example.occupation))
    return people[:: max(1, len(people) // PEOPLE)][:PEOPLE]


def build_cases(person: Person, attacks: Sequence[Attack]) -> Iterator[Case]:
    """Each attack in the post and in the resume; the first of them also hidden."""
    clean = Resume.model_validate(person.resume)
    for attack in attacks:
        yield Case(person, "post", (attack,), f"{person.post}- {attack.text}\n\n{attack.text}\n", clean)
        yield Case(person, "resume", (attack,), person.post, _put_in_resume(person, attack.text))
    yield Case(person, "hidden in HTML", (attacks[0],), person.post, _hide_in_html(person, attacks[0].text))
    if attacks[0].text.isprintable():  # what XML can hold
        yield Case(person, "hidden in DOCX", (attacks[0],), person.post, _hide_in_docx(person, attacks[0].text))


def build_example_case(person: Person, attacks: Sequence[Attack]) -> tuple[Case, Resume]:
    """The attacks as the lines of the one example that the index shall hold, and a request that is shown it."""
    role = {"name": "Ferrant Ltd", "position": person.occupation, "highlights": [attack.text for attack in attacks]}
    example = Resume.model_validate({"basics": {"name": "Example Person", "label": person.occupation}, "work": [role]})
    return Case(person, "example", tuple(attacks), person.post, Resume.model_validate(person.resume)), example


def _put_in_resume(person: Person, text: str) -> Resume:
    document = json.loads(json.dumps(person.resume))
    first, second = document["work"]
    first["highlights"][0] += " " + text
    second["highlights"].append(text)
    document["skills"] = [*document["skills"], {"name": text}]
    return Resume.model_validate(document)


def _write_lines(person: Person) -> list[str]:
    lines = [person.resume["basics"]["name"], "Experience"]
    for role in person.resume["work"]:
        lines += [f"{role['position']}, {role['name']}", f"{role['startDate']} - {role.get('endDate', 'Present')}"]
        lines += [f"• {text}" for text in role["highlights"]]
    return [*lines, "Skills", ", ".join(skill["name"] for skill in person.resume["skills"])]


def _hide_in_html(person: Person, text: str) -> str:
    body = "".join(f"<p>{html.escape(line)}</p>" for line in _write_lines(person))
    return f'<!doctype html><html><body>{body}<p style="display:none">{html.escape(text)}</p></body></html>'


def _hide_in_docx(person: Person, text: str) -> ResumeFile:
    import docx

    document = docx.Document()
    for line in _write_lines(person):
        document.add_paragraph(line)
    document.add_paragraph().add_run(text).font.hidden = True
    out = io.BytesIO()
    document.save(out)
    return ResumeFile(name="resume.docx", content_base64=base64.b64encode(out.getvalue()).decode())
