"""Where an index lies: a folder on disk or a Chroma server, and the manifest that says what is there.

On disk an index is ``<index_dir>/examples``: the manifest, and a folder of Chroma files that the manifest names. A new index is
filled in a folder of its own and counts from the moment the manifest is replaced, so an interrupted build leaves the old one as
it was; the one before stays until the next build, for processes that still read it. On a server an index is one collection,
and the manifest is part of its metadata. Knows nothing of examples or embeddings.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resume_rag.errors import IndexMismatchError, ResumeRagError, RetrievalError

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

LAYOUT_VERSION = "1"
"""Version of what a collection holds; an index of another layout has to be built again."""

COLLECTION = "resume-rag-examples"
_MANIFEST = "manifest.json"
_PROBE_TIMEOUT_S = 3.0
_SERVER_TIMEOUT_S = 20.0
_CLIENTS = threading.Lock()
"""Chroma shares what clients of one folder use, and lets one thread close it while another opens it."""
_CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}


class Manifest(BaseModel):
    """What an index was built from, and with what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout_version: str = LAYOUT_VERSION
    embedding_name: str
    embedding_digest: str
    dimensions: int = Field(ge=1)
    documents: int = Field(ge=0)
    chunks: int = Field(ge=0)
    source_digest: str
    library_version: str
    created_at: str = Field(description="ISO 8601, UTC")
    folder: str = Field(default="", description="Folder of the Chroma files beside this manifest; empty on a server")


Fill = Callable[["Collection", str], Manifest]
"""Fills an empty collection in the named folder, and returns the manifest."""


class IndexStore(Protocol):
    """A place for one index."""

    def read_manifest(self) -> Manifest | None:
        """The manifest of the index there; None where there is no index."""

    def open_collection(self, manifest: Manifest) -> tuple[Client, Collection]:
        """The collection that the manifest describes, and the client to close after use."""

    def fill(self, fill: Fill) -> None:
        """Replaces the index: all of the new one, or nothing where `fill` raises."""


def build_store(index_dir: Path, index_url: str | None) -> IndexStore:
    """The server's store where there is a URL, else the folder's."""
    return ServerStore(index_url) if index_url else FolderStore(index_dir / "examples")


class FolderStore:
    """An index on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_manifest(self) -> Manifest | None:
        """The manifest of the index there; None where there is no index."""
        path = self._folder / _MANIFEST
        return _parse_manifest(path.read_bytes()) if path.is_file() else None

    def open_collection(self, manifest: Manifest) -> tuple[Client, Collection]:
        """The collection that the manifest describes, and the client to close after use."""
        # Chroma would make an empty database where there is none.
        if not (self._folder / manifest.folder / "chroma.sqlite3").is_file():
            raise IndexMismatchError("The index has lost its files.")
        with chroma_errors():
            client = _open_folder(self._folder / manifest.folder)
            return client, client.get_collection(COLLECTION, embedding_function=None)

    def fill(self, fill: Fill) -> None:
        """Replaces the index: all of the new one, or nothing where `fill` raises."""
        present = self._present_folder()
        name = f"chroma-{uuid4().hex[:12]}"
        for stale in self._folder.glob("chroma-*"):
            if stale.name != present:
                shutil.rmtree(stale, ignore_errors=True)
        (self._folder / name).mkdir(parents=True)
        try:
            manifest = self._fill_folder(fill, name)
            draft = self._folder / f"{_MANIFEST}.{name}"
            draft.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
            os.replace(draft, self._folder / _MANIFEST)
        except BaseException:
            shutil.rmtree(self._folder / name, ignore_errors=True)
            raise

    def _fill_folder(self, fill: Fill, name: str) -> Manifest:
        with chroma_errors():
            client = _open_folder(self._folder / name)
            collection = client.create_collection(COLLECTION, configuration=_CONFIGURATION, embedding_function=None)
        try:
            return fill(collection, name)
        finally:
            close_client(client)

    def _present_folder(self) -> str | None:
        try:
            manifest = self.read_manifest()
        except IndexMismatchError:
            return None
        return manifest.folder if manifest else None


class ServerStore:
    """An index on a Chroma server."""

    def __init__(self, url: str) -> None:
        self._url = url

    def read_manifest(self) -> Manifest | None:
        """The manifest of the index there; None where there is no index."""
        with _connected(self._url) as client, chroma_errors():
            collection = _find_collection(client)
            return _parse_manifest(str((collection.metadata or {}).get("manifest", "")).encode()) if collection else None

    def open_collection(self, manifest: Manifest) -> tuple[Client, Collection]:
        """The collection that the manifest describes, and the client to close after use."""
        with chroma_errors():
            client = _open_server(self._url)
            return client, client.get_collection(COLLECTION, embedding_function=None)

    def fill(self, fill: Fill) -> None:
        """Replaces the index: filled under another name, then renamed; between the two steps there is no index for an instant."""
        name = f"{COLLECTION}-{uuid4().hex[:12]}"
        with _connected(self._url) as client:
            with chroma_errors():
                collection = client.create_collection(name, configuration=_CONFIGURATION, embedding_function=None)
            try:
                manifest = fill(collection, "")
            except BaseException:
                client.delete_collection(name)
                raise
            with chroma_errors():
                if _find_collection(client):
                    client.delete_collection(COLLECTION)
                collection.modify(name=COLLECTION, metadata={"manifest": manifest.model_dump_json()})


@contextmanager
def chroma_errors() -> Iterator[None]:
    """Turns what Chroma raises (many kinds, `ValueError` among them) into `RetrievalError`."""
    try:
        yield
    except ResumeRagError:
        raise
    except Exception as error:
        raise RetrievalError(
            f"The Chroma index could not be used ({type(error).__name__}).",
            hint="Check the index folder (RESUME_RAG_INDEX_DIR) or server (RESUME_RAG_INDEX_URL), or build the index again.",
        ) from error


def close_client(client: Client) -> None:
    """Lets go of a client that `open_collection` gave."""
    with _CLIENTS:
        client.close()


def _open_folder(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    with _CLIENTS:
        return cast("Client", chromadb.PersistentClient(path=folder, settings=Settings(anonymized_telemetry=False)))


def _open_server(url: str) -> Client:
    import chromadb
    from chromadb.config import Settings

    address = urlsplit(url)
    encrypted = address.scheme == "https"
    port = address.port or (443 if encrypted else 80)
    settings = Settings(anonymized_telemetry=False)
    # Chroma's client waits for ever, from its first request, which it makes when it is built: so the server is asked before.
    httpx.get(f"{address.scheme}://{address.netloc}/api/v2/heartbeat", timeout=_PROBE_TIMEOUT_S)
    client = cast("Client", chromadb.HttpClient(host=address.hostname or "", port=port, ssl=encrypted, settings=settings))
    session = getattr(getattr(client, "_server", None), "_session", None)
    if isinstance(session, httpx.Client):
        session.timeout = httpx.Timeout(_SERVER_TIMEOUT_S, connect=_PROBE_TIMEOUT_S)
    return client


@contextmanager
def _connected(url: str) -> Iterator[Client]:
    with chroma_errors():
        client = _open_server(url)
    try:
        yield client
    finally:
        close_client(client)


def _find_collection(client: Client) -> Collection | None:
    from chromadb.errors import NotFoundError

    try:
        return client.get_collection(COLLECTION, embedding_function=None)
    except NotFoundError:
        return None


def _parse_manifest(content: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise IndexMismatchError("The index's manifest cannot be read.") from error
