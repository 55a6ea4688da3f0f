"""(facts, targets, examples) -> chat messages for one line; a refused line -> the re-ask; the wire schema.

What never changes stands first (rules, worked pairs), then what one request shares (style lines), the line last: engines
that cache prefixes process only the end. The job post itself never enters a prompt, only those of its phrases that the line's
own fact supports. Knows nothing of how a model is called.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from resume_rag.schema import Example, Fact, Finding, Slot, Target
from resume_rag.text import estimate_tokens, squeeze

PROMPT_VERSION = "1"
"""Raised with every change of a text in this file."""

MAX_STYLE_LINES = 5
MAX_AIMS = 3
MAX_RETRY_GROWTH = 1.3
"""A re-ask is at most this many times as long as the first request, in estimated tokens."""

_RULES = """You edit one line of a resume so that it reads better for a job the person applies for.

Rules:
1. Say only what the source line says. Every number, name, tool, place and result in your line must stand in the source line.
2. Keep all numbers and what they count.
   Keep words that limit a claim: helped, assisted, supported, about, up to, part of, under supervision.
3. Begin with a strong past-tense verb that the source supports. Cut filler such as "was responsible for", "worked on", "was involved in".
4. Put first what the job asks for, if the source line shows it. Never add a skill or duty that the source line does not show.
5. One line, no more words than the source line, no "I", no praise of the person.

Answer with JSON: {"text": the line, "sources": the ids it rests on}."""

_PAIRS: tuple[tuple[str, str, str, str], ...] = (
    (
        "w1h0",
        "Was responsible for the weekly stock counts in the cold store "
        "and I brought the differences down from 4% to about 1.5% by labelling the shelves",
        "inventory accuracy",
        "Cut differences in weekly cold store stock counts from 4% to about 1.5% by labelling the shelves",
    ),
    (
        "w0h2",
        "Worked on a small tool in Python, it checks the supplier invoices and is used by 12 people in accounting, "
        "helped to roll it out to 3 sites",
        "Python; process automation",
        "Developed a small Python tool that checks supplier invoices for 12 people in accounting and helped roll it out to 3 sites",
    ),
    (
        "v0h1",
        "Did the planning for the summer camp together with two other volunteers, 85 children came and nobody had to be turned away",
        "event planning",
        "Planned a summer camp for 85 children together with two other volunteers, with nobody turned away",
    ),
)
_SUMMARY_RULE = (
    "Write the opening summary of this resume: two sentences, at most 45 words, from the numbered facts only. "
    "No job title, skill, number or quality that is not in them."
)


def render_line_messages(slot: Slot, facts: Sequence[Fact], targets: Sequence[Target], examples: Sequence[Example]) -> list[BaseMessage]:
    """The chat messages that ask for one line.

    Args:
        slot: the line to write.
        facts: the facts that it may rest on, in the order of ``slot.fact_ids``.
        targets: the targets that those facts support.
        examples: redacted style models, shared by all lines of a request.
    """
    return [*_shared_messages(examples), HumanMessage(_ask_block(slot, facts, targets))]


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


def _shared_messages(examples: Sequence[Example]) -> list[BaseMessage]:
    messages: list[BaseMessage] = [SystemMessage(_RULES + _style_block(examples))]
    for fact_id, source, aims, answer in _PAIRS:
        messages.append(HumanMessage(_line_block(fact_id, source, aims)))
        messages.append(AIMessage(json.dumps({"text": answer, "sources": [fact_id]}, ensure_ascii=False)))
    return messages


def _style_block(examples: Sequence[Example]) -> str:
    lines = [squeeze(line) for example in examples for line in example.lines][:MAX_STYLE_LINES]
    if not lines:
        return ""
    listed = "\n".join(f"- {line}" for line in lines)
    return f"\n\nHow good lines of other people sound (their style only; what they say is not about this person):\n{listed}"


def _ask_block(slot: Slot, facts: Sequence[Fact], targets: Sequence[Target]) -> str:
    aims = "; ".join(squeeze(target.text) for target in targets[:MAX_AIMS])
    if len(facts) == 1:
        return _line_block(facts[0].id, squeeze(facts[0].text), aims)
    listed = "\n".join(f"[{fact.id}] {squeeze(fact.text)}" for fact in facts)
    return f"{_SUMMARY_RULE}\n{listed}" + (f"\nThe job asks for: {aims}" if aims else "")


def _line_block(fact_id: str, source: str, aims: str) -> str:
    return f"Source line [{fact_id}]: {source}" + (f"\nThe job asks for: {aims}" if aims else "")
