"""What the answers are like: held to our schema, without loose white space, and every field of the request in effect."""

from __future__ import annotations

import json
import re

from langchain_core.messages import AIMessage

from resume_rag.doctor.findings import Check
from resume_rag.doctor.server import ModelServer
from resume_rag.errors import GenerationError, LLMRequestError
from resume_rag.parsing import LineParser, parse_json
from resume_rag.prompt import build_response_format, build_wire_schema

_IDS = ("w7h3", "v2h9")
_ANSWER_TOKENS = 120
_SHORT_TOKENS = 5
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BEGINNING = re.compile(r'\s*\{\s*"text"\s*:\s*"')
_LOOSE = re.compile(r"\n|\s{2,}")
_LOOSE_MESSAGES = [
    {"role": "system", "content": "Answer with JSON, each value on a line of its own, indented by eight blanks."},
    {"role": "user", "content": "[w7h3] Packed 90 parcels a day"},
    {
        "role": "assistant",
        "content": '{\n        "text":\n        "Packed 90 parcels a day",\n        "sources":\n        [\n        "w7h3"\n        ]\n}',
    },
    {"role": "user", "content": "[v2h9] Loaded 20 trucks a night"},
    {
        "role": "assistant",
        "content": '{\n        "text":\n        "Loaded 20 trucks a night",\n        "sources":\n        [\n        "v2h9"\n        ]\n}',
    },
    {"role": "user", "content": "[w7h3] Swept 3 halls a week"},
]
SCHEMA_NAMES = ("json_schema", "whitespace")
FIELD_NAMES = ("fields",)


async def examine_schema(server: ModelServer) -> tuple[Check, ...]:
    """Asks for something that is no JSON, then for JSON that is as loose as can be, both under the schema of a line."""
    response_format = build_response_format(build_wire_schema(_IDS))
    prose = [{"role": "user", "content": "What is the capital of France? Answer with that word alone: no code, no JSON."}]
    try:
        answer = await server.ask(prose, response_format=response_format, max_completion_tokens=_ANSWER_TOKENS)
    except LLMRequestError:
        hint = "Answers are asked for in words then, and more of them fail; vLLM 0.12 or later holds the model to a schema."
        return Check(name="json_schema", status="fail", seen="the server refuses the schema of a line", hint=hint), _no_schema_no_blanks()
    check = _judge_schema(answer.text, answer.choice.get("finish_reason"))
    if check.status == "fail":
        return check, _no_schema_no_blanks()
    loose = await server.ask(_LOOSE_MESSAGES, response_format=response_format, max_completion_tokens=_ANSWER_TOKENS)
    return check, _judge_blanks(loose.text, server)


def _judge_schema(text: str, finish_reason: object) -> Check:
    hint = "The server or a router before it ignores response_format; use vLLM 0.12 or later, and a router that hands it on."
    if finish_reason == "length" and _BEGINNING.match(text):
        # The schema bounds no text, so that a model may chatter to the limit within it.
        return Check(name="json_schema", status="pass", seen="held to the schema until the token limit cut it off")
    try:
        line = LineParser(allowed_ids=_IDS, max_chars=4000).invoke(
            AIMessage(text, response_metadata={"finish_reason": finish_reason or ""})
        )
        repairs = parse_json(text).repairs
    except GenerationError:
        return Check(
            name="json_schema",
            status="fail",
            seen="asked for one word and no JSON, the model obeyed: nothing holds it to the schema",
            hint=hint,
        )
    if repairs:
        return Check(name="json_schema", status="fail", seen="nearly JSON, which was mended: nothing holds the model to it", hint=hint)
    return Check(
        name="json_schema",
        status="pass",
        seen=f"asked for one word, it wrote the schema's JSON, with the id {line.sources[0]} from its enum",
    )


def _no_schema_no_blanks() -> Check:
    return Check(name="whitespace", status="skip", seen="there is no schema to hold it to")


def _judge_blanks(text: str, server: ModelServer) -> Check:
    if not _LOOSE.search(_STRING.sub("", text)):
        return Check(name="whitespace", status="pass", seen="none between the parts, though the prompt asked for it")
    if server.engine == "llama.cpp":
        return Check(name="whitespace", status="pass", seen="allowed between the parts, and bounded by llama.cpp's grammar")
    flag = json.dumps({"backend": "xgrammar", "disable_any_whitespace": True}, separators=(",", ":"))
    return Check(
        name="whitespace",
        status="warn",
        seen="allowed between the parts: a model can go on with it to its token limit",
        hint=f"Start vLLM with --structured-outputs-config '{flag}'. Such answers are hung up on, and cost an attempt.",
    )


async def examine_fields(server: ModelServer) -> tuple[Check, ...]:
    """Sends fields whose effect can be seen: what a router drops has none."""
    counting = [{"role": "user", "content": "Count from one to one hundred, in words."}]
    short = await server.ask(counting, max_completion_tokens=_SHORT_TOKENS, return_token_ids=True)
    written = short.usage.get("completion_tokens")
    if (isinstance(written, int) and written > _SHORT_TOKENS) or short.choice.get("finish_reason") != "length":
        hint = "The server or a router before it ignores max_completion_tokens: nothing bounds an answer. Mend the router."
        return (Check(name="fields", status="fail", seen=f"asked for {_SHORT_TOKENS} tokens at most, it wrote more", hint=hint),)
    lost = []
    if server.engine == "vllm" and not short.choice.get("token_ids"):
        lost.append("return_token_ids")
    naming = [{"role": "user", "content": "Name any word. Then another. Then another."}]
    first, again = [(await server.ask(naming, max_completion_tokens=12, temperature=1.5, seed=7)).text for _ in range(2)]
    if first != again:
        lost.append("seed")
    if lost:
        hint = "A router may drop what it does not know. Without a seed, answers at a temperature above 0 do not repeat."
        return (Check(name="fields", status="warn", seen=f"without effect: {', '.join(lost)}", hint=hint),)
    vendor = ", return_token_ids (vLLM's own)" if server.engine == "vllm" else ""
    return (Check(name="fields", status="pass", seen=f"response_format, max_completion_tokens, seed{vendor} take effect"),)
