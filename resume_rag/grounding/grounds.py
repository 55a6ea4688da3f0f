"""What a line may rest on: the cited facts and their context, read once, with the question *is this word supported?*

A word is supported by the same word, an inflection, a member of its family, a derived form, an abbreviation, or the
other way of writing a compound. A name that is also a word (*Go*) needs a name. Knows nothing of findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from resume_rag.grounding import keys
from resume_rag.grounding.lexicon import marks, nouns, quantities
from resume_rag.grounding.measured import Measured, find_measured, find_pairs
from resume_rag.grounding.reading import Reading, Token, read
from resume_rag.schema import Fact

_COLLECTIVES = keys.keys_of(nouns.COLLECTIVES)
_PEOPLE = keys.keys_of(nouns.PEOPLE)
_WORKERS = keys.keys_of(frozenset("staff crew personnel workforce".split()))
_STAFF = _PEOPLE - keys.keys_of(nouns.CLIENTELE)
_SECTION_WORDS = {
    "awards": "award name",
    "certificates": "certificate",
    "languages": "language speak",
    "volunteer": "volunteer",
    "publications": "publication publish author write paper article",
    "projects": "project",
    "education": "degree study",
    "skills": "skill",
}
_DAYS = {"second": 1 / 86400, "day": 1.0, "month": 30.4}
_FASTER = keys.keys_of(frozenset({"speed-up", "accelerate", "optimize", "streamline", "quicken", "expedite"}))
_SEASONS = frozenset("spring summer autumn fall winter christmas easter season".split())
_NIGHTLY = frozenset({"daily", "nightly"})
_FORTNIGHTLY = keys.keys_of(frozenset({"fortnight", "fortnightly", "biweekly"}))
_AWAY = frozenset("off away absent ill sick holiday holidays leave vacation".split())
_SUPERVISED = keys.keys_of(frozenset({"supervision", "supervise", "supervised", "oversight", "guidance"}))
_PERIODS = {
    "p.a.": frozenset({"year", "annual", "annually", "yearly"}),
    "p.m.": frozenset({"month", "monthly"}),
    "p.w.": frozenset({"week", "weekly"}),
}
_DAY_PARTS = frozenset("morning day evening night afternoon".split())
_COMPOUND_ENDS = frozenset("time times day days".split())
_KEEPING = frozenset("keep keeps kept keeping".split())
_DOING = frozenset("do does did doing done".split())
_DETERMINERS = frozenset("the our my their a all some".split())
_ACRONYM_CHARS = range(2, 7)
_PLAIN_PREPOSITIONS = frozenset("within in on at by under before from with".split())
_TOOL_PREPOSITIONS = frozenset("in using with via on".split())


class Grounds:
    """Facts a line cites, and locked facts of its role that it may name."""

    def __init__(self, facts: Sequence[Fact], context: Sequence[Fact] = ()) -> None:
        self.facts = tuple(facts)
        self.readings: tuple[Reading, ...] = tuple(read(fact.text) for fact in facts)
        self.context: tuple[Reading, ...] = tuple(read(fact.text) for fact in context)
        self.context_facts = tuple(context)

    @cached_property
    def all_readings(self) -> tuple[Reading, ...]:
        """Facts first, then context."""
        return self.readings + self.context

    @cached_property
    def keys(self) -> frozenset[str]:
        """All keys of facts and context."""
        sections = frozenset(keys.find_key(word) for fact in self.facts for word in _SECTION_WORDS.get(fact.section, "").split())
        return frozenset().union(*(r.keys for r in self.all_readings)) | self._changes | sections

    @cached_property
    def _changes(self) -> frozenset[str]:
        """*reduce* where a number goes from more to less, *raise* where it goes up."""
        found: set[str] = set()
        for reading in self.readings:
            numbers = find_measured(reading)
            found |= {
                keys.find_key("reduce" if m.direction < 0 else "raise")
                for m in numbers
                if m.direction and (m.quantity.unit in {"%", "x"} or m.relation == "by" and m.quantity.unit)
            }
            for a, b in find_pairs(reading):
                if a.quantity.unit in {b.quantity.unit, "second", "day", "month"}:
                    falls = a.quantity.value * _DAYS.get(a.quantity.unit, 1) > b.quantity.value * _DAYS.get(b.quantity.unit, 1)
                    found.add(keys.find_key("reduce" if falls else "raise"))
                    if falls and a.quantity.unit in _DAYS:
                        found |= _FASTER
            found |= _implied(reading)
        return frozenset(found)

    @cached_property
    def trends(self) -> frozenset[int]:
        """1 where a number here goes up, -1 where one goes down, whatever its unit."""
        found = {m.direction for reading in self.readings for m in find_measured(reading)}
        for a, b in (pair for reading in self.readings for pair in find_pairs(reading) or _find_contrasts(reading)):
            if a.quantity.unit == b.quantity.unit or {a.quantity.unit, b.quantity.unit} <= _DAYS.keys():
                rise = b.quantity.value * _DAYS.get(b.quantity.unit, 1) - a.quantity.value * _DAYS.get(a.quantity.unit, 1)
                found.add((rise > 0) - (rise < 0))
        return frozenset(found - {0})

    @cached_property
    def families(self) -> frozenset[int]:
        """All families of those keys."""
        changes = frozenset().union(*(keys.find_families(key) for key in self._changes))
        return frozenset().union(*(r.families for r in self.all_readings)) | changes

    @cached_property
    def exact(self) -> frozenset[str]:
        """Words as written."""
        return frozenset().union(*(r.exact for r in self.all_readings))

    @cached_property
    def folded(self) -> frozenset[str]:
        """Words, folded."""
        return frozenset(t.folded for r in self.all_readings for t in r.tokens)

    @cached_property
    def named(self) -> frozenset[str]:
        """Words written with a capital, also at the start of a line."""
        return frozenset(t.folded for r in self.all_readings for t in r.tokens if t.capitalised)

    @cached_property
    def _named_low(self) -> frozenset[str]:
        """*rate tables in excel*: names of tools that the source writes without their capital."""
        return frozenset(
            t.folded
            for r in self.all_readings
            for before, t in pairwise(r.tokens)
            if t.folded in marks.TOOLS_AFTER_IN and before.folded in _TOOL_PREPOSITIONS | {"some"}
        )

    @cached_property
    def universals(self) -> frozenset[str]:
        """Keys of what the source says *all*, *every*, *whole* of."""
        found = set()
        for reading in self.all_readings:
            for i, token in enumerate(reading.tokens):
                if token.folded == "each" and not (i + 1 < len(reading.tokens) and reading.tokens[i + 1].content):
                    found |= {t.key for t in reading.tokens[:i] if t.content and not t.verb}
                counted = reading.tokens[i + 1 : i + 2]
                if token.folded in {"all", "each"} and counted and counted[0].quantity is not None:
                    value = counted[0].quantity.value  # "three hammers, all three mine"
                    found |= {key for m in find_measured(reading) if m.quantity.value == value for key in m.objects}
                if token.folded in {"all", "both"} and counted and counted[0].folded in _PLAIN_PREPOSITIONS:
                    found |= {t.key for t in reading.tokens[:i] if t.content and not t.verb}  # "no event was late, all within a day"
                if token.folded in marks.UNIVERSAL:
                    found |= {t.key for t in reading.tokens[i + 1 : i + 6] if t.content}
        return frozenset(found)

    @cached_property
    def _joined(self) -> frozenset[str]:
        """Neighbours written as one word: *set up*, *setup*."""
        pairs = (pair for r in self.all_readings for pair in zip(r.tokens, r.tokens[1:], strict=False))
        return frozenset(a.folded + b.folded for a, b in pairs if a.kind == b.kind == "word")

    @cached_property
    def _initials(self) -> frozenset[str]:
        """Initials of every run of two to six words, with and without the small words in it."""
        found: set[str] = set()
        for reading in self.all_readings:
            for words in ([t for t in reading.tokens if t.kind == "word"], [t for t in reading.tokens if t.content]):
                letters = "".join(t.folded[:1] for t in words)
                found.update(letters[i : i + n] for n in _ACRONYM_CHARS for i in range(len(letters) - n + 1))
        return frozenset(found)

    def spells_acronym(self, key: str) -> bool:
        """Whether a key is the initials of a run of words here, one or many: *pr*, *prs* for *pull requests*."""
        return key in self._initials or key.removesuffix("s") in self._initials

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Words in capitals, folded."""
        return frozenset(w.casefold().rstrip("s") for w in self.exact if w.rstrip("s").isupper() and len(w.rstrip("s")) in _ACRONYM_CHARS)

    @cached_property
    def _months(self) -> frozenset[str]:
        """Months that stand as numbers in dates of the context."""
        found = set()
        for fact in (*self.facts, *self.context_facts):
            if fact.text[4:5] == "-" and fact.text[5:7].isdigit():
                found |= {name for name, number in quantities.MONTHS.items() if number == int(fact.text[5:7])}
        return frozenset(found)

    def supports(self, token: Token, before: Token | None = None) -> bool:
        """Whether a word of a line has a source here."""
        if token.folded in marks.WORDS_TOO and _is_tool(token, before):
            return token.text in self.exact or token.folded in self.named or token.folded in self._named_low
        joined = token.folded in self._joined or token.folded.removesuffix("s") in self._joined
        return joined or self.supports_key(token.key) or self.supports_form(token) or self.supports_compound(token)

    def supports_key(self, key: str) -> bool:
        """Whether a key, its family, a wider verb or a derived form is here."""
        if key in self.keys or keys.find_families(key) & self.families:
            return True
        if any(key in r.unit_keys for r in self.all_readings):
            return True
        if key in _COLLECTIVES and any(r.keys & (_STAFF if key in _WORKERS else _PEOPLE) for r in self.readings):
            return True
        return any(keys.is_wider(key, other) or keys.is_derived(key, other) for other in self.keys)

    def supports_change(self, key: str) -> bool:
        """Whether a verb of change (*fell*) follows from the numbers here."""
        return any(keys.are_akin(key, other) for other in self._changes)

    def implies(self, key: str) -> bool:
        """Whether a word follows from others here: *yearly* from *each winter*."""
        return key in self._changes

    def has_period(self, key: str) -> bool:
        """Whether a period stands here as a word, not as the unit of a number."""
        return key in self.keys or bool(keys.find_families(key) & self.families)

    def supports_form(self, token: Token) -> bool:
        """Whether the word is an acronym of words here, a month of a date here, or a compound written apart here."""
        bare = token.text.rstrip("s")
        if len(bare) > 1 and bare.isupper() and {bare, bare + "s"} & self.exact:
            return True  # "ECUs" for "ECU"
        if bare.isupper() and len(bare) in _ACRONYM_CHARS and bare.casefold() in self._initials:
            return True
        return token.folded in self._months or token.folded[:3] in {m[:3] for m in self._months if token.folded == m[:3]}

    def _is_kept(self, thing: str) -> bool:
        """Whether the source says of a thing that it was kept, of the books that they were done."""
        key = keys.find_key(thing)
        for reading in self.readings:
            for i, token in enumerate(reading.tokens):
                if token.folded not in _KEEPING and not (token.folded in _DOING and thing == "book"):
                    continue
                after = [t for t in reading.tokens[i + 1 : i + 4] if t.folded not in _DETERMINERS]
                if after and after[0].key == key and not (len(after) > 1 and after[1].content):
                    return True
        return False

    def supports_compound(self, token: Token) -> bool:
        """Whether a word is two of the source written as one, or one of them with a plain end: *handover*, *lunchtime*."""
        word = token.folded
        if word.endswith("keeping") and self._is_kept(word.removesuffix("keeping")):
            return True  # "bookkeeping" for "did the books"
        for at in range(3, len(word) - 2):
            first, second = word[:at], word[at:]
            if keys.find_key(first) in self.keys and (second in _COMPOUND_ENDS or len(second) > 2 and second in self.folded):
                return True
        return False

    def expands_acronym(self, words: Sequence[Token], at: int) -> int:
        """Length of the run of words at `at` whose initials are an acronym here; 0 where there is none."""
        for size in (6, 5, 4, 3, 2):
            run = words[at : at + size]
            if len(run) == size and "".join(t.folded[:1] for t in run) in self.acronyms:
                return size
        return 0


