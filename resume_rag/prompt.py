"""(facts, targets, examples) -> chat messages for one line; a refused line -> the re-ask; the wire schema.

What never changes stands first (rules, worked pairs), then what one request shares (style lines), the line last: engines
that cache prefixes process only the end. Nothing of the job post enters a prompt, only those words of the line itself that the
post uses too. Knows nothing of how a model is called.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from resume_rag.schema import Example, Fact, Finding, Slot, Target
from resume_rag.text import content_stems, estimate_tokens, find_words, squeeze

PROMPT_VERSION = "4"
"""Raised with every change of a text in this file."""

MAX_STYLE_LINES = 5
MAX_ASKED_WORDS = 8
_STEMS_OF_NO_NEWS = frozenset(("work", "experi", "respons", "help", "involv", "part", "year", "new", "strong", "use", "good"))
MAX_RETRY_GROWTH = 1.3
"""A re-ask is at most this many times as long as the first request, in estimated tokens."""

_RULES = """You edit one line of a resume so that it reads better for a job the person applies for.

Rules:
1. Say only what the source line says. Every number, name, tool, action and result in your line must stand in the source line.
2. Keep all numbers and what they count.
   Keep words that limit a claim: helped, assisted, took part, about, mostly, up to, part of, under supervision.
3. Cut filler such as "was responsible for", "did", "various". Begin with the action, in the past tense, in the source line's own verb.
4. Put near the front the words that the job looks for, if some are given. Add none.
5. One line, fewer words than the source line, no "I", no praise of the person.

