"""Which facts a line without citations rests on, and which entries of two resumes are the same.

Works clause by clause: each clause goes to the fact that carries most of it, so that a number lent by another bullet
does not bring that bullet in. Knows nothing of findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from resume_rag.grounding import keys
from resume_rag.grounding.names import is_same_date, is_same_name, is_same_parts
from resume_rag.grounding.reading import Reading, Token, read
from resume_rag.schema import Fact

_AKIN = 0.7
_NUMBER = 1.5
_MIN_GAIN = 1.6  # what a further fact must add to a line of a role: two words, so that one stray word brings none in
_MIN_GAIN_SUMMARY = 0.6
_CLOSE_BY = 4
_PROSE = 0.8
_MOST_FACTS = 4
_MOST_FACTS_SUMMARY = 14


def select_facts(text: str, candidates: Sequence[Fact], *, summary: bool = False) -> tuple[Fact, ...]:
    """The facts that carry most of a line, the best first; a summary may rest on more of them, by single words.

    >>> facts = [Fact(id=t, path=t, text=t, section="work") for t in ("Cut waits 35 %", "Led ten nurses")]
    >>> [f.text for f in select_facts("Reduced waits by 35 %", facts)]
    ['Cut waits 35 %']
    """
    line = read(text)
    rows = [(fact, _score(line, read(fact.text))) for fact in candidates]
    rows = [row for row in rows if row[1]]
    chosen: list[Fact] = []
    covered: dict[int, float] = {}
    gain_needed = _MIN_GAIN_SUMMARY if summary else _MIN_GAIN
    while rows and len(chosen) < (_MOST_FACTS_SUMMARY if summary else _MOST_FACTS):
        gains = [sum(max(0.0, value - covered.get(at, 0.0)) for at, value in scores.items()) for _, scores in rows]
        if summary:  # what was done, before a mere name with the same word
            gains = [gain + _PROSE * (not rows[i][0].locked) * bool(gain) for i, gain in enumerate(gains)]
        best = max(range(len(rows)), key=lambda i: (gains[i], sum(rows[i][1].values())))
        if chosen and gains[best] < gain_needed:
            break
        fact, scores = rows.pop(best)
        if chosen and not summary and not _brings_clause(line, scores, covered):
            continue
        chosen.append(fact)
        covered |= {at: max(value, covered.get(at, 0.0)) for at, value in scores.items()}
    return tuple(chosen)


def _brings_clause(line: Reading, scores: dict[int, float], covered: dict[int, float]) -> bool:
    """Whether a further fact carries a run of the line: two new words that stand close together."""
    new = sorted(at for at, value in scores.items() if value > covered.get(at, 0.0))
    words = [at for at in new if line.tokens[at].kind == "word"]
    if words and any(line.tokens[at].kind == "number" and abs(at - words[0]) <= _CLOSE_BY for at in new):
        return True
    return any(b - a <= 4 for a, b in zip(words, words[1:], strict=False))


def _score(line: Reading, fact: Reading) -> dict[int, float]:
    """For each token of the line that the fact carries: how well."""
    found: dict[int, float] = {}
    fact_numbers = {(t.quantity.value, t.quantity.unit) for t in fact.quantities if t.quantity is not None}
    for at, token in enumerate(line.tokens):
        if token.kind == "number" and token.quantity is not None:
            if (token.quantity.value, token.quantity.unit) in fact_numbers:
                found[at] = _NUMBER
        elif token.content:
            value = _carry(token, fact)
            if value:
                found[at] = value
    return found


def _carry(token: Token, fact: Reading) -> float:
    weight = 0.3 if token.key in keys.STYLE else 1.0
    if token.key in fact.keys:
        return weight
    if keys.find_families(token.key) & fact.families:
        return _AKIN * weight * (not token.capitalised)  # a name is carried by a name
    return 0.0


def measure_cover(text: str, facts: Sequence[Fact]) -> float:
    """Share of a line's content that the facts carry together, 0 to 1.

    >>> measure_cover("Cut waits 35 %", [Fact(id="f", path="p", text="Waits fell 35 %", section="work")])
    0.9
    """
    words, numbers = _weigh(read(text))
    if not words and not numbers:
        return 0.0
    carriers = [read(fact.text) for fact in facts]
    found = frozenset().union(*(r.keys for r in carriers))
    families = frozenset().union(*(r.families for r in carriers))
    values = frozenset().union(*(_weigh(r)[1] for r in carriers))
    covered = sum(1.0 if key in found else _AKIN if keys.find_families(key) & families else 0.0 for key in words)
    return (covered + len(numbers & values)) / (len(words) + len(numbers))


@lru_cache(maxsize=8192)
def _weigh(reading: Reading) -> tuple[frozenset[str], frozenset[float]]:
    """Keys of the words that count, and the values of the numbers."""
    words = frozenset(t.key for t in reading.content if t.key not in keys.STYLE)
    return words, frozenset(t.quantity.value for t in reading.quantities if t.quantity is not None)


@lru_cache(maxsize=1024)
def _text_keys(text: str) -> frozenset[str]:
    return frozenset(t.key for t in read(text).content)


def score_entries(tailored: dict[str, str], source: dict[str, str], weights: dict[str, float]) -> float:
    """How much two entries agree in the fields that name them."""
    score = 0.0
    for field, weight in weights.items():
        a, b = tailored.get(field), source.get(field)
        if a is None or b is None:
            continue
        same = (
            is_same_date(a, b) or is_same_date(b, a)
            if field.endswith("Date") or field == "date"
            else is_same_name(a, b) or is_same_parts(a, b)
        )
        if same:
            score += weight
        elif not field.endswith("Date") and field != "date":
            shared, every = _text_keys(a) & _text_keys(b), _text_keys(a) | _text_keys(b)
            score += 0.6 * weight * len(shared) / len(every) if every else 0.0
    return score
