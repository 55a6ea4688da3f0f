"""What the server is: its models, its version, its context. Nothing is generated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from resume_rag.doctor.findings import Check, Status
from resume_rag.doctor.server import ModelServer
from resume_rag.errors import LLMRequestError

_OLDEST_VLLM = (0, 12)
NAMES = ("model", "version", "context")


def find_model_fault(wanted: str | None, listed: Sequence[str], server: str) -> LLMRequestError | None:
    """Why the model of the settings cannot be asked, from what a server lists: the short form, for readiness.

    >>> find_model_fault("llama", ["llama", "llama-canary"], "gpu:8001") is None
    True
    >>> print(find_model_fault("llama", ["mistral"], "gpu:8001"))
    llama is not among the models of the server at gpu:8001: mistral.
    """
    if wanted is None or wanted in listed:
        return None
    return LLMRequestError(
        f"{wanted} is not among the models of the server at {server}: {', '.join(listed[:5])}.",
        hint="Set RESUME_RAG_LLM_NAME to one of them, or leave it unset.",
    )


async def examine_identity(server: ModelServer) -> tuple[Check, ...]:
    """Asks what the server is, and notes it in ``server`` for the checks that follow.

    Raises:
        LLMError, OverloadedError: it lists no models.
    """
    listed = await server.list_models()
    names = [str(model["id"]) for model in listed]
    model = next((model for model in listed if model["id"] == server.model), listed[0])
    owner = str(model.get("owned_by", ""))
    server.engine = "vllm" if owner == "vllm" else "llama.cpp" if owner == "llamacpp" else "unknown"
    props = await server.find_json("/props") if server.engine == "llama.cpp" else None
    return (
        _check_model(server, model, names, props if isinstance(props, dict) else {}),
        await _check_version(server),
        _check_context(server, model),
    )


def _check_model(server: ModelServer, model: dict[str, Any], names: list[str], props: dict[str, Any]) -> Check:
    fault = find_model_fault(server.target.name, names, server.host)
    if fault is not None:
        return Check(name="model", status="fail", seen=fault.message, hint=fault.hint)
    server.model = str(model["id"])
    root = model.get("root") or props.get("model_path")
    further = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return Check(name="model", status="pass", seen=f"{server.model}{further}, loaded from {root or 'a place it does not tell'}")


async def _check_version(server: ModelServer) -> Check:
    body = await server.find_json("/version") if server.engine != "llama.cpp" else None
    version = body.get("version") if isinstance(body, dict) else None
    if server.engine == "llama.cpp":
        return Check(name="version", status="pass", seen="llama.cpp, which the embedded model runs on")
    if not isinstance(version, str):
        return Check(
            name="version",
            status="warn",
            seen="the server does not say what it is",
            hint="Behind a router, ask the engine itself: the checks that look at its metrics need it.",
        )
    if server.engine == "vllm" and _parse_version(version) < _OLDEST_VLLM:
        return Check(name="version", status="fail", seen=f"vLLM {version}", hint="Use vLLM 0.12 or later; it is tested with 0.32.")
    return Check(name="version", status="pass", seen=f"{'vLLM' if server.engine == 'vllm' else server.engine} {version}")


def _parse_version(version: str) -> tuple[int, ...]:
    """The first two numbers of a version.

    >>> _parse_version("0.9.2rc1") < _parse_version("0.32.0+cpu")
    True
    """
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _check_context(server: ModelServer, model: dict[str, Any]) -> Check:
    meta = model.get("meta") if isinstance(model.get("meta"), dict) else {}
    context = model.get("max_model_len") or (meta or {}).get("n_ctx")
    needed = server.target.prompt_tokens + server.target.output_tokens
    if not isinstance(context, int):
        return Check(
            name="context", status="warn", seen="the server does not say how much it can read", hint=f"It must be {needed:,} tokens."
        )
    server.context_tokens = context
    status: Status = "pass" if context >= needed else "warn"
    hint = "" if status == "pass" else "Serve with a longer --max-model-len, or lower RESUME_RAG_MAX_PROMPT_TOKENS and RESUME_RAG_TOP_K."
    seen = f"{context:,} tokens; the longest prompt and answer of these settings are {needed:,}"
    return Check(name="context", status=status, seen=seen, hint=hint, figures={"context_tokens": context, "needed_tokens": needed})