Answer with JSON: {"text": the line, "sources": the ids it rests on}."""

# Each answer says no more than its source and passes the checks (a test sees to it): a small model does what it is shown.
_PAIRS: tuple[tuple[str, str, str, str], ...] = (
    (
        "w1h0",
        "Was responsible for the weekly stock counts in the cold store "
        "and I brought the differences down from 4% to about 1.5% by labelling the shelves",
        "stock counts",
        "Brought differences in weekly cold store stock counts down from 4% to about 1.5% by labelling the shelves",
    ),
    (
        "w0h2",
        "Was involved in moving the archive to a new building, 14,000 boxes, it took two weekends instead of the planned month",
        "",
        "Took part in moving an archive of 14,000 boxes to a new building in two weekends instead of the planned month",
    ),
    (
        "v0h1",
        "Did the planning for the summer camp together with two other volunteers, 85 children came and nobody had to be turned away",
        "planning",
        "Planned a summer camp for 85 children together with two other volunteers; nobody had to be turned away",
    ),
    (
        "w2h3",
        "Helped with setting up the new booking system, complaints about bookings went from 9 a week to 1",
        "booking system",
        "Helped set up a new booking system; complaints about bookings fell from 9 a week to 1",
    ),
)
_STYLE_INTRO = "How good lines of other people sound (their style only; what they say is not about this person):"
_FIXED_MESSAGES = 1 + 2 * len(_PAIRS)
SUMMARY_PATH = "basics.summary"
_SUMMARY_RULE = 'This is the opening summary: keep it in short sentences, without "I". Leave out only what the person likes or looks for.'


def render_line_messages(slot: Slot, fact: Fact, targets: Sequence[Target], examples: Sequence[Example]) -> list[BaseMessage]:
    """The chat messages that ask for one line.

    Args:
        slot: the line to write.
        fact: the fact that it rests on.
        targets: the targets that the fact supports; only words that it shares with them are shown.
        examples: redacted style models, shared by all lines of a request.
    """
    return [*_fixed_messages(), *_style_messages(examples), HumanMessage(_ask_block(slot, fact, targets))]


def render_retry_messages(messages: Sequence[BaseMessage], answer: str, problems: Sequence[str]) -> list[BaseMessage]:
    """The same request again with the refused answer and what was wrong with it; nothing of earlier tries piles up.

    Args:
        messages: the first request, as `render_line_messages` made it.
        answer: the refused answer as the model gave it.
        problems: short sentences written by code.
    """
    room_tokens = int((MAX_RETRY_GROWTH - 1) * count_prompt_tokens(messages)) - 2 * _FRAME_TOKENS
    room_tokens -= estimate_tokens(_AGAIN.format(""))
    listed = _cut("\n".join(f"- {problem}" for problem in problems), room_tokens // 2)
    shown = _cut(squeeze(answer) or "(nothing)", room_tokens - estimate_tokens(listed))
    return [*messages, AIMessage(shown), HumanMessage(_AGAIN.format(listed))]


_AGAIN = "That answer cannot be used:\n{}\nWrite the line again, closer to the source line. Answer with the same JSON."
_FRAME_TOKENS = 4


def _cut(text: str, tokens: int) -> str:
    """The beginning of a text that is no longer than so many estimated tokens."""
    while text and (estimated := estimate_tokens(text)) > tokens:
        text = text[: min(len(text) - 1, len(text) * max(0, tokens) // estimated)]
    return text


def render_problem(finding: Finding, text: str) -> str:
    """One finding as a sentence for the model: what kind of fault, and the model's own words that carry it.

    Args:
        finding: from a check; its message is not used, so nothing but code's words and the answer's reach the prompt.
        text: the refused line, which ``finding.span`` counts in.
    """
    words = text[finding.span.start : finding.span.end] if finding.span else ""
    reason = _REASONS.get(finding.code.split("_")[0], "says something that the source line does not say")
    return f'"{words}" {reason}.' if words else f"The line {reason}."


_REASONS = {
    "number": "has a number, or a meaning of a number, that the source line does not have",
    "unit": "has a unit that the source line does not have",
    "leak": "comes from the job post or from someone else's resume",
    "negation": "leaves out a limit that the source line states",
    "modality": "claims more than the source line does: keep its word for helping or taking part",
    "credit": "takes more credit than the source line gives",
    "scope": "claims a wider scope than the source line does",
    "figure": "leaves out a number of the source line",
    "name": "leaves out a name that the source line has",
    "asked": "leaves out a word of the source line that the job looks for",
    "content": "leaves out too much of the source line",
    "too": "goes too far from the source line: keep its words and their order",
    "mark": "has a loose sign or figure that the source line does not have",
    "entity": "names something that the source line does not name",
    "term": "names something that the source line does not name",
}


def build_wire_schema(fact_ids: Sequence[str]) -> dict[str, Any]:
    """JSON schema of one answer, reduced to keywords that constrained decoders honour alike.

    Without a length of the text, on purpose: a decoder held to one closes the string at its last character, so that half a
    number comes as valid JSON, and xgrammar (vLLM) then allows no escape in the string, so that a line cannot hold a quote.
    The parser judges the length.

    >>> build_wire_schema(["w0h1"])["properties"]["sources"]["items"]
    {'type': 'string', 'enum': ['w0h1']}
    """
    return {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "sources": {
                "type": "array",
                "items": {"type": "string", "enum": list(fact_ids)},
                "minItems": 1,
                "maxItems": len(fact_ids),
            },
        },
        "required": ["text", "sources"],
        "additionalProperties": False,
    }


def build_response_format(schema: dict[str, Any]) -> dict[str, Any]:
    """The field ``response_format`` of a chat request that holds the answer to a JSON schema.

    >>> build_response_format({"title": "a line"})["json_schema"]["name"]
    'a_line'
    """
    name = re.sub(r"[^\w-]", "_", str(schema.get("title", "answer")))[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}


def render_schema_words(schema: Mapping[str, Any]) -> str:
    """A wire schema in words, for a server that does not take one.

    >>> print(render_schema_words(build_wire_schema(["w0h1", "w0h2"])))
    Answer with one JSON object of this shape and nothing else: {"text": "<text>", "sources": ["<one of: w0h1, w0h2>"]}
    """
    return f"Answer with one JSON object of this shape and nothing else: {json.dumps(_shape(schema), ensure_ascii=False)}"


def _shape(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return f"<one of: {', '.join(map(str, schema['enum']))}>"
    if schema.get("type") == "object":
        return {key: _shape(member) for key, member in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_shape(schema.get("items", {}))]
    return "<text>" if schema.get("type") == "string" else f"<{schema.get('type', 'value')}>"


def render_label_messages(piece: str, labels: Sequence[str]) -> list[BaseMessage]:
    """Ask which of the given labels fits a piece of a heading line of a resume; the model chooses and writes nothing."""
    return [
        SystemMessage(f"Choose what this piece of a resume's entry heading is: {', '.join(labels)}. Answer with JSON."),
        HumanMessage(squeeze(piece)[:200]),
    ]


def build_label_schema(labels: Sequence[str]) -> dict[str, Any]:
    """JSON schema of the answer to `render_label_messages`."""
    return {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(labels)}},
        "required": ["label"],
        "additionalProperties": False,
    }


def count_prompt_tokens(messages: Sequence[BaseMessage]) -> int:
    """Estimated tokens of a request, with four for each message's frame."""
    return sum(estimate_tokens(str(message.content)) + _FRAME_TOKENS for message in messages)


