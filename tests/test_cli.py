"""The shell: what it shows, where it writes, how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from resume_rag import __version__
from resume_rag.cli import app
from resume_rag.cli import tailor as tailor_module
from resume_rag.cli.check import print_report, read_document
from resume_rag.cli.progress import ProgressView
from resume_rag.cli.terminal import PersonConsole
from resume_rag.cli.view import print_response
from resume_rag.errors import DeadlineExceededError, EmptyResumeError, IndexNotFoundError, InputError, LLMUnavailableError, OutputParseError
from resume_rag.schema import (
    Change,
    Coverage,
    ExampleRef,
    Examples,
    Finding,
    Gap,
    GroundingReport,
    HiddenText,
    IntakeReport,
    Line,
    Resume,
    SourceForm,
    SourceRef,
    Span,
    TailorRequest,
    TailorResponse,
    UnplacedLine,
    Usage,
    Versions,
)
from resume_rag.settings import Settings
from tests.fake_vllm import Answer, FakeVLLM
from tests.test_chain import shortened

RESUME = {
    "basics": {
        "name": "Tomas Herrera Lind",
        "label": "Backend engineer",
        "email": "tomas.lind@example.com",
        "phone": "+1-555-0142",
        "summary": "Backend engineer with 12 years of experience in payments, logistics and utility billing, mostly with Go, Kafka and PostgreSQL.",
        "location": {"city": "Portland", "region": "OR"},
    },
    "work": [
        {
            "name": "Fernhollow Payments",
            "position": "Senior Backend Engineer",
            "startDate": "2021-03",
            "highlights": [
                "Migrated the payment ledger from a Ruby monolith to Go services on PostgreSQL 14, handling about 3,200 transactions per minute at peak.",
                "Worked on the Kafka setup that passes settlement events between 11 services.",
                "Part of the on-call rotation (one week in six), wrote 14 runbooks for incidents that kept coming back.",
            ],
        },
        {
            "name": "Quill Logistics",
            "position": "Engineer",
            "startDate": "2016",
            "endDate": "2021-02",
            "highlights": ["Built the route planner."],
        },
    ],
    "education": [{"institution": "Lake College", "area": "Mathematics", "studyType": "BSc", "endDate": "2014"}],
    "skills": [{"name": "Go"}, {"name": "Kafka"}],
}


def _source(fact_id: str, path: str, text: str) -> SourceRef:
    return SourceRef(fact_id=fact_id, path=path, text=text)


@pytest.fixture
def response() -> TailorResponse:
    work = RESUME["work"][0]["highlights"]  # type: ignore[index]
    ledger = "Was responsible for moving the payment ledger from a Ruby monolith to Go services with PostgreSQL 14."
    return TailorResponse(
        resume=Resume.model_validate(RESUME),
        lines=(
            Line(path="basics.name", text="Tomas Herrera Lind", status="verbatim", sources=()),
            Line(
                path="basics.summary",
                text=RESUME["basics"]["summary"],  # type: ignore[index]
                status="rewritten",
                sources=tuple(_source(f"w{n}h0", f"work[{n}].highlights[0]", f"Fact number {n}.") for n in range(5)),
            ),
            Line(
                path="work[0].highlights[0]",
                text=work[0],
                status="rewritten",
                sources=(_source("w0h0", "work[0].highlights[0]", ledger),),
                reasons=(
                    Finding(
                        path="work[0].highlights[0]",
                        code="number_added",
                        message="A number stands in the line that its source does not give.",
                    ),
                ),
            ),
            Line(
                path="work[0].highlights[1]",
                text=work[1],
                status="fallback",
                sources=(_source("w0h1", "work[0].highlights[1]", work[1]),),
                reasons=(
                    Finding(
                        path="work[0].highlights[1]", code="credit_added", message="More of the credit is claimed than the source gives."
                    ),
                    Finding(
                        path="work[0].highlights[1]", code="credit_added", message="More of the credit is claimed than the source gives."
                    ),
                ),
            ),
            Line(
                path="work[0].highlights[2]", text=work[2], status="verbatim", sources=(_source("w0h2", "work[0].highlights[2]", work[2]),)
            ),
            Line(path="work[1].highlights[0]", text="Built the route planner.", status="fallback", sources=(), error_code="llm_timeout"),
        ),
        gaps=(
            Gap(text="Lead a team of six engineers", span=Span(start=0, end=10), importance="duty"),
            Gap(
                text="Two or more years of operating workloads on Kubernetes in production",
                span=Span(start=0, end=10),
                importance="required",
            ),
            Gap(text="Stream processing with Apache Flink", span=Span(start=0, end=10), importance="preferred"),
        ),
        coverage=Coverage(before=0.48, after=0.57, ceiling=0.63, targets=21),
        diff=(
            Change(kind="rewritten", path="work[0].highlights[0]", before=ledger, after=work[0]),
            Change(kind="moved", path="work[0].highlights[2]", before=work[2], after=work[2]),
            Change(kind="omitted", path="work[1].highlights[3]", before="Sorted the cables."),
        ),
        examples=Examples(used=(ExampleRef(id="15-backend-engineer", score=0.71, occupation="Backend engineer"),)),
        intake=IntakeReport(
            form=SourceForm.PDF,
            unplaced=(UnplacedLine(span=Span(start=0, end=5), text="Page 1 of 2"),),
            hidden=(HiddenText(reason="white", page=2, chars=120),),
        ),
        usage=Usage(
            calls=14,
            attempts_by_line={"work[0].highlights[0]": 2},
            prompt_tokens=8412,
            cached_tokens=6900,
            completion_tokens=512,
            timings_ms={"intake": 210.0, "match": 1100.0, "draft": 58000.0, "total": 61234.0},
        ),
        versions=Versions(library="0.1.0", model="qwen2.5-coder-1.5b", prompt="3", index="abc123"),
    )


def console_of(*, width: int = 80, **options: Any) -> Console:
    options.setdefault("file", io.StringIO())
    return PersonConsole(width=width, highlight=False, markup=False, emoji=False, **options)


def render(response: TailorResponse, **options: Any) -> str:
    console = console_of(**options)
    print_response(console, response)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def lines_of(text: str) -> str:
    """Without line breaks, for sentences that wrap."""
    return " ".join(text.split())


def line_with(response: TailorResponse, **changes: Any) -> str:
    """The view of a response with one line, changed."""
    line = response.lines[2].model_copy(update=changes)
    return render(response.model_copy(update={"lines": (line,)}))


# --- the view ------------------------------------------------------------------------------------------------------


def test_a_rewritten_line_stands_above_its_source(response: TailorResponse) -> None:
    view = render(response)
    line = view.index("» Migrated the payment ledger")
    assert view.index("from w0h0: “Was responsible for moving", line) < view.index("Worked on the Kafka setup")
    assert "second try; the first was refused: A number stands in the line" in view


def test_more_than_three_sources_are_named_and_not_quoted(response: TailorResponse) -> None:
    view = render(response)
    assert "Fact number 2." in view
    assert "and from w3h0, w4h0" in view
    assert "Fact number 3." not in view


def test_a_kept_line_says_why_once(response: TailorResponse) -> None:
    view = render(response)
    assert view.count("More of the credit is claimed") == 1
    assert "! Built the route planner.\n      kept as it was: the model did not answer in time" in view


def test_an_unchanged_line_does_not_repeat_its_source(response: TailorResponse) -> None:
    view = lines_of(render(response))
    assert view.count("wrote 14 runbooks") == 1
    assert "w0h2" not in view


def test_many_reasons_are_cut_and_counted(response: TailorResponse) -> None:
    reasons = tuple(Finding(path="p", code="term_added", message=f"Reason {number}.") for number in range(5))
    assert "Reason 0; Reason 1; Reason 2; and 2 more" in lines_of(line_with(response, status="fallback", reasons=reasons))


def test_an_unknown_code_is_shown_in_words(response: TailorResponse) -> None:
    assert "kept as it was: brand new code" in line_with(response, status="fallback", reasons=(), error_code="brand_new_code")


def test_the_counts_are_of_lines_of_prose(response: TailorResponse) -> None:
    view = render(response)
    assert "» 2 lines rewritten (source below)" in view
    assert "! 2 lines kept after a failed rewrite (reason below)" in view
    assert "• 1 line unchanged" in view  # and not the name, which is no line that a model could have written


def test_gaps_stand_by_importance(response: TailorResponse) -> None:
    view = render(response)
    places = [
        view.index(text) for text in ("Required\n", "Kubernetes in production", "Duties\n", "Lead a team of six", "Nice to have\n", "Flink")
    ]
    assert places == sorted(places)


def test_coverage_is_called_an_estimate(response: TailorResponse) -> None:
    view = render(response)
    assert "Coverage of 21 targets in the post (an estimate by code)" in view
    bars = {
        name: (line.count("█"), share) for name, line, share in re.findall(r"^  (before|after|ceiling) +(\S+) +(\d+%)", view, re.MULTILINE)
    }
    assert bars == {"before": (14, "48%"), "after": (17, "57%"), "ceiling": (19, "63%")}


def test_what_reading_left_over_is_told(response: TailorResponse) -> None:
    view = render(response)
    assert "PDF; 1 line found no place in the resume:" in view
    assert "- Page 1 of 2" in view
    assert "hidden text on page 2 was ignored: 120 characters, white" in view
    assert "Sorted the cables. (work[1].highlights[3])" in view


def test_time_tokens_examples_versions(response: TailorResponse) -> None:
    view = lines_of(render(response))
    assert "61.2s (intake 0.2s, match 1.1s, draft 58.0s)" in view
    assert "14 calls, 8,412 tokens read, 6,900 of them cached, 512 written" in view
    assert "Backend engineer (15-backend-engineer, 0.71)" in view
    assert "model qwen2.5-coder-1.5b, prompt 3, index abc123, schema 1" in view


def test_abstaining_is_told(response: TailorResponse) -> None:
    assert "nothing in the index is similar enough" in lines_of(render(response.model_copy(update={"examples": Examples(abstained=True)})))


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(response: TailorResponse, width: int) -> None:
    lines = render(response, width=width).splitlines()
    assert max(len(line) for line in lines) <= min(width, 110)
    assert not [line for line in lines if line != line.rstrip()]


def test_a_terminal_without_unicode_gets_plain_marks(response: TailorResponse) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    print_response(console_of(file=file), response)
    file.flush()
    view = file.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert "> Migrated the payment ledger" in view
    assert "#########" in view
    assert 'from w0h0: "Was' in view


def test_a_log_gets_no_escapes_and_a_terminal_does(response: TailorResponse) -> None:
    assert "\x1b" not in render(response)
    coloured = render(response, force_terminal=True, color_system="standard", legacy_windows=False)
    assert "\x1b[1;32m  » \x1b[0mMigrated the payment" in coloured  # the mark alone, and not the line


def test_text_of_the_resume_cannot_drive_the_terminal(response: TailorResponse) -> None:
    evil = "Ran [bold]the[/bold] shop\x1b[2J\x9b31m\u202e for :smile: years"
    view = line_with(response, text=evil) + render(
        response.model_copy(update={"resume": Resume.model_validate({"work": [{"name": evil, "highlights": [evil]}]})})
    )
    assert "[bold]the[/bold] shop" in view
    assert ":smile:" in view
    assert not set("\x1b\x9b\u202e") & set(view)


def test_a_response_of_a_resume_alone_is_shown() -> None:
    view = render(TailorResponse(resume=Resume.model_validate(RESUME)))
    assert "Built the route planner." in view
    assert "How it was made" not in view


# --- progress ------------------------------------------------------------------------------------------------------


def test_progress_in_a_log_is_a_line_now_and_then() -> None:
    console = console_of()
    with ProgressView(console) as progress:
        progress.report("reading", 0, 0)
        for done in range(0, 50_000_001, 1_000_000):
            progress.report("model from the mirror", done, 50_000_000)
        progress.report("index", 35, 35)
    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "reading",
        "model from the mirror 0 bytes of 50.0 MB",
        "model from the mirror 50.0 MB of 50.0 MB",
        "index 35 of 35",
    ]


def test_progress_on_a_terminal_is_a_bar() -> None:
    console = console_of(force_terminal=True, color_system=None, legacy_windows=False)
    with ProgressView(console) as progress:
        progress.report("reading", 0, 0)
        progress.report("writing lines", 3, 12)
    assert "3 of 12" in console.file.getvalue()  # type: ignore[attr-defined]


def test_quiet_progress_says_nothing() -> None:
    console = console_of()
    with ProgressView(console, quiet=True) as progress:
        progress.report("reading", 1, 2)
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]


# --- tailor --------------------------------------------------------------------------------------------------------


@pytest.fixture
def given(response: TailorResponse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Two input files, and a chain that answers at once and keeps what it was asked."""
    asked: dict[str, Any] = {}

    def run_chain(settings: Settings, request: TailorRequest, *, quiet: bool = False) -> TailorResponse:
        asked.update(settings=settings, request=request)
        return response

    monkeypatch.setattr(tailor_module, "run_chain", run_chain)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resume.txt").write_bytes("Élodie\nWork".encode("latin-1"))
    (tmp_path / "post.txt").write_text("\ufeffWe seek a driver\n", encoding="utf-8")
    return asked


