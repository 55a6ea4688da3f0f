"""ChatOpenAI whose whole answers are read as a stream, under a watchdog: a model in a loop is stopped, not waited for.

`WatchedChat` asks for server-sent events also where the caller wants the whole answer, reads them with a parser of its own (the
SDK's and LangChain's objects for each token cost tens of times as much as the token needs) and hangs up when a `LoopWatch`
sees a loop; the server sees the client leave and stops. Such an answer has the loop's name as its ``finish_reason``. What is
not UTF-8, not an event or ends without a reason is an error, never a shorter answer.

The request goes straight to the pool of connections that the SDK was given: of the 2 ms that a call cost, the SDK's walk through the
types of the request and its options took 1.3, and a resume makes ten calls. What a call says is still what ChatOpenAI makes of it.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Final

import httpx2
import openai
import pydantic_core
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_openai import ChatOpenAI

from resume_rag.parsing import LoopWatch

MAX_ANSWER_CHARS: Final = 200_000
"""Longest answer that is taken from a server; the rest of a longer one is not read, and it counts as cut off."""

_MAX_BODY_BYTES: Final = 50_000_000
_NEEDS_MORE_THAN_TEXT: Final = frozenset({"tools", "functions", "logprobs", "audio", "modalities", "extra_query"})
_OPTIONS: Final = frozenset({"timeout", "extra_body", "extra_headers"})
"""Of a payload, what is said to the SDK and not to the server."""


class WatchedChat(ChatOpenAI):
    """ChatOpenAI that reads whole answers as a watched stream; ``stream`` and ``astream`` are as they were."""

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        if self.http_client is None or not _NEEDS_MORE_THAN_TEXT.isdisjoint(payload):
            return super()._generate(messages, stop, run_manager, **kwargs)
        began_s = time.monotonic()
        # A read timeout is for each piece of an answer; this one is for all of it.
        ends_at_s = time.monotonic() + _longest_s(payload)
        with self.http_client.stream("POST", **self._render_request(payload)) as response:
            if not response.is_success:
                raise _status_error(response, response.read())
            reading = AnswerReader(response.request, response.headers.get("content-type", ""))
            for part in response.iter_bytes():
                if reading.feed(part):
                    break
                if time.monotonic() > ends_at_s:
                    raise TimeoutError
        return self._to_result(reading.finish(), reading.first_token_ms(began_s))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        pool = self.http_async_client
        if pool is None or not _NEEDS_MORE_THAN_TEXT.isdisjoint(payload):
            return await super()._agenerate(messages, stop, run_manager, **kwargs)
        began_s = time.monotonic()
        async with asyncio.timeout(_longest_s(payload)), pool.stream("POST", **self._render_request(payload)) as response:
            if not response.is_success:
                raise _status_error(response, await response.aread())
            reading = AnswerReader(response.request, response.headers.get("content-type", ""))
            async for part in response.aiter_bytes():
                if reading.feed(part):
                    break
        return self._to_result(reading.finish(), reading.first_token_ms(began_s))

    def _render_request(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload as the arguments of the pool's ``stream``."""
        body = {key: value for key, value in payload.items() if key not in _OPTIONS}
        body |= {**(payload.get("extra_body") or {}), "stream": True, "stream_options": {"include_usage": True}}
        headers = {**self.root_client.auth_headers, "Content-Type": "application/json", "Accept": "application/json"}
        request: dict[str, Any] = {
            "url": f"{self.root_client.base_url}chat/completions",
            "content": pydantic_core.to_json(body),
            "headers": headers | (payload.get("extra_headers") or {}),
        }
        return request if payload.get("timeout") is None else {**request, "timeout": payload["timeout"]}

    def _to_result(self, answer: dict[str, Any], first_token_ms: float | None) -> ChatResult:
        result = self._create_chat_result(answer)
        for generation, choice in zip(result.generations, answer["choices"], strict=True):
            if first_token_ms is not None:
                generation.message.response_metadata["first_token_ms"] = first_token_ms
            refusal = choice["message"].get("refusal")
            if refusal and isinstance(generation, ChatGeneration) and isinstance(generation.message, AIMessage):
                generation.message.additional_kwargs["refusal"] = refusal
        return result


def _status_error(response: httpx2.Response, body: bytes) -> openai.APIStatusError:
    return openai.APIStatusError(body.decode(errors="replace"), response=response, body=None)


