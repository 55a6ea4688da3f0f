"""From an answer to a written line: the Pydantic side, and LangChain's parser interface.

``llm | LineParser(allowed_ids=("f1", "f2"))`` gives a `WrittenLine` or raises an error of ours. It checks the shape and
the ids; whether the line is true is for ``grounding``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.output_parsers import BaseOutputParser
from langchain_core.outputs import ChatGeneration, Generation
from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from resume_rag.errors import OutputParseError
from resume_rag.parsing.answer import AnswerError, ParsedJson, check_finished, find_values, is_refusal, is_schema_echo

_MAX_ERRORS = 6
_LINE_BREAK = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_SAFE_KEY = re.compile(r"[A-Za-z_][\w-]{0,31}")


class WrittenLine(BaseModel):
    """One line as the model wrote it, with the ids of the facts it says it rests on. Not yet checked against them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    text: StrictStr = Field(min_length=1)
    sources: tuple[StrictStr, ...] = Field(min_length=1)


class LineParser(BaseOutputParser[WrittenLine]):
    """Reads one line out of an answer.

    Attributes:
        allowed_ids: ids of the facts that the model was shown.
        max_chars: longest text of a line, in characters.
    """

    allowed_ids: tuple[str, ...] = Field(min_length=1)
    max_chars: int = Field(default=400, ge=1)

    @property
    def _type(self) -> str:
        return "resume_rag_line"

    def get_format_instructions(self) -> str:
        """What to tell a model that is not held to a schema.

        >>> print(LineParser(allowed_ids=("f1", "f2"), max_chars=200).get_format_instructions())
        Answer with one JSON object and nothing else: {"text": "<the line, one sentence, at most 200 characters>", "sources": ["<id>"]}
        "sources" holds one or more of these ids: "f1", "f2".
        """
        shape = {"text": f"<the line, one sentence, at most {self.max_chars} characters>", "sources": ["<id>"]}
        ids = ", ".join(json.dumps(one) for one in self.allowed_ids)
        return f'Answer with one JSON object and nothing else: {json.dumps(shape)}\n"sources" holds one or more of these ids: {ids}.'

    def parse(self, text: str) -> WrittenLine:
        """The line in a complete answer.

        Raises:
            OutputTruncatedError: it is cut off.
            OutputParseError: ``cause`` and ``errors`` say what is wrong.
        """
        return self._parse(text, "stop")

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> WrittenLine:
        """As `parse`, with the server's reason to stop looked at first. ``partial`` changes nothing: half a line is no line."""
        if not result:
            raise AnswerError("The server sent no answer.")
        generation = result[0]
        check_finished(_finish_reason(generation), generation.text)
        message = generation.message if isinstance(generation, ChatGeneration) else None
        if message is not None and message.additional_kwargs.get("refusal"):
            raise AnswerError("The model declined.", raw_text=generation.text, cause="refusal")
        return self._parse(generation.text, _finish_reason(generation))

    def _parse(self, text: str, finish_reason: str | None) -> WrittenLine:
        candidates = find_values(text, finish_reason=finish_reason)
        first_error: OutputParseError | None = None
        for parsed in reversed(candidates):
            try:
                return self._line(parsed, text)
            except AnswerError as error:
                if first_error is None or first_error.cause == "schema_echo":
                    first_error = error
        raise first_error or AnswerError("The answer is not JSON.", raw_text=text)

    def _line(self, parsed: ParsedJson, raw_text: str) -> WrittenLine:
        if is_schema_echo(parsed.value):
            raise AnswerError("The answer repeats the schema.", raw_text=raw_text, cause="schema_echo")
        try:
            line = WrittenLine.model_validate(parsed.value)
            errors = self._content_errors(line, parsed)
        except ValidationError as error:
            errors = _schema_errors(error)
        else:
            if is_refusal(line.text):
                raise AnswerError("The model declined inside its JSON.", raw_text=raw_text, cause="refusal")
        if errors:
            raise AnswerError("The answer does not fit the schema.", raw_text=raw_text, cause="schema", errors=tuple(errors[:_MAX_ERRORS]))
        # The ids are a set, and no decoder is held to naming each once.
        return line.model_copy(update={"sources": tuple(dict.fromkeys(line.sources))})

    def _content_errors(self, line: WrittenLine, parsed: ParsedJson) -> list[str]:
        errors = []
        if not line.text.strip():
            errors.append("$.text: must not be empty")
        if len(line.text) > self.max_chars:
            errors.append(f"$.text: at most {self.max_chars} characters, not {len(line.text)}")
        if _LINE_BREAK.search(line.text):
            errors.append("$.text: must be one line, without line breaks or control characters")
        allowed = ", ".join(json.dumps(one) for one in self.allowed_ids)
        for index, source in enumerate(line.sources):
            if source not in self.allowed_ids:
                errors.append(f"$.sources[{index}]: must be one of {allowed}")
        if any(repair.kind == "ellipsis" for repair in parsed.repairs):
            errors.append("$: must be written out, without ...")
        return errors


def _finish_reason(generation: Generation) -> str | None:
    """The server's reason to stop, from the generation or its message; None where neither has one."""
    places: list[dict[str, Any] | None] = [generation.generation_info]
    message = getattr(generation, "message", None)
    if isinstance(message, BaseMessage):
        places += [message.response_metadata]
    for place in places:
        reason = (place or {}).get("finish_reason")
        if reason:
            return str(reason)
    return None


def _schema_errors(error: ValidationError) -> list[str]:
    """Pydantic's errors as one short sentence each: no web addresses, no text of the answer.

    >>> try:
    ...     WrittenLine.model_validate({"text": {"en": "Led"}, "Sources": []})
    ... except ValidationError as error:
    ...     _schema_errors(error)
    ['$.text: must be a string', '$.sources: is missing', '$.Sources: is not asked for']
    """
    found = [(_json_path(one["loc"]), one["type"]) for one in error.errors(include_url=False, include_input=False)]
    # Pydantic calls an array too short whose entries are wrong; the entries' own errors say it better.
    told = [(path, kind) for path, kind in found if kind != "too_short" or not any(other.startswith(f"{path}[") for other, _ in found)]
    return [f"{path}: {_reason(kind)}" for path, kind in told]


def _reason(kind: str) -> str:
    reasons = {
        "missing": "is missing",
        "extra_forbidden": "is not asked for",
        "string_type": "must be a string",
        "string_too_short": "must not be empty",
        "too_short": "must not be empty",
        "tuple_type": "must be an array of strings",
        "model_type": "must be one JSON object",
        "string_unicode": "must be valid Unicode",
    }
    return reasons.get(kind, "is not what the schema asks for")


def _json_path(location: tuple[int | str, ...]) -> str:
    path = "$"
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _SAFE_KEY.fullmatch(step):
            path += f".{step}"
        else:
            path += ".<other key>"
    return path