def run(*arguments: str, stdin: str | bytes | None = None) -> Any:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def test_into_a_pipe_goes_json_and_nothing_else(given: dict[str, Any], response: TailorResponse) -> None:
    result = run("tailor", "resume.txt", "post.txt")
    assert result.exit_code == 0
    assert TailorResponse.model_validate_json(result.stdout) == response
    assert "Tailored resume" not in result.stderr


def test_into_a_pipe_a_failing_server_is_told_on_stderr(
    given: dict[str, Any], response: TailorResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = {"status": "fallback", "error_code": "deadline_exceeded"}
    good = tuple(line.model_copy(update={"error_code": None}) for line in response.lines)
    for failed, said in ((0, ""), (1, "1 line kept in your own words"), (2, "2 lines kept in your own words")):
        lines = (*(line.model_copy(update=update) for line in good[:failed]), *good[failed:])
        monkeypatch.setattr(tailor_module, "run_chain", lambda *_, of=lines, **__: response.model_copy(update={"lines": of}))
        result = run("tailor", "resume.txt", "post.txt")
        assert said in " ".join(result.stderr.split())
        assert ("(the time for the request was up: " in " ".join(result.stderr.split())) is bool(failed)
        assert len(json.loads(result.stdout)["lines"]) == len(lines)
        assert run("tailor", "resume.txt", "post.txt", "--quiet").stderr == ""


def test_show_adds_the_view_on_stderr(given: dict[str, Any]) -> None:
    result = run("tailor", "resume.txt", "post.txt", "--show")
    assert json.loads(result.stdout)["coverage"]["targets"] == 21
    assert "» Migrated" in result.stderr


def test_format_md_gives_the_clean_resume(given: dict[str, Any]) -> None:
    result = run("tailor", "resume.txt", "post.txt", "--format", "md")
    assert result.stdout.startswith("# Tomas Herrera Lind\n")


def test_the_request_holds_the_bytes_and_the_text_as_they_are(given: dict[str, Any]) -> None:
    run("tailor", "resume.txt", "post.txt", "--top-k", "1", "--llm-url", "http://127.0.0.1:1/v1", "--llm-name", "mine")
    request, settings = given["request"], given["settings"]
    assert request.resume.name == "resume.txt"
    assert request.resume.content == "Élodie\nWork".encode("latin-1")
    assert request.job_description == "We seek a driver\n"  # without its byte order mark
    assert request.top_k == 1
    assert (str(settings.llm_base_url), settings.llm_name) == ("http://127.0.0.1:1/v1", "mine")


def test_a_server_named_here_and_now_wins_over_a_file_of_deployments(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESUME_RAG_DEPLOYMENTS_FILE", "deployments.json")
    run("tailor", "resume.txt", "post.txt")
    assert given["settings"].deployments_file == Path("deployments.json")
    run("tailor", "resume.txt", "post.txt", "--llm-url", "http://127.0.0.1:1/v1")
    assert given["settings"].deployments_file is None


def test_stdin_is_either_document(given: dict[str, Any]) -> None:
    assert run("tailor", "resume.txt", "-", stdin="We seek a cook").exit_code == 0
    assert given["request"].job_description == "We seek a cook"
    assert run("tailor", "-", "post.txt", stdin=b"%PDF-1.7 x").exit_code == 0
    assert given["request"].resume.content == b"%PDF-1.7 x"


def test_a_post_in_utf16_is_read(given: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "wide.txt").write_bytes("We seek a driver for the night shift".encode("utf-16"))
    assert run("tailor", "resume.txt", "wide.txt").exit_code == 0
    assert given["request"].job_description == "We seek a driver for the night shift"


def test_output_form_follows_the_ending(given: dict[str, Any], tmp_path: Path, response: TailorResponse) -> None:
    result = run("tailor", "resume.txt", "post.txt", "-o", "out.md")
    assert (tmp_path / "out.md").read_text("utf-8").startswith("# Tomas")
    assert result.stdout == ""
    assert "» Migrated" in result.stderr
    assert "Written: out.md" in result.stderr
    for name, beginning in (("out.txt", b"Tomas Herrera Lind\n"), ("out.docx", b"PK"), ("out.html", b"<!doctype html>")):
        assert run("tailor", "resume.txt", "post.txt", "-o", name, "--quiet").output == ""
        assert (tmp_path / name).read_bytes().startswith(beginning)
    assert run("tailor", "resume.txt", "post.txt", "-o", "out.json", "--quiet").output == ""
    assert TailorResponse.model_validate_json((tmp_path / "out.json").read_text("utf-8")) == response


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("resume.txt", "post.txt", "-o", "post.txt", "--format", "md"), "is one of the inputs"),
        (("resume.txt", "post.txt", "-o", "link.md"), "is one of the inputs"),
        (("resume.txt", "post.txt", "-o", "out.odt"), "does not say in which form"),
        (("resume.txt", "post.txt", "-o", "nowhere/out.md"), "There is no folder nowhere"),
        (("nothing.pdf", "post.txt"), "There is no file nothing.pdf"),
        ((".", "post.txt"), ". is a folder"),
        (("resume.txt", "post.pdf"), "The job post is a PDF"),
        (("-", "-"), "not both"),
        (("resume.txt", "post.txt", "--llm-url", "nonsense"), "RESUME_RAG_LLM_BASE_URL is not usable"),
        (("resume.txt",), "Missing argument"),
        (("resume.txt", "post.txt", "--top-k", "99"), "--top-k"),
    ],
)
def test_bad_use_ends_with_2_before_any_work(given: dict[str, Any], tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "post.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "link.md").symlink_to("resume.txt")
    before = (tmp_path / "resume.txt").read_bytes(), (tmp_path / "post.txt").read_bytes()
    result = run("tailor", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert given == {}
    assert before == ((tmp_path / "resume.txt").read_bytes(), (tmp_path / "post.txt").read_bytes())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("It is wrong."), 2),
        (EmptyResumeError("It is empty."), 2),
        (LLMUnavailableError("It is off."), 3),
        (IndexNotFoundError("It is not there."), 3),
        (OutputParseError("It is no JSON.", raw_text="somebody's resume"), 3),
        (DeadlineExceededError("It is late."), 3),
    ],
)
def test_errors_are_a_sentence_and_a_hint(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch, error: Exception, code: int) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(tailor_module, "run_chain", fail)
    result = run("tailor", "resume.txt", "post.txt")
    assert result.exit_code == code
    hint = error.hint  # type: ignore[attr-defined]
    assert result.stderr == f"resume-rag: {error}\n" + (f"hint: {hint}\n" if hint else "")


