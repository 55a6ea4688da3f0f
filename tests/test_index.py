"""The index of example resumes: reading, redacting, building whole or not at all, opening or saying why not."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resume_rag.embedding import OnnxEmbeddings
from resume_rag.errors import IndexMismatchError, IndexNotFoundError, RetrievalError, UnreadableDocumentError
from resume_rag.index import (
    ExampleDocument,
    ExampleIndex,
    build_example,
    build_index,
    digest_examples,
    open_index,
    read_examples,
    read_packaged_examples,
    redact_line,
)
from resume_rag.index.examples import split_sections
from resume_rag.index.redaction import is_readable
from resume_rag.schema import Resume

EXAMPLES = {example.id: example for example in read_packaged_examples()}
FEW = tuple(EXAMPLES[key] for key in ("15-backend-engineer", "29-registered-nurse", "47-electrician"))


@pytest.fixture(scope="module")
def embeddings() -> OnnxEmbeddings:
    return OnnxEmbeddings()


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory, embeddings: OnnxEmbeddings) -> Path:
    folder = tmp_path_factory.mktemp("indexes")
    build_index(folder, embeddings, FEW).close()
    return folder


@pytest.fixture
def index(index_dir: Path, embeddings: OnnxEmbeddings) -> Iterator[ExampleIndex]:
    with open_index(index_dir, embeddings) as opened:
        yield opened


# --- redaction -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("Saved EUR 3.4M and $1.2 million in 2021.", "Saved N and N in N."),
        ("Ran a 24-bed ward, 7 days a week, with thirty-one carers.", "Ran a N-bed ward, N days a week, with N carers."),
        ("Moved 40-60 % of traffic to AWS, GCP and Azure.", "Moved N % of traffic to …."),
        ("Certified ISO 9001 lead (BSI) for Q3.", "Certified N lead for …."),
        ("Wrote C++ and .NET tools in Visual Studio Code.", "Wrote … tools in …."),
        ("Built a Node.js service (see www.example.com/x) with iOS clients.", "Built a … service (see …) with … clients."),
        ("Wired 480 V panels; call +44 7700 900114 or ann@example.org.", "Wired N V panels; call …."),
        ("Trained staff at O'Brien's bakery every Friday, as I do.", "Trained staff at …'s bakery every Friday, as I do."),
        ("Led a team. Doubled output for Siemens.", "Led a team. Doubled output for …."),
    ],
)
def test_a_line_loses_names_and_numbers_and_keeps_its_structure(line: str, redacted: str) -> None:
    assert redact_line(line) == redacted


def test_known_names_go_wherever_they_stand() -> None:
    known = ["pgshrink", "Penny Lantern", "Go"]
    assert redact_line("pgshrink grew at penny lantern.", known) == "… grew at …."
    # The verb is not the language.
    assert redact_line("Taught colleagues to go slow in Go.", known) == "Taught colleagues to go slow in …."


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=12), max_size=3))
def test_no_digit_is_left_whatever_the_text(text: str, names: list[str]) -> None:
    assert not re.search(r"[0-9]", redact_line(text, names))


@given(st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{2,8}| [A-Z][A-Za-z]{2,8}| [0-9,]{1,6}%?){3,12}\.", fullmatch=True))
def test_no_name_inside_a_sentence_is_left(sentence: str) -> None:
    left = re.findall(r"(?<!^)\b[A-Z][A-Za-z]+", redact_line(sentence))
    months_and_days = "January February March April May June July August September October November December Sunday Monday"
    assert not [word for word in left if word not in months_and_days]


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.id)
def test_packaged_examples_lend_nothing_and_stay_readable(example: ExampleDocument) -> None:
    resume = example.resume
    assert resume.basics is not None
    names = [work.name for work in resume.work] + [study.institution for study in resume.education] + (resume.basics.name or "").split()
    skills = [keyword for skill in resume.skills for keyword in skill.keywords if re.search(r".[A-Z]|\d", keyword)]
    lines = [line for section in split_sections(example) for line in section.lines]
    written = sum(len(part.highlights) for part in (*resume.work, *resume.projects, *resume.volunteer))
    assert len(lines) >= 0.8 * written
    for line in lines:
        assert not re.search(r"\d", line)
        for name in filter(None, [*names, *skills]):
            assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line), name


def test_a_line_of_marks_is_no_model() -> None:
    assert not is_readable(redact_line("Leitung des Projekts Alpha mit Herrn Weber in Berlin und Hamburg"))


# --- reading -------------------------------------------------------------------------------------------------------


def test_examples_come_from_files_of_both_kinds_by_id(tmp_path: Path) -> None:
    one = {"basics": {"label": "Welder"}, "meta": {"socMajorGroup": "51-0000", "language": "de"}}
    (tmp_path / "b.json").write_text(json.dumps(one), encoding="utf-8-sig")
    (tmp_path / "a.jsonl").write_text('{"work": [{"position": "Baker"}]}\n\n{"basics": {"label": "Cook"}}\n', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not an example", encoding="utf-8")
    found = read_examples(tmp_path)
    assert [(each.id, each.occupation, each.soc_major_group, each.language) for each in found] == [
        ("a-1", "Baker", "", "en"),
        ("a-3", "Cook", "", "en"),
        ("b", "Welder", "51-0000", "de"),
    ]
    assert read_examples(tmp_path / "b.json") == found[2:]


def test_what_is_wrong_in_a_file_is_said_without_its_text(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{}\n{"work": [{"startDate": "SECRET spring"}]}\n', encoding="utf-8")
    with pytest.raises(UnreadableDocumentError) as caught:
        read_examples(tmp_path)
    assert "a.jsonl, line 2," in caught.value.message
    assert "work.0.startDate" in caught.value.message
    assert "SECRET" not in caught.value.message


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF-1.4"), ("a.json", b"\xff\xfe\x00"), ("a.json", b"{"), ("a.json", b"[]")])
def test_other_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableDocumentError):
        read_examples(tmp_path / name)
    with pytest.raises(UnreadableDocumentError):
        read_examples(tmp_path / "missing.json")


def test_two_examples_of_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a-1.json").write_text("{}", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(UnreadableDocumentError, match="a-1"):
        read_examples(tmp_path)


def test_another_name_changes_nothing_that_is_embedded_shown_or_compared() -> None:
    example = EXAMPLES["29-registered-nurse"]
    basics = example.resume.basics
    assert basics is not None
    assert basics.name
    content = json.dumps(example.resume.to_json_resume()).replace(json.dumps(basics.name)[1:-1], "Zebulon Qwertson")
    swapped = build_example(example.id, Resume.model_validate_json(content))
    assert split_sections(swapped) == split_sections(example)


def test_the_text_for_the_leak_check_keeps_what_could_leak_and_not_the_person() -> None:
    example = EXAMPLES["15-backend-engineer"]
    text = "\n".join(section.original for section in split_sections(example))
    for kept in ("Velvet Rope Ticketing", "210,000", "£19,000", "PostgreSQL", "Rivelin Valley University", "pgshrink"):
        assert kept in text
    for gone in ("Chidinma", "Okafor", "example.com", "900114"):
        assert gone not in text
    embedded = " ".join(section.text for section in split_sections(example))
    assert "Velvet Rope" not in embedded
    assert "Rivelin" not in embedded
    assert "PostgreSQL" in embedded


# --- building and opening ------------------------------------------------------------------------------------------


def test_an_index_is_opened_as_it_was_built(index: ExampleIndex) -> None:
    assert (index.manifest.documents, index.manifest.chunks) == (3, len(index.chunks))
    assert index.manifest.source_digest == digest_examples(FEW) == digest_examples(FEW[::-1])
    assert list(index.examples) == sorted(example.id for example in FEW)
    backend = index.examples["15-backend-engineer"]
    assert (backend.occupation, backend.soc_major_group, backend.language) == ("Software Developer", "15-0000", "en")
    assert "Velvet Rope Ticketing" in backend.text
    assert all("Velvet" not in line for line in backend.lines)
    assert len(backend.lines) == 11


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("intensive care nurse for critically ill patients", "29-registered-nurse"),
        ("wiring panels and conduit in industrial buildings", "47-electrician"),
        ("Go services, Kafka, PostgreSQL", "15-backend-engineer"),
    ],
)
def test_search_finds_what_it_should_with_true_cosines(index: ExampleIndex, embeddings: OnnxEmbeddings, query: str, expected: str) -> None:
    (hits,) = index.search_texts([query], 4)
    assert hits[0].example_id == expected
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    text = next(chunk.text for chunk in index.chunks if chunk.id == hits[0].chunk_id)
    assert hits[0].score == pytest.approx(float(embeddings.embed_texts([query])[0] @ embeddings.embed_texts([text])[0]), abs=1e-4)


def test_search_can_be_narrowed_and_asks_for_no_more_than_there_is(index: ExampleIndex) -> None:
    (hits,) = index.search_texts(["nurse"], 10_000, where={"soc_major_group": "47-0000"})
    assert {hit.example_id for hit in hits} == {"47-electrician"}
    assert index.search([], 3) == []
    with pytest.raises(RetrievalError):
        index.search_texts(["nurse"], 3, where={"$nonsense": 1})


def test_building_again_opens_what_is_there(index_dir: Path, embeddings: OnnxEmbeddings) -> None:
    before = (index_dir / "examples" / "manifest.json").read_bytes()
    with build_index(index_dir, embeddings, FEW[::-1]) as index:
        assert index.manifest.documents == 3
    assert (index_dir / "examples" / "manifest.json").read_bytes() == before


def test_other_examples_need_force(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    old = build_index(tmp_path, embeddings, FEW[:1])
    with pytest.raises(IndexMismatchError, match="other examples"):
        build_index(tmp_path, embeddings, FEW[1:])
    with build_index(tmp_path, embeddings, FEW[1:], force=True) as new:
        assert list(new.examples) == ["29-registered-nurse", "47-electrician"]
    # Who had it open goes on with what he had.
    assert old.search_texts(["nurse"], 1)[0][0].example_id == "15-backend-engineer"
    build_index(tmp_path, embeddings, FEW[:1], force=True).close()
    assert len(list((tmp_path / "examples").glob("chroma-*"))) == 2


def test_there_is_no_index_before_there_is_one(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    with pytest.raises(IndexNotFoundError) as caught:
        open_index(tmp_path, embeddings)
    assert "index build" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_build_leaves_things_as_they_were(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, embeddings, FEW[:1], progress=interrupt)
    with pytest.raises(IndexNotFoundError):
        open_index(tmp_path, embeddings)
    assert list((tmp_path / "examples").glob("*")) == []
    build_index(tmp_path, embeddings, FEW[:1]).close()
    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, embeddings, FEW[1:], progress=interrupt, force=True)
    with open_index(tmp_path, embeddings) as index:
        assert list(index.examples) == ["15-backend-engineer"]


def test_two_builds_at_once_make_one_index(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: build_index(tmp_path, embeddings, FEW[:1]), range(2))
    assert one.manifest == two.manifest
    assert len(list((tmp_path / "examples").glob("chroma-*"))) == 1


def test_progress_counts_examples(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    seen: list[tuple[int, int]] = []
    build_index(tmp_path, embeddings, FEW, progress=lambda done, total: seen.append((done, total))).close()
    assert seen[-1] == (3, 3)


def test_nothing_to_index_is_an_error(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    for nothing in ((), (build_example("empty", Resume()),)):
        with pytest.raises(RetrievalError):
            build_index(tmp_path, embeddings, nothing)
    with pytest.raises(IndexNotFoundError):
        open_index(tmp_path, embeddings)


class OtherEmbeddings(OnnxEmbeddings):
    name = "another"
    digest = "0000"


def test_what_does_not_fit_is_named(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    build_index(tmp_path, embeddings, FEW[:1]).close()
    with pytest.raises(IndexMismatchError, match="'another'") as caught:
        open_index(tmp_path, OtherEmbeddings())
    assert "--force" in caught.value.hint
    with pytest.raises(IndexMismatchError, match="'another'"):
        build_index(tmp_path, OtherEmbeddings(), FEW[:1])
    path = tmp_path / "examples" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {"chunks": manifest["chunks"] + 1}))
    with pytest.raises(IndexMismatchError, match="not complete"):
        open_index(tmp_path, embeddings)
    path.write_text(json.dumps(manifest | {"layout_version": "0"}))
    with pytest.raises(IndexMismatchError, match="layout"):
        open_index(tmp_path, embeddings)
    path.write_text(json.dumps(manifest | {"folder": "chroma-gone"}))
    with pytest.raises(IndexMismatchError, match="lost its files"):
        open_index(tmp_path, embeddings)
    path.write_text("{")
    with pytest.raises(IndexMismatchError, match="manifest"):
        open_index(tmp_path, embeddings)
    with build_index(tmp_path, embeddings, FEW[:1], force=True) as index:
        assert index.manifest.documents == 1


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RetrievalError) as caught:
        build_index(tmp_path / "file", embeddings, FEW[:1])
    assert "RESUME_RAG_INDEX_DIR" in caught.value.hint


# --- other people's retrievers -------------------------------------------------------------------------------------


def test_langchain_and_llama_index_read_the_same_collection(index: ExampleIndex) -> None:
    query = "intensive care nurse"
    expected = [hit.chunk_id for hit in index.search_texts([query], 2)[0]]
    documents = index.as_langchain_retriever(k=2).invoke(query)
    nodes = index.as_llama_index_retriever(k=2).retrieve(query)
    assert [document.id for document in documents] == expected
    assert [node.node_id for node in nodes] == expected
    assert documents[0].metadata["example_id"] == "29-registered-nurse"
    assert documents[0].page_content == nodes[0].get_content()
    # What goes to a model through either holds no employer.
    employers = [work.name for work in EXAMPLES["29-registered-nurse"].resume.work if work.name]
    for text in (str(documents), nodes[0].node.get_content("llm")):
        assert not any(employer in text for employer in employers)


async def test_the_langchain_retriever_works_async_and_narrowed(index: ExampleIndex) -> None:
    retriever = index.as_langchain_retriever(k=2, where={"soc_major_group": "47-0000"})
    assert [document.metadata["example_id"] for document in await retriever.ainvoke("nurse")] == ["47-electrician"] * 2


def test_importing_loads_neither_chroma_nor_llama_index() -> None:
    code = "import sys, resume_rag.index; print([m for m in ('chromadb', 'llama_index', 'onnxruntime') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


# --- a Chroma server -----------------------------------------------------------------------------------------------


@pytest.fixture
def server_url(tmp_path: Path) -> Iterator[str]:
    program = Path(sys.executable).with_name("chroma")
    if not program.exists():
        pytest.skip("no chroma program beside this Python")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "run", "--path", tmp_path / "server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_server_holds_the_same_index(tmp_path: Path, embeddings: OnnxEmbeddings, server_url: str) -> None:
    with pytest.raises(IndexNotFoundError):
        open_index(tmp_path, embeddings, index_url=server_url)
    build_index(tmp_path, embeddings, FEW[:1], index_url=server_url).close()
    with pytest.raises(IndexMismatchError, match="other examples"):
        build_index(tmp_path, embeddings, FEW[1:], index_url=server_url)
    build_index(tmp_path, embeddings, FEW[1:], index_url=server_url, force=True).close()
    with open_index(tmp_path, embeddings, index_url=server_url) as index:
        assert list(index.examples) == ["29-registered-nurse", "47-electrician"]
        assert index.search_texts(["intensive care nurse"], 1)[0][0].example_id == "29-registered-nurse"
        assert index._client._server._session.timeout.read  # type: ignore[attr-defined]  # Chroma's own is: for ever
    with pytest.raises(IndexMismatchError, match="'another'"):
        open_index(tmp_path, OtherEmbeddings(), index_url=server_url)


def test_a_server_that_is_not_there_is_said_so(tmp_path: Path, embeddings: OnnxEmbeddings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RetrievalError) as caught:
        open_index(tmp_path, embeddings, index_url=f"http://127.0.0.1:{port}")
    assert "RESUME_RAG_INDEX_URL" in caught.value.hint


def test_a_server_that_never_answers_is_said_so(tmp_path: Path, embeddings: OnnxEmbeddings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resume_rag.index.places._PROBE_TIMEOUT_S", 0.05)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with pytest.raises(RetrievalError, match="could not be used"):
            open_index(tmp_path, embeddings, index_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
