"""`python -m resume_rag.benchmark.checking`: how long `check_resume` takes for a whole resume, beside embedding one page of text.

Each packaged example is checked against itself with small words cut from its lines, so that every line is read by every rule; first
with texts that the process has not seen, then once more with what it remembers. The page is the resume's own text, as many words as fit
one. Times tell about one machine; the ratio is what to compare.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
import typer

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.grounding import check_resume
from resume_rag.index import read_packaged_examples
from resume_rag.paths import find_leaves

PAGE_WORDS = 400
_SMALL = re.compile(r"\b(?:the|a|an) ")


def cut_small_words(resume: dict[str, Any]) -> dict[str, Any]:
    """A copy whose highlights have lost their first article, so that they are no copies.

    >>> cut_small_words({"work": [{"highlights": ["Ran the shop"]}]})
    {'work': [{'highlights': ['Ran shop']}]}
    """
    work = [
        {**role, "highlights": [_SMALL.sub("", line, count=1) for line in role.get("highlights", ())]} for role in resume.get("work", ())
    ]
    return {**resume, "work": work}


def measure_each_ms(act: Callable[[Any], object], items: Sequence[Any]) -> list[float]:
    """Wall time of one call for each item, in ms."""
    times = []
    for item in items:
        start = time.perf_counter()
        act(item)
        times.append(1000 * (time.perf_counter() - start))
    return times


def build_pages(resumes: Sequence[dict[str, Any]]) -> list[str]:
    """A page of each resume's text: at most 400 words."""
    return [" ".join(" ".join(text for _, text in find_leaves(resume)).split()[:PAGE_WORDS]) for resume in resumes]


def main(rounds: Annotated[int, typer.Option(min=1, help="Times that each resume is checked again")] = 3) -> None:
    """Checks of whole resumes, first and again, and their ratio to embedding a page."""
    resumes = [example.resume.model_dump(mode="json", exclude_none=True) for example in read_packaged_examples()]
    pairs = [(resume, cut_small_words(resume)) for resume in resumes]
    embeddings = OnnxEmbeddings()
    # The tables of words and the model are loaded once in a process: not a part of a check.
    check_resume(*pairs[0])
    embeddings.embed_texts(["a first text"])
    gc.collect()
    gc.freeze()  # as server.py does: or a sweep of all that was ever loaded falls into one check in ten
    first = measure_each_ms(lambda pair: check_resume(*pair), pairs[1:])
    again = measure_each_ms(lambda pair: check_resume(*pair), pairs[1:] * rounds)
    pages = measure_each_ms(lambda page: embeddings.embed_texts([page]), build_pages(resumes)[1:])
    page = float(np.median(pages))
    typer.echo(f"{'':<22}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}{'p95 / page':>12}")
    for name, times in (("check, first time", first), ("check, again", again), ("embed one page", pages)):
        p50, p95 = np.percentile(times, [50, 95])
        typer.echo(f"{name:<22}{len(times):>5}{p50:>9.1f}{p95:>9.1f}{p95 / page:>12.2f}")


if __name__ == "__main__":
    typer.run(main)
