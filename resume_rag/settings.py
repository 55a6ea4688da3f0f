"""One frozen object of settings, from arguments, the environment (``RESUME_RAG_...``) or ``.env``.

Never built at import: whoever starts a program builds it once and hands it on. The table in the README is printed
from this class (`resume-rag settings`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_cache_dir() -> Path:
    return Path(platformdirs.user_cache_dir("resume_rag"))


def _default_rollout_dir() -> Path:
    return Path(platformdirs.user_data_dir("resume_rag")) / "rollout"


def _default_index_dir() -> Path:
    here = Path("indexes")
    return here if here.is_dir() else Path(platformdirs.user_data_dir("resume_rag")) / "indexes"


class Settings(BaseSettings):
    """What can be set. Units are in the names; ranges are in the types."""

    model_config = SettingsConfigDict(
        env_prefix="RESUME_RAG_", env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    llm_base_url: Annotated[
        AnyHttpUrl | None, Field(description="OpenAI-compatible server, such as http://127.0.0.1:8000/v1. Unset: the embedded model")
    ] = None
    llm_name: Annotated[str | None, Field(description="Name of the model on that server. Unset: the first it lists")] = None
    llm_api_key: Annotated[SecretStr | None, Field(description="Key sent to that server")] = None
    deployments_file: Annotated[
        Path | None,
        Field(description="YAML or TOML file of several model servers with their roles, instead of the one above. Unset: one server"),
    ] = None
    rollout_dir: Annotated[
        Path, Field(default_factory=_default_rollout_dir, description="Folder of the rollouts' state, shared by all workers and gateways")
    ]
    llm_timeout_s: Annotated[float, Field(gt=0, le=3600, description="Longest wait for one answer of the model")] = 120.0
    temperature: Annotated[float, Field(ge=0, le=2, description="Sampling temperature; 0 repeats itself")] = 0.0
    seed: Annotated[int, Field(ge=0, description="Seed sent with each call")] = 0
    max_output_tokens: Annotated[int, Field(ge=32, le=4096, description="Longest answer of one call (one line)")] = 160
    max_attempts: Annotated[int, Field(ge=1, le=5, description="Calls for one line: the first, and re-asks that show the error")] = 2
    max_prompt_tokens: Annotated[int, Field(ge=512, le=131072, description="Longest prompt of one call, estimated")] = 3000
    max_rewrites: Annotated[
        int, Field(ge=0, le=200, description="Most lines sent to the model in one request; the rest stay as they are")
    ] = 24
    max_departure: Annotated[
        float | None,
        Field(
            ge=0,
            le=1,
            description="How far a rewritten line may go from the candidate's wording: 0 is the same words in the same order, 1 anything. "
            "Farther lines stay as they were. Unset: 0.2 with the embedded model, 1 with a server of your own",
        ),
    ] = None
    embedded_model: Annotated[str, Field(description="`qwen2.5-coder-1.5b`, `qwen2.5-coder-0.5b`, or the path of a GGUF file")] = (
        "qwen2.5-coder-1.5b"
    )
    embedded_slots: Annotated[int, Field(ge=1, le=16, description="Lines that the embedded model writes at once")] = 4
    cache_dir: Annotated[Path, Field(default_factory=_default_cache_dir, description="Downloaded models and the embedded server's lock")]
    index_dir: Annotated[
        Path,
        Field(
            default_factory=_default_index_dir,
            description="Folder of the example index: ./indexes where it exists, else the user's data folder",
        ),
    ]
    index_url: Annotated[AnyHttpUrl | None, Field(description="A Chroma server instead of the folder")] = None
    top_k: Annotated[int, Field(ge=0, le=10, description="Example resumes shown to the model")] = 3
    min_score: Annotated[float, Field(ge=0, le=1, description="Examples less similar than this are not used (cosine)")] = 0.4
    max_job_chars: Annotated[int, Field(ge=1000, description="Longest job post")] = 50_000
    max_resume_chars: Annotated[int, Field(ge=1000, description="Longest resume, as text")] = 100_000
    max_file_bytes: Annotated[int, Field(ge=1000, description="Largest resume file")] = 10_000_000
    deadline_s: Annotated[
        float, Field(gt=0, le=3600, description="Longest time for one request; lines not done by then stay as they are")
    ] = 300.0
    max_in_flight: Annotated[int, Field(ge=1, le=256, description="Lines of one request sent to the model server at once")] = 16
    max_running: Annotated[int, Field(ge=1, le=1024, description="Requests that the server works on at once; more wait")] = 32
    max_queued: Annotated[int, Field(ge=0, le=10_000, description="Requests that wait; more are refused with 503 and Retry-After")] = 64
    max_batch: Annotated[int, Field(ge=1, le=256, description="Most requests in one batch")] = 16
    rate_limit: Annotated[
        str | None,
        Field(
            pattern=r"^[1-9]\d{0,6}/(second|minute|hour|day)$",
            description="Requests to the server for each API key, or each address where there are no keys, such as `60/minute`; "
            "counted by each worker. Unset: no limit",
        ),
    ] = None
    api_keys_file: Annotated[
        Path | None,
        Field(
            description="File of the server's API keys, a line each: a name, a colon, and the key's SHA-256 in hex "
            "(`printf %s KEY | sha256sum`). Read again when it changes. Unset: no key is asked for"
        ),
    ] = None
    coalesce: Annotated[bool, Field(description="Identical requests of one API key that run at the same time share one run")] = False
    drain_s: Annotated[float, Field(ge=0, le=3600, description="Longest time that requests may go on after SIGTERM")] = 25.0
    drain_notice_s: Annotated[
        float, Field(ge=0, le=300, description="Time between SIGTERM and closing the port, in which /readyz says no")
    ] = 1.0
    tracing: Annotated[
        bool, Field(description="Send OpenTelemetry traces (extra `otel`); the SDK's own OTEL_ variables say where to and how")
    ] = False
    playground: Annotated[bool, Field(description="Serve the LangServe playground and /docs")] = True
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="Structured log level")] = "info"


def read_secret(variable: str) -> SecretStr | None:
    """The value of an environment variable that a file names in place of a key; None where it is unset or empty."""
    value = os.environ.get(variable)
    return SecretStr(value) if value else None