def find_prefix_key(messages: Sequence[BaseMessage]) -> str | None:
    """A digest of the beginning that the calls of one request share, first asks and re-asks alike.

    None where the calls share no more than the rules and the pairs: whoever spreads calls over several engines by this key
    would send everything to one of them, and every engine has those.

    >>> find_prefix_key([HumanMessage("Answer.")]) is None
    True
    """
    shared = messages[: _FIXED_MESSAGES + 2]
    if len(messages) <= len(shared) or not str(shared[_FIXED_MESSAGES].content).startswith(_STYLE_INTRO):
        return None
    return hashlib.sha256("\0".join(str(message.content) for message in shared).encode()).hexdigest()[:32]


def find_asked_words(source: str, targets: Sequence[Target]) -> list[str]:
    """The words of a source line that the post uses too, as the source writes them; neighbours stay together.

    These, and not the post's own phrases, tell the model what to bring forward: shown "strict guarantees against double
    processing", a small model claims them, and it cannot claim what it has not been shown.
    """
    asked = {found for target in targets for found in content_stems(target.text)} - _STEMS_OF_NO_NEWS
    runs: list[tuple[int, int]] = []
    previous = -2
    for number, word in enumerate(find_words(source)):
        if not asked.intersection(content_stems(word.text)):
            continue
        runs.append((runs.pop()[0] if number == previous + 1 else word.start, word.end))
        previous = number
    return list(dict.fromkeys(source[start:end] for start, end in runs))[:MAX_ASKED_WORDS]


@lru_cache(maxsize=1)
def _fixed_messages() -> tuple[BaseMessage, ...]:
    messages: list[BaseMessage] = [SystemMessage(_RULES)]
    for fact_id, source, asked, answer in _PAIRS:
        messages.append(HumanMessage(_line_block(fact_id, source, asked)))
        messages.append(AIMessage(json.dumps({"text": answer, "sources": [fact_id]}, ensure_ascii=False)))
    return tuple(messages)


def _style_messages(examples: Sequence[Example]) -> list[BaseMessage]:
    """A turn of their own: within the line's own message they made a small model copy the line as it stands."""
    lines = [squeeze(line) for example in examples for line in example.lines][:MAX_STYLE_LINES]
    if not lines:
        return []
    listed = "\n".join(f"- {line}" for line in lines)
    return [
        HumanMessage(f"{_STYLE_INTRO}\n{listed}"),
        AIMessage("Noted. I will copy none of what they say."),
    ]


def _ask_block(slot: Slot, fact: Fact, targets: Sequence[Target]) -> str:
    source = squeeze(fact.text)
    block = _line_block(fact.id, source, "; ".join(find_asked_words(source, targets)))
    return f"{block}\n{_SUMMARY_RULE}" if slot.path == SUMMARY_PATH else block


def _line_block(fact_id: str, source: str, asked: str) -> str:
    return f"Source line [{fact_id}]: {source}" + (f"\nThe job looks for: {asked}" if asked else "")
