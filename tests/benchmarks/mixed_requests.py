"""Requests of mixed candidates and posts: the labelled pairs and the demo, each candidate with its own post and with others'."""

from __future__ import annotations

import base64
import random
from importlib.resources import files

from resume_rag import TailorRequest
from resume_rag.evaluation.matching.pairs import read_pairs
from resume_rag.schema import Resume, ResumeFile

_DEMO = files("resume_rag").joinpath("data", "demo")
_DEMO_FILES = {"engineer": "engineer_resume.pdf", "nurse": "nurse_resume.docx", "electrician": "electrician_resume.txt"}


def build_demo_requests() -> list[TailorRequest]:
    """The three of the demo, with many lines each."""
    return [TailorRequest(job_description=_post(who), resume=_resume(name)) for who, name in _DEMO_FILES.items()]


def build_mixed_requests(count: int, seed: int = 0) -> list[TailorRequest]:
    """So many requests over 27 candidates and 27 posts, shuffled; each candidate is there about as often as any other."""
    pairs = [pair for half in ("tuned", "held_out") for pair in read_pairs(half)]  # type: ignore[arg-type]
    resumes: list[Resume | ResumeFile] = [pair.resume for pair in pairs] + [_resume(name) for name in _DEMO_FILES.values()]
    posts = [pair.post for pair in pairs] + [_post(who) for who in _DEMO_FILES]
    chance = random.Random(seed)
    requests = []
    for number in range(count):
        candidate = number % len(resumes)
        post = posts[candidate] if number < len(resumes) else chance.choice(posts)
        requests.append(TailorRequest(job_description=post, resume=resumes[candidate]))
    chance.shuffle(requests)
    return requests


def _post(who: str) -> str:
    return _DEMO.joinpath(f"{who}_post.txt").read_text(encoding="utf-8")


def _resume(name: str) -> ResumeFile:
    return ResumeFile(name=name, content_base64=base64.b64encode(_DEMO.joinpath(name).read_bytes()).decode())
