"""A model server -> ``Runnable[messages, AIMessage]`` over ChatOpenAI, which speaks our errors.

One request is one attempt: nothing here retries. Whatever goes wrong on the way comes out as an `LLMUnavailableError`,
`LLMTimeoutError`, `LLMRequestError` or `OverloadedError`; their messages hold the server's host and status, never the
prompt, the answer or a key. An answer cut off by the token limit is an answer: ``response_metadata["finish_reason"]`` says
``length``, or names the loop (``whitespace_loop``, ``repetition_loop``) in which the model was stopped. Token counts are in
``usage_metadata`` (``input_token_details["cache_read"]``: from the prompt cache). A server that refuses a JSON schema is asked
in words, and remembered for it.

Knows nothing of what is asked or what runs behind the address. Reads no environment variable.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, closing, contextmanager
from threading import Lock
from typing import Any

import httpx2
import openai
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig
from opentelemetry import propagate
from pydantic import SecretStr

from resume_rag.addresses import host_of, is_loopback
from resume_rag.errors import LLMRequestError, LLMUnavailableError, ResumeRagError
from resume_rag.llm.failures import to_ours
from resume_rag.llm.streams import Deadline, Ending
from resume_rag.llm.watched import WatchedChat
from resume_rag.prompt import build_response_format, find_prefix_key, render_schema_words

_CONNECT_TIMEOUT_S = 5.0
# Below the 5 s after which uvicorn (vLLM) and llama.cpp hang up: a connection must not be taken up as it is being closed.
_KEEPALIVE_S = 2.0
_SCHEMA_REFUSAL_S = 600.0
"""So long a server's refusal of schemas is remembered; then one request tries again, as the server may be another by now."""

AFFINITY_HEADER = "X-Session-ID"
"""What routers in front of several engines (vllm-router, Envoy, nginx) hash to choose one; holds a digest, never a text."""

REQUEST_KEY = "request_digest"

_WARM_TOKENS = 1
_FIXED_OPTIONS: dict[str, Any] = {
    "max_retries": 0,
    "stream_usage": True,
    "use_responses_api": False,
    "cache": False,
    # Else read from the environment.
    "openai_proxy": None,
    "stream_chunk_timeout": None,
    "output_version": "v0",
}


def build_llm(
    *,
    base_url: str,
    name: str | None,
    api_key: SecretStr | None,
    timeout_s: float,
    temperature: float,
    seed: int,
    max_output_tokens: int,
    max_connections: int = 64,
    keep_connections: bool = True,
    long_lived: bool = False,
    http_client: httpx2.Client | None = None,
    http_async_client: httpx2.AsyncClient | None = None,
) -> LLM:
    """The language model behind an OpenAI-compatible server. Makes no request.

    Args:
        base_url: such as ``http://127.0.0.1:8000/v1``.
        name: name of the model on the server; the first that it lists where None.
        api_key: sent as a bearer token; the word ``none`` where None.
        timeout_s: longest wait for one answer.
        temperature: sampling temperature, 0 to 2.
        seed: sent with each request.
        max_output_tokens: longest answer.
        max_connections: connections to the server at once; more requests wait for one.
        keep_connections: take a connection up again for the next request. Not with llama.cpp: it hangs up after an answer in
            pieces without saying so, and a request that is on its way by then is lost (14 of 60 were).
        long_lived: whoever builds it closes it with `LLM.aclose`, as a server does. Its async calls then go over aiohttp, which reads an
            answer in a third of the time; but a session of aiohttp's that nobody closes complains as the program ends.
        http_client: used instead of a pool of its own (tests).
        http_async_client: the same for async calls.
    """
    pool: dict[str, Any] = {
        "timeout": _timeout(timeout_s),
        "limits": httpx2.Limits(
            max_connections=max_connections,
            max_keepalive_connections=max_connections if keep_connections else 0,
            keepalive_expiry=_KEEPALIVE_S,
        ),
        # A proxy of the environment cannot reach this machine's own loopback addresses.
        "trust_env": not is_loopback(base_url),
        "follow_redirects": False,
    }
    sync_pool = http_client or httpx2.Client(**pool, event_hooks={"request": [_add_trace]})

    # aiohttp cannot be told to keep no connections.
    build_pool = openai.DefaultAioHttpClient if long_lived and keep_connections else httpx2.AsyncClient

    def build_chat(async_pool: httpx2.AsyncClient) -> WatchedChat:
        chat = WatchedChat(
            base_url=base_url,
            api_key=api_key or SecretStr("none"),
            model=name or "default",
            timeout=_timeout(timeout_s),
            temperature=temperature,
            seed=seed,
            max_completion_tokens=max_output_tokens,
            http_client=sync_pool,
            http_async_client=async_pool,
            **_FIXED_OPTIONS,
        )
        for client in (chat.root_client, chat.root_async_client):
            # The SDK fills these from OPENAI_ORG_ID and OPENAI_PROJECT_ID; they are no business of this server's.
            client.organization = client.project = None
        return chat

    return LLM(
        name=name,
        server=host_of(base_url),
        timeout_s=timeout_s,
        sync_chat=build_chat(httpx2.AsyncClient()),
        build_async_chat=lambda: build_chat(http_async_client or build_pool(**pool, event_hooks={"request": [_aadd_trace]})),
    )


