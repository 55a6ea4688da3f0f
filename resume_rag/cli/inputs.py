"""What the commands are given: files, standard input, settings, places to write to.

Turns everything that can be wrong with them into an `InputError` that names the file. Knows nothing of what is in a
resume: that is intake's.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resume_rag.cli.exits import UseError
from resume_rag.errors import InputError, UnreadableDocumentError

if TYPE_CHECKING:
    from resume_rag.schema import ResumeFile
    from resume_rag.settings import Settings

STDIN = "-"
_BINARY_STARTS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a DOCX or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"\x89PNG": "a picture",
}


def read_settings(**overrides: Any) -> Settings:
    """The settings of the environment and ``.env``, with what the command line says on top; None: not said.

    A server that the command line names wins over a file of deployments.
    """
    from pydantic import ValidationError

    from resume_rag.settings import Settings

    try:
        settings = Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"])
        raise UseError(f"RESUME_RAG_{name.upper()} is not usable: {first['msg']}.", hint="See `resume-rag settings`.") from None
    return settings if overrides.get("llm_base_url") is None else settings.model_copy(update={"deployments_file": None})


def read_bytes(place: str) -> bytes:
    """The bytes of a file, or of standard input where the name is ``-``."""
    if place == STDIN:
        return sys.stdin.buffer.read()
    path = Path(place).expanduser()
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {place}.", hint="Check the path, or give - to read standard input.") from None
    except IsADirectoryError:
        raise InputError(f"{place} is a folder.", hint="Give one file.") from None
    except OSError as error:
        raise InputError(f"{place} cannot be read ({error.strerror}).", hint="Check its permissions.") from None


def read_resume_file(place: str) -> ResumeFile:
    """A resume in any form, as the bytes of a file."""
    from resume_rag.schema import ResumeFile

    name = "stdin" if place == STDIN else Path(place).name
    return ResumeFile(name=name, content_base64=base64.b64encode(read_bytes(place)).decode("ascii"))


def read_job(place: str) -> str:
    """A job post as text, in any of the usual encodings."""
    from charset_normalizer import from_bytes

    content = read_bytes(place)
    for start, kind in _BINARY_STARTS.items():
        if content.startswith(start):
            raise UnreadableDocumentError(f"The job post is {kind}.", hint="Copy its text into a text file, or pipe it to -.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = from_bytes(content).best()
    if guess is None:
        raise UnreadableDocumentError("The job post is not text in any known encoding.", hint="Save it as UTF-8 text.")
    return str(guess)


def check_output(output: Path | None, inputs: tuple[str, ...]) -> None:
    """See to it, before the work begins, that the result has a place that is not one of the inputs."""
    if output is None:
        return
    if not output.parent.is_dir():
        raise UseError(f"There is no folder {output.parent}.", hint="Make it first, or give another -o.")
    if output.is_dir():
        raise UseError(f"{output} is a folder.", hint="Give a file name that ends in .json or .md.")
    if output.exists() and any(place != STDIN and Path(place).exists() and output.samefile(place) for place in inputs):
        raise UseError(f"{output} is one of the inputs and would be overwritten.", hint="Give another name after -o.")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a result."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UseError(f"{path} cannot be written ({error.strerror}).", hint="Give another place after -o.") from None
