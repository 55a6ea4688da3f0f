"""From a model's answer to typed lines, or a typed error: never half a truth.

`parse_json` reads the JSON of a complete answer, `LineParser` makes a `WrittenLine` of it, `LoopWatch` watches a stream
for loops. Pure; knows nothing of prompts, servers or whether a line is true (``grounding`` does).
"""

from resume_rag.parsing.answer import AnswerError, ParsedJson, parse_json
from resume_rag.parsing.lines import LineParser, WrittenLine
from resume_rag.parsing.tokens import Repair
from resume_rag.parsing.watch import LoopWatch

__all__ = ["AnswerError", "LineParser", "LoopWatch", "ParsedJson", "Repair", "WrittenLine", "parse_json"]
