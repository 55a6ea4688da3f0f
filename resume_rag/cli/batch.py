"""`batch`: many job posts from a file, on a model server that runs, or on a Ray cluster of such clients.

Can be stopped and started again: rows that have a response are passed over. Knows nothing of what the chain does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resume_rag.cli.exits import FINDINGS
from resume_rag.cli.inputs import check_output, read_resume_file, read_settings

if TYPE_CHECKING:
    from resume_rag.batch import OutputFile, Result, Row
    from resume_rag.settings import Settings

_AT_ONCE = 8


def batch(
    posts: Annotated[Path, typer.Argument(metavar="POSTS.jsonl", help="JSON lines: id, job_description, further fields of a request.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="JSON lines: id and response or error. A later run takes it up.")],
    resume: Annotated[str | None, typer.Option(metavar="FILE", help="The resume of all rows that hold none.")] = None,
    at_once: Annotated[int | None, typer.Option(help="Rows in work at the same time, for each worker.", min=1, max=256)] = None,
    ray_workers: Annotated[int | None, typer.Option(help="Work on Ray with so many workers (extra batch).", min=1)] = None,
    ray_address: Annotated[str | None, typer.Option(help="A Ray cluster that runs; auto: the one on this machine.")] = None,
    llm_url: Annotated[str | None, typer.Option(help="OpenAI-compatible server; without it the embedded model runs.")] = None,
    llm_name: Annotated[str | None, typer.Option(help="Name of the model on that server.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Tailor a resume to each post of a file; exit 1 where a row has an error.

    \b
    Examples:
      resume-rag batch posts.jsonl --resume resume.pdf -o tailored.jsonl
      resume-rag batch posts.jsonl --resume resume.pdf -o tailored.jsonl --ray-workers 4
    """
    from resume_rag.batch import OutputFile, read_rows

    check_output(output, (str(posts), *([resume] if resume else ())))
    settings = read_settings(llm_base_url=llm_url, llm_name=llm_name)
    shared = read_resume_file(resume).model_dump(mode="json") if resume else None
    # The embedded model writes the lines of one row with all that it has.
    places = at_once or (_AT_ONCE if settings.llm_base_url else 1)
    with OutputFile(output) as file:
        rows = list(read_rows(posts, shared))
        todo = [row for row in rows if not file.is_done(row)]
        results = _on_ray(settings, todo, ray_workers, places, ray_address) if ray_workers else _here(settings, todo, places)
        failed = _write(file, results, done=len(rows) - len(todo), total=len(rows), quiet=quiet)
    typer.echo(f"{len(rows)} rows: {len(rows) - len(todo)} were done, {len(todo) - failed} done now, {failed} with an error", err=True)
    if failed:
        raise typer.Exit(FINDINGS)


def _write(file: OutputFile, results: Iterator[Result], *, done: int, total: int, quiet: bool) -> int:
    """Writes each as it comes; the number of errors."""
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console

    failed = 0
    with ProgressView(open_console("stderr"), quiet=quiet) as progress, closing(results):  # type: ignore[type-var]
        progress.report("posts", done, total)
        for result in results:
            file.write(result.id, result.key, **result.outcome)
            done, failed = done + 1, failed + (result.error is not None)
            progress.report("posts", done, total)
    return failed


def _on_ray(settings: Settings, rows: list[Row], workers: int, at_once: int, address: str | None) -> Iterator[Result]:
    if not rows:
        return
    from resume_rag.batch import run_on_ray
    from resume_rag.chain import build_chain

    # Ray's workers stand in another folder.
    placed = settings.model_copy(update={"index_dir": settings.index_dir.absolute(), "cache_dir": settings.cache_dir.absolute()})
    yield from run_on_ray(partial(build_chain, placed), rows, workers=workers, at_once=at_once, address=address)


def _here(settings: Settings, rows: list[Row], at_once: int) -> Iterator[Result]:
    """The results of an event loop of this process, one by one."""
    from resume_rag.batch import arun_rows
    from resume_rag.chain import build_chain

    if not rows:
        return
    with build_chain(settings) as chain, asyncio.Runner() as runner:
        # Now and once, rather than in each of ten thousand rows: what is missing is the same for all.
        chain.start()
        results: Any = arun_rows(chain, rows, at_once=at_once)

        async def take() -> Result | None:
            return await anext(results, None)

        try:
            while (result := runner.run(take())) is not None:
                yield result
        finally:
            runner.run(results.aclose())