def test_interrupting_is_quiet(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tailor_module, "run_chain", stop)
    result = run("tailor", "resume.txt", "post.txt")
    assert (result.exit_code, result.output) == (130, "")


# --- check ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tailored(tmp_path: Path, response: TailorResponse) -> tuple[Path, Path, Path]:
    """A source, a saved response that is true to it, and a resume that is not."""
    source, saved, invented = tmp_path / "source.json", tmp_path / "tailored.json", tmp_path / "invented.json"
    source.write_text(json.dumps(RESUME))
    saved.write_text(response.model_dump_json())
    document = json.loads(json.dumps(RESUME))
    document["work"][1]["highlights"] = ["Built the route planner for 800 depots."]
    document["work"][1]["name"] = "Zanzibar Freight"
    invented.write_text(json.dumps(document))
    return source, saved, invented


def test_check_of_a_true_response_ends_with_0(tailored: tuple[Path, Path, Path]) -> None:
    source, saved, _ = tailored
    result = run("check", str(source), str(saved))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("No findings in ")


def test_check_marks_what_was_made_up_and_ends_with_1(tailored: tuple[Path, Path, Path]) -> None:
    source, _, invented = tailored
    result = run("check", str(source), str(invented))
    assert result.exit_code == 1
    assert ">>800" in result.stdout
    assert "source    Built the route planner.\n" in result.stdout
    assert "(employer_changed)" in result.stdout