class LLM(Runnable[LanguageModelInput, AIMessage]):
    """A language model on a server; made by `build_llm`.

    ``invoke``, ``stream`` and their async twins take, for each call:

    * ``json_schema``: the answer is constrained to it (``response_format`` of type ``json_schema``). Where the server refuses
      that, ``invoke`` asks again in words, and all ask in words for ten minutes;
    * ``max_tokens``, ``temperature``, ``seed``: instead of those of `build_llm`;
    * ``timeout``: seconds, longest wait for this answer;
    * anything else that ChatOpenAI takes, such as ``stop`` or ``extra_headers``.

    Calls of one request, which share the beginning of their prompts, carry the same `AFFINITY_HEADER`, so that a router in front
    of several servers can send them to the one that has that beginning in its cache. Which request it is, the caller says in the
    config's metadata under `REQUEST_KEY`; without that, all requests with the same beginning go to one server.
    """

    def __init__(
        self, *, name: str | None, server: str, timeout_s: float, sync_chat: WatchedChat, build_async_chat: Callable[[], WatchedChat]
    ) -> None:
        self._name = name
        self._server = server
        self._timeout_s = timeout_s
        self._sync_chat = sync_chat
        self._build_async_chat = build_async_chat
        # A pooled connection belongs to the event loop that opened it, and a program may run several, one after the other.
        self._async_chats: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, WatchedChat] = weakref.WeakKeyDictionary()
        self._lock = Lock()
        self._in_words_until_s = 0.0

    @property
    def name(self) -> str:  # type: ignore[override]
        """Name of the model on the server; asked for once where it was not given.

        Raises:
            LLMError: as `check`.
        """
        if self._name is None:
            self.check()
        return str(self._name)

    @property
    def known_name(self) -> str | None:
        """`name` where it is known; makes no request."""
        return self._name

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        """The name of this step in traces; makes no request, unlike `name`."""
        return super().get_name(suffix, name=name or "LLM")

    def check(self, timeout_s: float = 5.0) -> tuple[str, ...]:
        """The names of the models that the server lists; quick, for readiness.

        Raises:
            LLMUnavailableError: nothing answers there, or something that lists no models.
            LLMTimeoutError: no answer in time.
            LLMRequestError: the key is refused, or the address has no ``/models``.
            OverloadedError: the server says so.
        """
        with self._speaking_our_errors():
            return self._note_names(self._sync_chat.root_client.models.list(timeout=timeout_s))

    async def acheck(self, timeout_s: float = 5.0) -> tuple[str, ...]:
        """As `check`."""
        with self._speaking_our_errors():
            async with asyncio.timeout(timeout_s):
                return self._note_names(await self._async_chat().root_async_client.models.list(timeout=timeout_s))

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """The whole answer. For the keyword arguments and errors see the class and the module."""
        messages = _to_messages(input)
        with self._speaking_our_errors():
            try:
                answer = self._sync_chat.invoke(
                    self._worded(messages, kwargs), config, **self._options(self.name, messages, kwargs, config)
                )
            except openai.APIError as error:
                self._note_refused_schema(error, kwargs)
                answer = self._sync_chat.invoke(
                    self._worded(messages, kwargs), config, **self._options(self.name, messages, kwargs, config)
                )
            return _complete(answer)

    async def ainvoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """As `invoke`; the timeout is for the whole answer, not for each byte of it."""
        messages = _to_messages(input)
        with self._speaking_our_errors():
            if self._name is None:
                await self.acheck()
            async with asyncio.timeout(kwargs.get("timeout") or self._timeout_s):
                chat = self._async_chat()
                try:
                    answer = await chat.ainvoke(
                        self._worded(messages, kwargs), config, **self._options(self.name, messages, kwargs, config)
                    )
                except openai.APIError as error:
                    self._note_refused_schema(error, kwargs)
                    answer = await chat.ainvoke(
                        self._worded(messages, kwargs), config, **self._options(self.name, messages, kwargs, config)
                    )
            return _complete(answer)

    def stream(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[AIMessage]:
        """The answer in pieces (AIMessageChunk); add them up for the whole. Closing the iterator stops the server."""
        messages = _to_messages(input)
        with self._speaking_our_errors():
            ends_at = Deadline(kwargs.get("timeout") or self._timeout_s)
            ending = Ending()
            asked = self._worded(messages, kwargs)
            with closing(self._sync_chat.stream(asked, config, **self._options(self.name, messages, kwargs, config))) as pieces:  # type: ignore[type-var]
                for piece in pieces:
                    ends_at.check()
                    yield ending.take_usage(piece)
                    if ending.reached(piece):
                        break
            yield from ending.close()

    async def astream(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncIterator[AIMessage]:
        """As `stream`."""
        messages = _to_messages(input)
        with self._speaking_our_errors():
            if self._name is None:
                await self.acheck()
            ends_at = Deadline(kwargs.get("timeout") or self._timeout_s)
            ending = Ending()
            asked = self._worded(messages, kwargs)
            async with aclosing(self._async_chat().astream(asked, config, **self._options(self.name, messages, kwargs, config))) as pieces:  # type: ignore[type-var]
                while True:
                    async with asyncio.timeout(ends_at.left_s()):
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    yield ending.take_usage(piece)
                    if ending.reached(piece):
                        break
            for last in ending.close():
                yield last

    def warm(self, json_schema: dict[str, Any], timeout_s: float | None = None) -> None:
        """One short request with a schema, so that the server loads what it needs to hold answers to one before it is in use.

        Args:
            json_schema: of an answer as it will be asked for.
            timeout_s: longest wait; that of `build_llm` where None.

        Raises:
            LLMError, OverloadedError: as `invoke`.
        """
        self.invoke("Answer.", json_schema=json_schema, max_tokens=_WARM_TOKENS, timeout=timeout_s)

    def takes_schemas(self) -> bool:
        """Whether the server is asked with JSON schemas: True until it has refused one.

        The refusal is remembered for ten minutes.
        """
        return time.monotonic() >= self._in_words_until_s

    def _worded(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> list[BaseMessage]:
        """The messages; with the schema in words at their end where the server does not take it otherwise."""
        schema = kwargs.get("json_schema")
        if schema is None or self.takes_schemas() or not messages:
            return messages
        last = messages[-1]
        return [*messages[:-1], last.model_copy(update={"content": f"{last.content}\n\n{render_schema_words(schema)}"})]

    def _options(self, name: str, messages: list[BaseMessage], kwargs: dict[str, Any], config: RunnableConfig | None) -> dict[str, Any]:
        options = _request_options(name, kwargs if self.takes_schemas() else {**kwargs, "json_schema": None})
        key = _find_affinity_key(messages, config)
        return options if key is None else {**options, "extra_headers": {AFFINITY_HEADER: key, **options.get("extra_headers", {})}}

    def _note_refused_schema(self, error: Exception, kwargs: dict[str, Any]) -> None:
        """Remembers that the server takes no schema; raises the error where that is not what it says."""
        ours = to_ours(error, self._server)
        if kwargs.get("json_schema") is None or not (isinstance(ours, LLMRequestError) and ours.about_schema):
            raise error
        with self._lock:
            self._in_words_until_s = time.monotonic() + _SCHEMA_REFUSAL_S

    def close(self) -> None:
        """Closes the connections of the sync calls. Those of async calls end with their event loop, or by `aclose`."""
        self._sync_chat.root_client.close()

    async def aclose(self) -> None:
        """Closes the connections of this event loop's calls and those of the sync calls."""
        with self._lock:
            chat = self._async_chats.pop(asyncio.get_running_loop(), None)
        if chat:
            await chat.root_async_client.close()
        self.close()

    def _async_chat(self) -> WatchedChat:
        loop = asyncio.get_running_loop()
        with self._lock:
            chat = self._async_chats.get(loop)
            if chat is None:
                for other in [known for known in self._async_chats if known.is_closed()]:
                    del self._async_chats[other]
                chat = self._async_chats[loop] = self._build_async_chat()
            return chat

    def _note_names(self, page: Any) -> tuple[str, ...]:
        names = tuple(model.id for model in page.data if isinstance(model.id, str) and model.id)
        if not names:
            raise LLMUnavailableError(f"The server at {self._server} lists no model.", hint="Wait until it has loaded one.")
        self._name = self._name or names[0]
        return names

    @contextmanager
    def _speaking_our_errors(self) -> Iterator[None]:
        try:
            yield
        except ResumeRagError:
            raise
        # The boundary: the SDK lets out JSON, key, type and index errors for the many ways an answer can be no answer.
        except Exception as error:  # noqa: BLE001
            # Without a cause: the text of these errors quotes the server's answer, which may quote the prompt.
            raise to_ours(error, self._server) from None


def _request_options(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Our keyword arguments as ChatOpenAI's.

    >>> _request_options("m", {"json_schema": {"title": "line"}, "max_tokens": 40, "seed": None})["extra_body"]["response_format"]["type"]
    'json_schema'
    """
    options = {key: value for key, value in kwargs.items() if value is not None}
    schema = options.pop("json_schema", None)
    if schema is not None:
        # In the body and not as ChatOpenAI's own argument, which would parse the answer and raise for one that is cut off.
        options["extra_body"] = {**options.get("extra_body", {}), "response_format": build_response_format(schema)}
    if "timeout" in options:
        options["timeout"] = _timeout(options["timeout"])
    return {"model": name, **options}


def _find_affinity_key(messages: Sequence[BaseMessage], config: RunnableConfig | None) -> str | None:
    parts = (find_prefix_key(messages), (config or {}).get("metadata", {}).get(REQUEST_KEY))
    known = [str(part) for part in parts if part]
    return hashlib.sha256(" ".join(known).encode()).hexdigest()[:32] if known else None


def _add_trace(request: httpx2.Request) -> None:
    """The caller's trace, if there is one, in the header that vLLM reads (``traceparent``)."""
    propagate.inject(request.headers)


async def _aadd_trace(request: httpx2.Request) -> None:
    _add_trace(request)


def _timeout(timeout_s: float) -> httpx2.Timeout:
    return httpx2.Timeout(timeout_s, connect=min(_CONNECT_TIMEOUT_S, timeout_s))


def _to_messages(input: LanguageModelInput) -> list[BaseMessage]:
    if isinstance(input, PromptValue):
        return input.to_messages()
    if isinstance(input, str):
        return [HumanMessage(input)]
    if isinstance(input, Sequence):
        return convert_to_messages(input)
    raise TypeError(f"messages, a prompt value or a string, not {type(input).__name__}")


def _complete(answer: BaseMessage) -> AIMessage:
    if not isinstance(answer, AIMessage):
        raise TypeError("not an answer of an assistant")
    return answer