_CONTRASTS = frozenset("was when started now once since before after then left became today last previous used".split())


def _find_contrasts(reading: Reading) -> list[tuple[Measured, Measured]]:
    """Two numbers that time sets apart in the order of the text: *was 54 %, is now 88 %*, *12 when I came, 47 when I left*."""
    found = [m for m in find_measured(reading) if m.quantity.unit != "calendar"]
    years = sum(t.quantity is not None and t.quantity.unit == "calendar" for t in reading.quantities)
    if years < 2 and not any(t.folded in _CONTRASTS for t in reading.tokens):
        return []
    return [(a, b) for a, b in zip(found, found[1:], strict=False) if a.quantity.unit == b.quantity.unit]


def _implied(reading: Reading) -> set[str]:
    """Words that others say: *daily* by *every morning*, *team* by *we*, *top* by *the most*."""
    found: set[str] = set()
    for a, b in zip(reading.tokens, reading.tokens[1:], strict=False):
        if a.folded in {"every", "each", "per", "a"} and b.folded in _DAY_PARTS:
            found |= keys.keys_of(_NIGHTLY if b.folded in {"evening", "night"} else frozenset({"daily"}))
        if a.folded in {"every", "each"} and (b.folded in _SEASONS or b.folded in quantities.MONTHS):
            found |= keys.keys_of(frozenset({"yearly", "annual"}))
        if a.folded in {"every", "each", "per"} and b.quantity is not None and (b.quantity.value, b.quantity.unit) == (14, "day"):
            found |= _FORTNIGHTLY
        if a.folded == "the" and b.folded in {"most", "best", "highest"}:
            found |= keys.keys_of(frozenset({"top", "anyone", "else", "anybody"}))
        if a.folded == "same" and b.folded == "day":
            found |= _FASTER | keys.keys_of(frozenset({"reduce"}))
        if a.folded == "under" and b.folded in {"a", "an", "the", "my", "our"}:
            found |= _SUPERVISED
    folded = {t.folded for t in reading.tokens}
    for short, words in _PERIODS.items():
        if short in folded:
            found |= keys.keys_of(words)
    week = [t for t in reading.tokens if t.quantity is not None and (t.quantity.value, t.quantity.unit) == (7, "day")]
    if any("week" in {o.folded for o in reading.tokens[reading.tokens.index(t) + 1 :][:3]} for t in week):
        found |= keys.keys_of(frozenset({"daily", "every", "day"}))
    if "olds" in folded:
        found |= keys.keys_of(frozenset({"child"}))
    if {"we", "our", "us"} & folded:
        found.add(keys.find_key("team"))
    if {"when", "while", "during", "whenever"} & folded and _AWAY & folded:
        found.add(keys.find_key("absence"))
    return found


def _is_tool(token: Token, before: Token | None) -> bool:
    """Whether a homograph is written as the name of a tool."""
    if token.capitalised or (len(token.text) == 1 and token.text.isupper()):
        return True
    return token.folded in {"go", "r", "c", "swift", "rust"} and before is not None and before.folded in _TOOL_PREPOSITIONS