def test_check_as_json(tailored: tuple[Path, Path, Path]) -> None:
    source, _, invented = tailored
    result = run("check", str(source), str(invented), "--json")
    assert result.exit_code == 1
    report = GroundingReport.model_validate_json(result.stdout)
    assert {"work[1].name", "work[1].highlights[0]"} <= {finding.path for finding in report.findings}


def test_check_reads_any_form_and_the_saved_markdown(tmp_path: Path, tailored: tuple[Path, Path, Path], given: dict[str, Any]) -> None:
    run("tailor", "resume.txt", "post.txt", "-o", "clean.md", "--quiet")
    assert read_document("clean.md").work[0].highlights == Resume.model_validate(RESUME).work[0].highlights


def test_check_of_nonsense_ends_with_2(tmp_path: Path, tailored: tuple[Path, Path, Path]) -> None:
    (tmp_path / "other.json").write_text(json.dumps({"resume": {"work": "none"}}))
    (tmp_path / "broken.json").write_text('{"a": ')
    for name in ("other.json", "broken.json", "absent.json"):
        result = run("check", str(tailored[0]), str(tmp_path / name))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "hint: " in result.stderr


def test_source_and_tailored_stand_side_by_side_where_there_is_room() -> None:
    source, line = Resume.model_validate({"work": [{"summary": "Ran one shop."}]}), "Ran nine shops."
    report = GroundingReport(
        findings=(
            Finding(
                path="work[0].summary", code="number_changed", message="Nine.", source_path="work[0].summary", span=Span(start=4, end=8)
            ),
            Finding(path="work[0].summary", code="term_added", message="Overlap.", span=Span(start=6, end=14)),
        ),
        checked_lines=1,
    )
    wide, narrow = console_of(width=120), console_of(width=80)
    for console in (wide, narrow):
        print_report(console, report, source, Resume.model_validate({"work": [{"summary": line}]}))
    assert re.search(r"Ran one shop\. +Ran >>nine<< shops\.", wide.file.getvalue())  # type: ignore[attr-defined]
    assert "  source    Ran one shop.\n  tailored  Ran >>nine<< shops.\n" in narrow.file.getvalue()  # type: ignore[attr-defined]
    assert narrow.file.getvalue().count("work[0].summary") == 1  # type: ignore[attr-defined]


