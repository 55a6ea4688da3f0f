"""A model server over plain HTTP: its routes, whole and streamed answers with their moments, and how busy it says it is.

Everything that goes wrong comes out as an error of ours, without the text of what was sent or came back.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import httpx2

from resume_rag.addresses import host_of, is_loopback
from resume_rag.doctor.findings import Target
from resume_rag.errors import LLMRequestError, LLMTimeoutError, LLMUnavailableError, OverloadedError, ResumeRagError

Engine = Literal["vllm", "llama.cpp", "unknown"]
_RUNNING = re.compile(r"^vllm:num_requests_(?:running|waiting)(?:\{[^}]*\})? (\S+)$", re.MULTILINE)


@dataclass
class Reply:
    """An answer, the fields that came with it, and when its pieces came.

    Attributes:
        text: the whole of it.
        fields: the last value of every field beside the choices, such as ``usage`` and ``metrics``.
        choice: the last value of every field of the choice.
        moments_s: when each piece with text came, from the sending of the request.
        counted_pieces: how many pieces carried a usage.
    """

    text: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    choice: dict[str, Any] = field(default_factory=dict)
    moments_s: list[float] = field(default_factory=list)
    counted_pieces: int = 0

    @property
    def usage(self) -> dict[str, Any]:
        """Token counts; empty where there are none."""
        usage = self.fields.get("usage")
        return usage if isinstance(usage, dict) else {}

    @property
    def cached_tokens(self) -> int | None:
        """Tokens of the prompt that came from the cache; None where the server does not tell."""
        details = self.usage.get("prompt_tokens_details")
        cached = details.get("cached_tokens") if isinstance(details, dict) else None
        return cached if isinstance(cached, int) else None

    def take(self, body: dict[str, Any], at_s: float) -> None:
        """Takes a whole answer or a piece of one."""
        self.fields.update({key: value for key, value in body.items() if key != "choices" and value is not None})
        self.counted_pieces += bool(body.get("usage"))
        for choice in body.get("choices") or ():
            said = choice.get("delta") or choice.get("message") or {}
            self.choice.update({key: value for key, value in choice.items() if value is not None})
            if said.get("content"):
                self.text += said["content"]
                self.moments_s.append(at_s)


class ModelServer:
    """An async context manager over one pool of connections.

    Attributes:
        engine, model, context_tokens: what the server said it is, once `examine_identity` has asked.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.host = host_of(target.base_url)
        self.engine: Engine = "unknown"
        self.model = target.name or ""
        self.context_tokens: int | None = None
        self._base = target.base_url.rstrip("/")
        self._root = self._base.removesuffix("/v1")
        headers = {"Authorization": f"Bearer {target.api_key.get_secret_value()}"} if target.api_key else {}
        self._client = httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(target.timeout_s, connect=min(5.0, target.timeout_s)),
            # llama.cpp hangs up unannounced, and what is measured here should not depend on an old connection.
            limits=httpx2.Limits(max_keepalive_connections=0),
            trust_env=not is_loopback(target.base_url),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def list_models(self) -> list[dict[str, Any]]:
        """What ``/models`` lists.

        Raises:
            LLMError, OverloadedError: it cannot be had.
        """
        with _speaking_our_errors(self.host):
            body = _read_json(await self._send("GET", f"{self._base}/models"))
        listed = body.get("data") if isinstance(body, dict) else None
        if not isinstance(listed, list) or not all(isinstance(one, dict) and one.get("id") for one in listed) or not listed:
            raise LLMUnavailableError(f"The server at {self.host} lists no model.", hint="Wait until it has loaded one.")
        return listed

    async def find_json(self, path: str) -> Any:
        """What a route outside ``/v1`` answers; None where it has no such route or no JSON there."""
        try:
            return _read_json(await self._send("GET", self._root + path))
        except LLMTimeoutError:
            raise
        except (ResumeRagError, ValueError):
            return None

    async def count_running(self) -> int | None:
        """Requests that the engine is working on or has queued; None where it does not tell."""
        if self.engine == "llama.cpp":
            slots = await self.find_json("/slots")
            return sum(bool(slot.get("is_processing")) for slot in slots) if isinstance(slots, list) else None
        try:
            found = _RUNNING.findall((await self._send("GET", f"{self._root}/metrics")).text)
        except LLMTimeoutError:
            raise
        except ResumeRagError:
            return None
        return round(sum(map(float, found))) if found else None

    async def ask(self, messages: list[dict[str, str]], **fields: Any) -> Reply:
        """A whole answer.

        Raises:
            LLMError, OverloadedError: there is none.
        """
        reply, start_s = Reply(), time.monotonic()
        with _speaking_our_errors(self.host):
            async with asyncio.timeout(self.target.timeout_s):
                response = await self._send("POST", f"{self._base}/chat/completions", self._body(messages, fields))
            reply.take(_read_json(response), time.monotonic() - start_s)
        return reply

    async def ask_stream(self, messages: list[dict[str, str]], **fields: Any) -> Reply:
        """A streamed answer, read to its end; see `ask`."""
        reply, start_s = Reply(), time.monotonic()
        async with self.open_stream(messages, **fields) as events:
            async for event in events:
                reply.take(event, time.monotonic() - start_s)
        return reply

    @asynccontextmanager
    async def open_stream(self, messages: list[dict[str, str]], **fields: Any) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The events of a streamed answer; leaving the block leaves the server."""
        body = self._body(messages, {"stream": True, "stream_options": {"include_usage": True}, **fields})
        with _speaking_our_errors(self.host):
            async with (
                asyncio.timeout(self.target.timeout_s),
                self._client.stream("POST", f"{self._base}/chat/completions", json=body) as response,
            ):
                if response.status_code != httpx2.codes.OK:
                    await response.aread()
                    raise _refusal(response, self.host)
                yield _read_events(response)

    def _body(self, messages: list[dict[str, str]], fields: dict[str, Any]) -> dict[str, Any]:
        return {"model": self.model, "messages": messages, "temperature": 0, "seed": 0, **fields}

    async def _send(self, method: str, url: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        with _speaking_our_errors(self.host):
            response = await self._client.request(method, url, json=body)
        if response.status_code != httpx2.codes.OK:
            raise _refusal(response, self.host)
        return response


async def _read_events(response: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if line.startswith("data:") and (event := line[5:].strip()) != "[DONE]":
            piece = json.loads(event)
            if "error" in piece:
                raise LLMUnavailableError("The server reports an error in the middle of a stream.", hint="See the server's log.")
            yield piece


def _read_json(response: httpx2.Response) -> Any:
    return json.loads(response.content)


@contextmanager
def _speaking_our_errors(host: str) -> Iterator[None]:
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout):
        raise LLMUnavailableError(f"The server at {host} cannot be reached.") from None
    except (httpx2.TimeoutException, TimeoutError):
        raise LLMTimeoutError(f"The server at {host} did not answer in time.") from None
    except httpx2.TransportError:
        raise LLMUnavailableError(f"The server at {host} broke off the connection.") from None
    except (ValueError, AttributeError, TypeError):
        # Without a cause: the text of these errors quotes what came.
        raise LLMUnavailableError(f"What answers at {host} does not answer as an OpenAI-compatible server does.") from None


def _refusal(response: httpx2.Response, host: str) -> ResumeRagError:
    status = response.status_code
    if status in (429, 503):
        return OverloadedError(f"The server at {host} takes no more requests (HTTP {status}).")
    if status >= 500:
        return LLMUnavailableError(f"The server at {host} failed (HTTP {status}).", hint="See the server's log.")
    hint = "Check RESUME_RAG_LLM_API_KEY." if status in (401, 403) else "Check RESUME_RAG_LLM_BASE_URL: it usually ends in /v1."
    error = LLMRequestError(f"The server at {host} refused the request (HTTP {status}).", hint=hint)
    error.status = status
    return error
