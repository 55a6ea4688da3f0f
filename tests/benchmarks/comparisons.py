"""The apps that the service is compared with, and the fake as an app: each for ``uvicorn --factory``."""

from __future__ import annotations

import os
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from langchain_core.output_parsers import PydanticOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langserve import add_routes
from pydantic import BaseModel, SecretStr
from starlette.types import ASGIApp

from tests.benchmarks.parts import REWRITES
from tests.fake_vllm import Answer, FakeVLLM, Received

NAIVE_ANSWER = {"lines": list(REWRITES.values())}
"""The same lines in one answer, as the naive chain asks for them."""


def _reply(request: Received) -> dict[str, Any]:
    if not request.allowed_ids:
        return NAIVE_ANSWER
    shown = [line for message in request.messages for line in str(message["content"]).splitlines() if line.startswith("Source line [")]
    text = shown[-1].split("]: ", 1)[1] if shown else ""
    return {"text": REWRITES.get(text, text) or "Ready.", "sources": request.allowed_ids[:1]}


def create_fake() -> ASGIApp:
    """The fake model server, with the pace of the environment."""
    first_token_s, token_s = float(os.environ["FAKE_FIRST_TOKEN_S"]), float(os.environ["FAKE_TOKEN_S"])
    fake = FakeVLLM(script=lambda _: Answer(first_byte_s=first_token_s, token_s=token_s), reply=_reply)
    inner = fake._app()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        # It records what it gets, for tests; a benchmark would fill the memory with it.
        fake.requests.clear()
        fake.sent.clear()
        await inner(scope, receive, send)

    return app


def create_proxy() -> FastAPI:
    """FastAPI and httpx alone: hands one call on and gives its answer back."""
    app = FastAPI()
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=256))

    @app.get("/health")
    async def health() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/call")
    async def call(request: Request) -> Response:
        answer = await client.post(os.environ["FAKE_URL"] + "/v1/chat/completions", content=await request.body(), timeout=60)
        return Response(answer.content, media_type="application/json")

    return app


class Tailored(BaseModel):
    """What the naive chain asks for."""

    lines: list[str]


def create_naive() -> FastAPI:
    """The usual way: a prompt, ChatOpenAI, PydanticOutputParser, through LangServe; no retrieval, no checks."""
    app = FastAPI()
    parser = PydanticOutputParser(pydantic_object=Tailored)
    prompt = ChatPromptTemplate.from_template("Tailor this resume to the post.\n{format}\nPost:\n{job}\nResume:\n{resume}")
    model = ChatOpenAI(base_url=os.environ["FAKE_URL"] + "/v1", api_key=SecretStr("none"), model="fake-model")
    add_routes(app, prompt.partial(format=parser.get_format_instructions()) | model | parser, path="/naive", playground_type="default")

    @app.get("/health")
    async def health() -> dict[str, bool]:
        return {"ok": True}

    return app