# --- index, model, settings, errors --------------------------------------------------------------------------------


@pytest.fixture
def index_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RESUME_RAG_INDEX_DIR", str(tmp_path / "indexes"))
    return tmp_path / "indexes"


def test_index_of_own_examples(index_dir: Path, tmp_path: Path) -> None:
    missing = run("index", "info")
    assert missing.exit_code == 3
    assert "hint: Run `resume-rag index build`." in missing.stderr
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "engineer.json").write_text(json.dumps(RESUME))
    built = run("index", "build", "--from", str(folder))
    assert built.exit_code == 0, built.stderr
    assert re.search(r"^documents +1$", built.stdout, re.MULTILINE)
    assert run("index", "info").stdout == built.stdout
    found = run("index", "search", "Go engineer for payments and logistics")
    assert found.exit_code == 0
    assert "(engineer)" in found.stdout
    assert "Fernhollow" not in found.stdout  # shown as the model would see it: redacted
    other = run("index", "build")
    assert other.exit_code == 3
    assert "--force" in other.stderr


def test_index_from_nowhere_ends_with_2(index_dir: Path) -> None:
    assert run("index", "build", "--from", "no/such/folder").exit_code == 2


def test_model_path_of_a_file_and_of_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESUME_RAG_CACHE_DIR", str(tmp_path))
    absent = run("model", "path")
    assert (absent.exit_code, absent.stdout) == (3, "")
    assert "hint: Run `resume-rag model get " in absent.stderr
    (tmp_path / "mine.gguf").write_bytes(b"GGUF....")
    found = run("model", "get", str(tmp_path / "mine.gguf"))
    assert (found.exit_code, found.stdout) == (0, f"{tmp_path / 'mine.gguf'}\n")
    assert run("model", "path", str(tmp_path / "mine.gguf")).stdout == found.stdout


