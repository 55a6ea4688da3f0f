"""`index`, `model` and `serve`: what the chain needs on disk, and the server.

Each command is a few calls into the part that does the work. Knows nothing of how an index or a model is made.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resume_rag.cli.exits import UseError, print_error
from resume_rag.cli.inputs import STDIN, read_job, read_settings
from resume_rag.errors import LLMUnavailableError, ResumeRagError

if TYPE_CHECKING:
    from resume_rag.embedding import OnnxEmbeddings
    from resume_rag.index import ExampleIndex
    from resume_rag.settings import Settings

_NAME_CHARS = 22
index_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The index of example resumes: build it, search it, look at it.")
model_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The embedded model: fetch its file, or say where it is.")


@index_app.command("build", short_help="Build the index.")
def index_build(
    source: Annotated[Path | None, typer.Option("--from", help="Folder or file of example resumes; without it, the packaged ones.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Build it again even where it is up to date.")] = False,
) -> None:
    """Build the index of example resumes."""
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console

    settings = read_settings()
    if source is not None and not source.exists():
        raise UseError(f"There is no {source}.", hint="Give a folder or file of example resumes after --from.")
    with ProgressView(open_console("stderr")) as progress:
        progress.report("getting ready", 0, 0)
        from resume_rag.embedding import OnnxEmbeddings
        from resume_rag.index import build_index, read_examples

        index = build_index(
            settings.index_dir,
            OnnxEmbeddings(),
            read_examples(source) if source else None,
            force=force,
            progress=lambda done, total: progress.report("index of example resumes", done, total),
            index_url=_index_url(settings),
        )
    with index:
        _print_manifest(settings, index)


@index_app.command("search", short_help="Find examples for a post.")
def index_search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A job post, or a few words of one; - reads stdin.")],
    top_k: Annotated[int | None, typer.Option(help="How many examples.", min=1, max=10)] = None,
) -> None:
    """Find the examples that the model would be shown for a post, as it would be shown them."""
    from resume_rag.cli.terminal import marks_of, open_console, print_wrapped
    from resume_rag.retrieval import select_examples

    settings = read_settings(top_k=top_k)
    job_text = read_job(STDIN) if text == STDIN else text
    with _open_index(settings) as (index, embeddings):
        found, _ = select_examples(index, embeddings, job_text=job_text, resume_text="", top_k=settings.top_k, min_score=settings.min_score)
    console = open_console("stdout")
    if not found:
        print_wrapped(console, f"Nothing in the index is similar enough (RESUME_RAG_MIN_SCORE is {settings.min_score:g}).")
    for example in found:
        print_wrapped(console, f"{example.score:.2f}  {example.occupation or example.id}  ({example.id})", style="bold")
        for line in example.lines:
            print_wrapped(console, line, indent=8, mark=marks_of(console).bullet)


@index_app.command("info", short_help="Where the index is, and what is in it.")
def index_info() -> None:
    """Where the index is, and what is in it."""
    settings = read_settings()
    with _open_index(settings) as (index, _):
        _print_manifest(settings, index)


@contextmanager
def _open_index(settings: Settings) -> Iterator[tuple[ExampleIndex, OnnxEmbeddings]]:
    from resume_rag.embedding import OnnxEmbeddings
    from resume_rag.index import open_index

    embeddings = OnnxEmbeddings()
    with open_index(settings.index_dir, embeddings, index_url=_index_url(settings)) as index:
        yield index, embeddings


def _index_url(settings: Settings) -> str | None:
    return str(settings.index_url) if settings.index_url else None


def _print_manifest(settings: Settings, index: ExampleIndex) -> None:
    from resume_rag.cli.terminal import open_console, print_wrapped

    console = open_console("stdout")
    rows = {"place": _index_url(settings) or str(settings.index_dir), **index.manifest.model_dump(mode="json")}
    for name, value in rows.items():
        print_wrapped(console, f"{name.replace('_', ' '):<{_NAME_CHARS}}{value}")


@model_app.command("get", short_help="Fetch the file, with its digest checked.")
def model_get(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Known name, hub name or path; without it, the one of the settings.")
    ] = None,
) -> None:
    """Fetch the embedded model's file, or go on with a fetch that was interrupted; its digest is checked."""
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console
    from resume_rag.model_files import get_model

    settings = read_settings()
    wanted = name or settings.embedded_model
    with ProgressView(open_console("stderr")) as progress:
        path = get_model(wanted, settings.cache_dir, progress=lambda label, done, total: progress.report(f"model {label}", done, total))
    typer.echo(path)


@model_app.command("path", short_help="Say where the file is.")
def model_path(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Known name, hub name or path; without it, the one of the settings.")
    ] = None,
) -> None:
    """Print where the model's file is; exit 3 where it is not on this machine."""
    from resume_rag.model_files import find_model

    settings = read_settings()
    wanted = name or settings.embedded_model
    path = find_model(wanted, settings.cache_dir)
    if path is None:
        raise LLMUnavailableError(f"The model {wanted} is not on this machine.", hint=f"Run `resume-rag model get {wanted}`.")
    typer.echo(path)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Start the HTTP server: LangServe routes, POST /generate_resume, the playground and /docs."""
    settings = read_settings()
    with _model_started_early(settings):
        _serve(settings, host, port)


@contextmanager
def _model_started_early(settings: Settings) -> Iterator[None]:
    """The embedded model loads while this process imports its packages; the chain then finds it running."""
    from resume_rag.embedded import EmbeddedServer, open_server
    from resume_rag.model_files import find_model

    opened: list[EmbeddedServer] = []

    def start_model() -> None:
        # Whatever is wrong is found again by the chain, which says so.
        with suppress(ResumeRagError):
            path = find_model(settings.embedded_model, settings.cache_dir)
            if path is not None:
                opened.append(open_server(path, run_dir=settings.cache_dir / "run", slots=settings.embedded_slots))

    if settings.llm_base_url is None and settings.deployments_file is None:
        threading.Thread(target=start_model, name="resume-rag-model", daemon=True).start()
    try:
        yield
    finally:
        for server in opened:
            server.close()


def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from resume_rag.chain import build_chain
    from resume_rag.cli.progress import ProgressView
    from resume_rag.cli.terminal import open_console
    from resume_rag.service import build_app
    from resume_rag.service.logs import quiet_foreign_logs

    quiet_foreign_logs()
    progress = ProgressView(open_console("stderr"))
    chain = build_chain(settings, on_progress=progress.report)

    async def start() -> None:
        with progress:
            progress.report("getting ready", 0, 0)
            try:
                await chain.astart()
            except ResumeRagError as error:
                # The server stays up and tries again; it says so at /readyz as well.
                print_error(error.message, error.hint)
                raise
        address = f"http://{host}:{port}"
        places = f" (playground {address}/resume/playground/, docs {address}/docs)" if settings.playground else ""
        typer.echo(f"serving on {address}{places}; Ctrl-C stops it", err=True)

    app = build_app(chain, settings, readiness=chain.acheck, router=chain.router, on_start=start, on_stop=chain.aclose)
    try:
        uvicorn.run(app, host=host, port=port, log_level="warning")
    except SystemExit as stop:
        if stop.code:
            raise UseError(f"The server cannot listen on {host}:{port}.", hint="Give another --port, or stop what uses this one.") from None