def _longest_s(payload: dict[str, Any]) -> float:
    timeout = payload.get("timeout")
    read_s = timeout.read if isinstance(timeout, httpx2.Timeout) else timeout
    return float(read_s) if isinstance(read_s, int | float) else 3600.0


class _Choice:
    """One answer as it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.refusal = ""
        self.chars = 0
        self.finish_reason: str | None = None
        self.watch = LoopWatch()

    def add(self, content: str) -> None:
        self.parts.append(content)
        self.chars += len(content)
        if self.chars > MAX_ANSWER_CHARS:
            self.finish_reason = "length"
        elif (loop := self.watch.feed(content)) is not None:
            self.finish_reason = loop


class AnswerReader:
    """The bytes of a response -> an answer in the form of the API; no network here.

    Args:
        request: what was asked, for the errors of the SDK.
        content_type: of the response; a server may answer with a whole JSON body all the same.
    """

    def __init__(self, request: httpx2.Request, content_type: str) -> None:
        self._request = request
        self._is_stream = "text/event-stream" in content_type
        self._rest = b""
        self._body_bytes = 0
        self._head: dict[str, Any] = {}
        self._usage: dict[str, Any] | None = None
        self._choices: dict[int, _Choice] = {}
        self._first_token_s: float | None = None

    def first_token_ms(self, began_s: float) -> float | None:
        """Milliseconds from a moment on the monotonic clock to the first piece with text; None where there was none."""
        return None if self._first_token_s is None else 1000 * (self._first_token_s - began_s)

    def feed(self, part: bytes) -> bool:
        """Takes the next bytes; True where nothing more needs to be read.

        Raises:
            openai.APIError: the server reports an error in the middle of the stream.
            ValueError: not UTF-8, or not JSON.
        """
        self._body_bytes += len(part)
        if self._body_bytes > _MAX_BODY_BYTES:
            raise ValueError("the body is too long")
        if not self._is_stream:
            self._rest += part
            return False
        *lines, self._rest = (self._rest + part).split(b"\n")
        return any(line.startswith(b"data:") and self._event(line[5:].strip()) for line in lines)

    def _event(self, event: bytes) -> bool:
        if event == b"[DONE]":
            return False  # read to the end of the body, else the connection cannot be used again
        chunk = pydantic_core.from_json(event)
        error = chunk.get("error") or (chunk if chunk.get("object") == "error" else None)
        if error is not None:
            body = error if isinstance(error, dict) else {"message": str(error)}
            raise openai.APIError(str(body.get("message")), self._request, body=body)
        self._usage = chunk.get("usage") or self._usage
        self._head = self._head or chunk
        stopped = False
        for piece in chunk.get("choices") or ():
            stopped |= self._piece(piece)
        return stopped

    def _piece(self, piece: dict[str, Any]) -> bool:
        """Takes one piece of one answer; True where a loop or its length ends the reading."""
        index = piece.get("index") or 0
        choice = self._choices.get(index)
        if choice is None:
            choice = self._choices[index] = _Choice()
        delta = piece.get("delta") or {}
        choice.refusal += delta.get("refusal") or ""
        if self._first_token_s is None and delta.get("content"):
            self._first_token_s = time.monotonic()
        if piece.get("finish_reason"):
            choice.finish_reason = piece["finish_reason"]
            if delta.get("content"):
                choice.parts.append(delta["content"])
            return False
        if delta.get("content"):
            choice.add(delta["content"])
        return choice.finish_reason is not None and len(self._choices) == 1

    def finish(self) -> dict[str, Any]:
        """The whole answer.

        Raises:
            EOFError: the stream ended without a reason.
            ValueError: a body that is no answer.
        """
        if not self._is_stream:
            body = json.loads(self._rest.decode())
            if not isinstance(body, dict) or not body.get("choices"):
                raise ValueError("the body is no answer")
            return body
        if not self._choices or any(choice.finish_reason is None for choice in self._choices.values()):
            raise EOFError("the stream stopped without a reason")
        choices = [
            {
                "index": index,
                "message": {"role": "assistant", "content": "".join(choice.parts), "refusal": choice.refusal or None},
                "finish_reason": choice.finish_reason,
            }
            for index, choice in sorted(self._choices.items())
        ]
        head: dict[str, Any] = {key: self._head[key] for key in ("id", "model", "created", "system_fingerprint") if key in self._head}
        return {**head, "choices": choices, "usage": self._usage}