def test_settings_lists_every_field_and_hides_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESUME_RAG_LLM_API_KEY", "very-secret")
    monkeypatch.setenv("RESUME_RAG_TOP_K", "5")
    shown, table = run("settings").stdout, run("settings", "--markdown").stdout
    for name, field in Settings.model_fields.items():
        assert f"RESUME_RAG_{name.upper()}" in shown
        assert f"| `RESUME_RAG_{name.upper()}` |" in table
        assert (field.description or "?").replace("|", "\\|") in table
    assert "very-secret" not in shown + table
    assert re.search(r"RESUME_RAG_TOP_K\n.*\n +default 3; 0 to 10; now 5", shown)
    assert "| `RESUME_RAG_TOP_K` | 3 | 0 to 10 |" in table  # the table says what holds everywhere, not what is set here
    assert str(tmp_path) not in table
    assert str(Path.home()) not in table


def test_a_bad_setting_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESUME_RAG_TOP_K", "many")
    result = run("settings")
    assert result.exit_code == 2
    assert result.stderr.startswith("resume-rag: RESUME_RAG_TOP_K is not usable")


def test_errors_lists_the_tree_with_exit_codes() -> None:
    table = run("errors", "--markdown").stdout
    assert "| `EmptyResumeError` | `empty_resume` |" in table
    assert re.search(r"`InputTooLargeError`.*\| 2 \|", table)
    assert re.search(r"`LLMTimeoutError`.*\| yes \| 3 \|", table)
    assert "UseError" not in table
    assert re.search(r"^    UnreadableDocumentError \(unreadable_document, exit 2\)", run("errors").stdout, re.MULTILINE)


