"""Outside corpora: the cases of json_repair's own tests, and JSONTestSuite. Only numbers of cases stand here, none of their text.

Every case of json_repair's whose outcome differs from what that library expects is listed with its reason. Where the expected value
holds what the text does not say, or leaves out what it says, differing is right: a line of a resume must not gain or lose a
word in the reading.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from resume_rag.evaluation.parsing.damage import REFUSED, outcome_of

CUT_OFF = frozenset(
    int(number)
    for number in """5 10 34 35 36 38 39 40 43 46 47 49 50 52 57 58 59 60 61 71 90 100 101 105 114 117 119 121 134 140 141 144 156 171 176
    181 182 183 184 191 192 207 208 210 217""".split()
)
"""The text ends before its JSON is closed: all must be refused."""

NO_VALUE = frozenset((51, 84, 118, 165, 166, 167, 168, 190, 211, 212, 213))
"""The text holds no object or array; json_repair says so with an empty string."""

EXPECTED_CHANGES: dict[int, str] = {
    **dict.fromkeys((31, 32, 150, 158), "invents an empty string for a value that is missing; we refuse"),
    148: "makes a key with an invented empty string of an array; we refuse",
    108: "makes 1 of half a number (1e); we refuse",
    **dict.fromkeys((124, 130), "drops words that stand beside a value; we refuse"),
    129: "drops the end of a string that holds braces; we refuse",
    85: "drops a member behind a comment that has no end; we refuse",
    133: "drops words of a value without quotes; we keep them",
    **dict.fromkeys((11, 48), "drops an empty object; we keep it"),
    122: "takes the closing quote for a character of the value; we do not",
    149: "drops backslashes of a string; we refuse",
    209: "makes an object of a string that quotes JSON; we refuse",
    **dict.fromkeys((13, 14, 15, 160), "makes an array, which nobody wrote, of several values; we take the last object"),
    **dict.fromkeys((146, 147), "empties several arrays into the one before them; we refuse"),
}
"""What json_repair expects invents, drops or changes something."""

AMBIGUOUS: dict[int, str] = {
    64: "an opening bracket is missing, and three places for it make sense; we refuse",
    87: "a comment without an end: where it ends is a guess; we refuse",
    145: "closing and opening braces are missing around four stray quotes; we refuse",
    **dict.fromkeys((81, 82, 83), "a lost quote makes two items, or a quote within one item is not escaped; we refuse"),
}
"""What json_repair expects is one of several readings."""


VALID_AND_REFUSED = {"y_object_duplicated_key.json": "gives one key two values; which one is meant nobody knows"}
"""Files of JSONTestSuite that are valid JSON, and refused all the same."""


def read_json_repair_cases(corpora: Path) -> list[tuple[int, str, Any]]:
    """(number, text, expected value) of every case."""
    cases = []
    for number, row in enumerate((corpora / "json_repair" / "cases.jsonl").read_text(encoding="utf-8").splitlines()):
        case = json.loads(row)
        expected = case["expected"]
        if case["kwargs"].get("logging"):
            expected = expected[0]
        elif isinstance(expected, str) and expected:
            with contextlib.suppress(ValueError):
                expected = json.loads(expected)
        cases.append((number, case["input"], expected))
    return cases


def judge_case(number: int, value: Any, expected: Any) -> str:
    """The kind of outcome of one case; begins with ``UNEXPECTED`` where it is not what the lists above say."""
    refused = value is REFUSED
    if number in CUT_OFF:
        return "cut off, refused" if refused else "UNEXPECTED: cut off and taken"
    if number in NO_VALUE:
        return "no value, refused" if refused else "UNEXPECTED: a value out of nothing"
    if not refused and value == expected:
        return "exact" if number not in EXPECTED_CHANGES and number not in AMBIGUOUS else "UNEXPECTED: exact, take it off the list"
    if number in EXPECTED_CHANGES:
        return "expected value changes what the text says"
    return "more than one reading" if number in AMBIGUOUS else "UNEXPECTED: different"


def judge_json_repair(corpora: Path) -> tuple[Counter[str], list[str]]:
    """Counts by kind of outcome, and a line for each case that is not recovered as json_repair expects."""
    counts: Counter[str] = Counter()
    differences = []
    for number, text, expected in read_json_repair_cases(corpora):
        kind = judge_case(number, outcome_of(text)[0], expected)
        counts[kind] += 1
        if number in EXPECTED_CHANGES:
            differences.append(f"case {number:>3}: json_repair {EXPECTED_CHANGES[number]}")
        elif number in AMBIGUOUS:
            differences.append(f"case {number:>3}: {AMBIGUOUS[number]}")
        elif kind.startswith("UNEXPECTED"):
            differences.append(f"case {number:>3}: {kind}")
    return counts, differences


def judge_json_test_suite(corpora: Path) -> tuple[Counter[str], list[str]]:
    """Outcomes of JSONTestSuite by what its file names say (``y`` must be accepted, ``n`` is invalid, ``i`` is left open), and why not."""
    counts: Counter[str] = Counter()
    differences = []
    for path in sorted((corpora / "JSONTestSuite" / "test_parsing").glob("*.json")):
        value, _ = outcome_of(path.read_bytes().decode(errors="replace"))
        counts[f"{path.name[0]}: {'refused' if value is REFUSED else 'read'}"] += 1
        if path.name[0] == "y" and value is REFUSED:
            differences.append(f"{path.name}: {VALID_AND_REFUSED.get(path.name, 'UNEXPECTED: refused')}")
    return counts, differences