def test_version_and_help() -> None:
    assert run("--version").stdout == f"resume-rag {__version__}\n"
    assert run().exit_code == 2
    for command in ("tailor", "check", "demo", "serve", "capacity", "doctor", "vllm", "settings", "errors", "index", "model"):
        assert command in run("--help").stdout
        assert run(command, "--help").exit_code == 0
    assert "resume-rag tailor resume.pdf post.txt" in run("tailor", "--help").stdout


# --- as a process --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@pytest.fixture
def environment(shared_index: Path, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESUME_RAG_")}
    return kept | {"RESUME_RAG_INDEX_DIR": str(shared_index), "RESUME_RAG_CACHE_DIR": str(tmp_path), "TERM": "dumb", "COLUMNS": "80"}


COMMAND = [sys.executable, "-m", "resume_rag.cli"]
DEMO = Path(str(files("resume_rag"))) / "data" / "demo"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['resume-rag', '--help']\nfrom resume_rag.cli import main\ntry: main()\nexcept SystemExit: pass\n"
        "print([n for n in ('pydantic', 'rich.console', 'numpy', 'langchain_core', 'chromadb', 'httpx') if n in sys.modules], file=sys.stderr)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.strip() == "[]"


def test_the_demo_from_end_to_end(environment: dict[str, str], tmp_path: Path) -> None:
    with FakeVLLM(reply=shortened) as server:
        done = subprocess.run(
            [*COMMAND, "demo", "--candidate", "electrician"],
            cwd=tmp_path,
            env=environment | {"RESUME_RAG_LLM_BASE_URL": server.base_url},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    response = TailorResponse.model_validate_json((tmp_path / "tailored.json").read_text("utf-8"))
    rewritten = [line for line in response.lines if line.status == "rewritten"]
    assert rewritten
    for line in rewritten:
        assert line.sources[0].fact_id in done.stdout
    assert (tmp_path / "tailored.md").read_text("utf-8").startswith("# RAFAEL DUNMORE")
    assert rewritten[0].sources[0].fact_id in (tmp_path / "tailored.html").read_text("utf-8")
    assert "resume-rag serve" in done.stdout
    assert "http://127.0.0.1:8000/resume/playground/" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    total = re.findall(r"writing lines \d+ of (\d+)", done.stderr)[-1]
    assert f"writing lines {total} of {total}" in done.stderr
    assert int(total) == len(response.usage.attempts_by_line)  # type: ignore[union-attr]
    checked = subprocess.run(
        [*COMMAND, "check", str(DEMO / "electrician_resume.txt"), "tailored.json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_no_server_ends_with_3_and_no_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "tailor", str(DEMO / "nurse_resume.docx"), str(DEMO / "nurse_post.txt"), "--llm-url", "http://127.0.0.1:9/v1", "-q"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("resume-rag: ")
    assert "\nhint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_interrupting_the_process_is_quick_and_quiet(environment: dict[str, str], tmp_path: Path) -> None:
    with FakeVLLM(script=lambda _: Answer(first_byte_s=60)) as server:
        process = subprocess.Popen(
            [*COMMAND, "tailor", str(DEMO / "nurse_resume.docx"), str(DEMO / "nurse_post.txt"), "--llm-url", server.base_url, "-q"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that starts the tests in the background has them ignore interrupts, and so whatever they start.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
        )
        while process.poll() is None and not server.in_flight:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr) == (130, "", "")


def test_a_reader_that_leaves_is_no_error(environment: dict[str, str], tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    process = subprocess.Popen([*COMMAND, "settings"], cwd=tmp_path, env=environment, stdout=write_end, stderr=subprocess.PIPE)
    os.close(write_end)
    os.close(read_end)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (141, b"")


def test_a_defect_is_told_without_a_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['resume-rag', 'tailor', {!r}, {!r}]\nfrom resume_rag import cli\n"
        "def broken(*_, **__): raise ZeroDivisionError('a line of a resume')\ncli.tailor.run_chain = broken\ncli.main()"
    ).format(str(DEMO / "nurse_resume.docx"), str(DEMO / "nurse_post.txt"))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "ZeroDivisionError" in done.stderr
    assert "a line of a resume" not in done.stderr
    assert "Traceback" not in done.stderr
