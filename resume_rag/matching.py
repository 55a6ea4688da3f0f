"""(job post, facts) -> what the post asks for, split into what the candidate's facts support and gaps.

Plain code: headings and cue words find the asking parts of the post, clauses become targets (each a span of the post),
and a fact supports a target when it holds the target's distinctive words, or means the same by the similarities that
the caller hands in (any embedding; this file knows none). Same input, same output.

Coverage is an estimate: a target counts as shown when one line of the resume holds its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from resume_rag.schema import Coverage, Fact, Resume, Span, Target
from resume_rag.text import STOPWORDS, content_stems, find_words, fold, split_sentences, stem

Importance = Literal["required", "preferred", "duty"]
WEIGHTS: dict[Importance, float] = {"required": 1.0, "duty": 0.7, "preferred": 0.4}

MIN_TEXT_SHARE = 0.6
"""Share of a target's content words that one fact must hold to support it by words alone."""
MIN_UNION_SHARE = 0.34
"""Share that several related facts must hold together, where one of them is at least `MIN_SIMILARITY` close."""
MIN_UNION_WORDS = 3
"""The same as a count: a long sentence is never held word for word."""
MIN_SIMILARITY = 0.40
MIN_SIMILARITY_WORD = 0.52
"""Cosine from which one shared word is enough."""
MIN_SIMILARITY_ALONE = 0.62
"""Cosine from which no shared word is needed."""
MIN_RELATED = 0.33
"""Cosine from which a fact counts as being about the same thing."""
MAX_SUPPORTING_FACTS = 4

_HEADINGS: tuple[tuple[Importance | None, re.Pattern[str]], ...] = (
    (
        None,
        re.compile(
            r"about (us|the company|\w+)$|who we are|what (we|you get)|we offer|our offer|benefit|perks|compensation|salary|pay\b|"
            r"how to apply|apply|equal|why (join|us|work)|our (culture|values|team|story)|contact|location|the company",
            re.I,
        ),
    ),
    (
        "preferred",
        re.compile(
            r"nice.to.have|prefer|bonus|desirable|desired|good to have|advantage|plus(es)?\b|ideal|would be (great|nice)",
            re.I,
        ),
    ),
    (
        "required",
        re.compile(
            r"require|qualif|must|you (have|bring|need|are)|who you are|skills|experience|looking for|minimum|essential|"
            r"your profile|education|certific|licen[sc]e|knowledge|what you('ll)? (must )?bring",
            re.I,
        ),
    ),
    (
        "duty",
        re.compile(
            r"responsib|what you('ll| will)? (do|be doing)|you will|you'll|dut(y|ies)|the (role|job|position|work)|"
            r"your (role|tasks|job|day|mission)|tasks|day.to.day|what the job|accountab|job description",
            re.I,
        ),
    ),
)
_HEADING_LINE = re.compile(r"^\s{0,3}(?:#{1,6}\s*|\*\*)?([^\n]{2,60}?)(?:\*\*)?\s*:?\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•▪·–—o●◦‣]|\d{1,2}[.)])\s+")
_IGNORED = re.compile(
    r"equal opportunity|regardless of|without regard to|protected veteran|sexual orientation|reasonable accommodation|"
    r"per hour|per year|salary|401\(?k|insurance|paid (time|vacation|parental|leave)|vacation|retirement|equity|"
    r"apply (now|here|at|by)|background check|https?://|differential",
    re.I,
)
_ASKING = re.compile(
    r"\b(you will|you'll|must|requires?|required|experience (with|in)|responsible for|"
    r"we are looking for|we need|ability to|knowledge of)\b",
    re.I,
)
_JOINT = re.compile(r"\s*,\s+(?:and\s+)?|\s+and\s+")
_REASON = re.compile(r",?\s+(?:as (?:our|we|you|they)|because|since|so that)\b", re.I)
_ALTERNATIVE = re.compile(r",?\s+or\s+(?!more\b)")
_PREFERRED_INLINE = re.compile(r"\b(nice to have|preferred|a plus|bonus|is an advantage|desirable|ideally)\b", re.I)
_LEAD_IN = re.compile(
    r"^(?:and\s+|or\s+|also\s+|(?:you )?must (?:have|be|bring)\s+|you (?:have|are|can|bring|will)\s+|you'll\s+|the ability to\s+|"
    r"(?:proven |demonstrated |strong |good )?ability to\s+|"
    r"(?:strong|solid|good|excellent|sound|proven|deep|working|practical|basic|hands-on|demonstrated|previous|relevant|"
    r"extensive|in-depth|current|active|comfortable|familiar)\s+(?=\w)|"
    r"(?:knowledge|understanding|command|experience|expertise|proficiency|proficient|skills?|background|familiarity|use|work|"
    r"competence|record)\s+(?:of|in|with|on|as|using|working with)\s+|with\s+|in\s+|a\s+|an\s+|the\s+)+",
    re.I,
)
_GENERIC = frozenset(
    stem(word)
    for word in """experience experienced strong solid good sound proven knowledge understanding ability able skill skills
    working work year years least minimum plus preferred required preferably hands-on proficiency proficient familiarity familiar background
    comfortable take part help support related relevant similar equivalent level current active including various high quality field
    environment role position candidate team people day daily new colleague colleagues own""".split()
)
_CREDENTIAL = re.compile(
    r"\b(licen[sc]ed?|certif\w+|degree|bachelor\S*|master's|phd|doctorate|diploma|clearance|registration|accredit\w+|BSN|MBA|BSc|MSc|RN)\b",
    re.I,
)
_YEARS = re.compile(r"\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen)(?:\s*\+|\s+or more)?\s+years?\b", re.I)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split())
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_LEADS = frozenset(stem(word) for word in "lead led leading manage supervise head charge direct foreman manager supervisor".split())
_PEOPLE = frozenset(
    stem(word) for word in "team crew staff engineer people nurse shift employee report group department worker technician".split()
)
_MAKERS = frozenset(stem(word) for word in ("apache", "microsoft", "google", "amazon", "adobe", "oracle"))
_CREDENTIAL_WORDS = frozenset(
    stem(word) for word in "license licence licensed certificate certification certified degree diploma registration card".split()
)
_SUPPORTING_FIELDS = re.compile(
    r"\.(highlights|summary|description|keywords|courses|roles)\b|^(skills|certificates|languages|education|awards|publications|projects)\b|\.(position|label)$"
)
_NO_SUPPORT = re.compile(r"(url|startDate|endDate|date|releaseDate|email|phone|username)$")


class _Clause(NamedTuple):
    start: int
    end: int
    importance: Importance


# --- the post's targets ----------------------------------------------------------------------------------------------


def find_targets(job_text: str) -> tuple[Target, ...]:
    """What a job post asks for, in its order; each target's ``text`` is ``job_text[span.start:span.end]``, line breaks included.

    >>> [(t.text, t.importance) for t in find_targets("Must have:\\n- Strong SQL and Kafka\\nWe offer:\\n- Fruit")]
    [('SQL', 'required'), ('Kafka', 'required')]
    """
    targets: list[Target] = []
    seen: set[tuple[str, ...]] = set()
    for clause in _find_clauses(job_text):
        for start, end in _split_clause(job_text, clause.start, clause.end):
            key = tuple(sorted(set(_asked_stems(job_text[start:end])) or set(content_stems(job_text[start:end]))))
            if not key or key in seen:
                continue
            seen.add(key)
            importance = clause.importance
            if importance != "preferred" and _PREFERRED_INLINE.search(job_text[clause.start : clause.end]):
                importance = "preferred"
            targets.append(
                Target(
                    id=f"t{len(targets)}",
                    text=job_text[start:end],
                    span=Span(start=start, end=end),
                    importance=importance,
                    weight=WEIGHTS[importance],
                )
            )
    return tuple(targets)


def _find_clauses(job_text: str) -> list[_Clause]:
    """Bullets and sentences that stand under an asking heading, or ask in their own words."""
    clauses: list[_Clause] = []
    importance: Importance | None = None
    headed = False
    for start, end in _find_blocks(job_text):
        block = job_text[start:end]
        heading = _heading_importance(block)
        if heading is not False:
            importance, headed = heading, True
            continue
        if _IGNORED.search(block) and not _BULLET.match(block):
            continue
        bullet = _BULLET.match(block)
        body = start + (bullet.end() if bullet else 0)
        for a, b in split_sentences(job_text[body:end]):
            sentence = job_text[body + a : body + b]
            if _IGNORED.search(sentence):
                continue
            found = importance if headed else None
            if found is None and not headed and (_ASKING.search(sentence) or bullet):
                found = "required" if re.search(r"must|require", sentence, re.I) else "duty"
            if found is not None:
                clauses.append(_Clause(body + a, body + b, found))
    return clauses


def _find_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Spans of bullets, headings and paragraphs; a wrapped line belongs to the bullet or paragraph above it."""
    start: int | None = None
    end = 0
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group()
        if not line:
            break
        blank = not line.strip()
        begins = blank or bool(_BULLET.match(line)) or _heading_importance(line) is not False
        if begins and start is not None:
            yield start, end
            start = None
        if blank:
            continue
        if start is None:
            start = match.start()
        end = match.start() + len(line.rstrip())
        if _heading_importance(line) is not False:
            yield start, end
            start = None
    if start is not None:
        yield start, end


def _heading_importance(line: str) -> Importance | Literal[False] | None:
    """What the part under this heading is (None: nothing that asks); False where the line is no heading."""
    match = _HEADING_LINE.match(line)
    if not match or _BULLET.match(line):
        return False
    title = match.group(1).strip(" *:#")
    if len(title.split()) > 7 or title.endswith((".", ",", ";", "!")):
        return False
    marked = line.lstrip().startswith(("#", "**")) or line.rstrip().rstrip("*").endswith(":") or title.isupper()
    for importance, pattern in _HEADINGS:
        if pattern.search(title) and (marked or len(title.split()) <= 5):
            return importance
    return None if marked and len(title.split()) <= 5 else False


def _split_clause(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Pieces of a clause that ask for one thing each; lists of short names are taken apart, prose is not."""
    pieces: list[tuple[int, int]] = []
    for match in re.finditer(r"[^;]+", text[start:end]):
        a, b = _trim(text, start + match.start(), start + match.end())
        for c, d in _split_list(text, a, b) or _split_prose(text, a, b):
            if c < d:
                pieces.append((c, d))
    return pieces


def _split_prose(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts joined by "and" or a comma, where each is long enough to ask for something of its own."""
    reason = _REASON.search(text, start, end)
    end = reason.start() if reason else end
    spans: list[tuple[int, int]] = []
    begin = start
    for cut in _JOINT.finditer(text, start, end):
        depth = text.count("(", start, cut.start()) - text.count(")", start, cut.start())
        left, right = text[begin : cut.start()].split(), text[cut.end() : end].split()
        least = 4 if "and" in cut.group() else 3
        enough = all(len(_asked_stems(text[a:b])) >= 2 for a, b in ((begin, cut.start()), (cut.end(), end)))
        if depth or not enough or len(left) < least or len(right) < least or fold(right[0]) in STOPWORDS:
            continue
        spans.append(_trim(text, begin, cut.start()))
        begin = cut.end()
    return [*spans, _trim(text, begin, end)]


def _split_list(text: str, start: int, end: int) -> list[tuple[int, int]]:
    inner = text[start:end]
    if "(" in inner or len(inner.split()) > 14:
        return []
    cuts = [match.span() for match in re.finditer(r"\s*,\s*(?:and|or)\s+|\s*,\s+|\s+and\s+|\s+or\s+|\s*/\s+", inner)]
    if not cuts:
        return []
    edges = [0, *[edge for cut in cuts for edge in cut], len(inner)]
    spans = [_trim(text, start + edges[i], start + edges[i + 1]) for i in range(0, len(edges), 2)]
    names = [text[a:b] for a, b in spans if a < b]
    # "SQL and Kafka" are two things; "design and build services" is one.
    if len(names) < 2 or any(len(name.split()) > 3 or not _distinctive(name) for name in names):
        return []
    return [span for span in spans if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\r\n,:;-–•*":
        start += 1
    while end > start and text[end - 1] in " \t\r\n,.:;!":
        end -= 1
    lead = _LEAD_IN.match(text[start:end])
    if lead and lead.end() < end - start and content_stems(text[start + lead.end() : end]):
        start += lead.end()
    return start, end


# --- support -----------------------------------------------------------------------------------------------------------


def _distinctive(text: str) -> frozenset[str]:
    """Stems of words that name something and have no synonym: acronyms, CamelCase, words with digits or signs, capitals inside a clause.

    >>> sorted(_distinctive("Run Apache Kafka on C++ and AWS"))
    ['aw', 'c++', 'kafka']
    """
    found = set()
    for number, word in enumerate(find_words(text)):
        shape = word.text
        bare = shape.rstrip("s")
        if shape[0].isdigit() or shape[0] in "$€£¥":
            continue
        inner_capital = any(char.isupper() for char in shape[1:])
        symbol = any(char in "+#." for char in shape)
        capital = shape[0].isupper() and number > 0
        alone = shape[0].isupper() and len(text.split()) == 1
        if inner_capital or symbol or capital or alone or (bare.isupper() and len(bare) > 1):
            found.add(stem(shape))
    return frozenset(found - _MAKERS)


def _asked_stems(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in content_stems(_YEARS.sub(" ", text)) if part not in _GENERIC and not part[0].isdigit()))


def _find_acronyms(text: str) -> frozenset[str]:
    """Stems of the words written in capitals: "CMMS work orders" gives ``cmms``."""
    return frozenset(stem(word.text) for word in find_words(text) if word.text.isupper() and 2 <= len(word.text) <= 6)


def _initials(text: str) -> frozenset[str]:
    """Stems of the acronyms that runs of capitalised words could be written as: "Registered Nurse license" gives ``rn``."""
    words = [word.text for word in find_words(text) if fold(word.text) not in STOPWORDS]
    runs = (words[i : i + n] for n in range(2, 6) for i in range(len(words) - n + 1))
    return frozenset(stem("".join(word[0] for word in run)) for run in runs if all(word[0].isupper() for word in run))


def _spelt_out(text: str, acronyms: frozenset[str]) -> frozenset[str]:
    """Stems of the words in runs of a text whose initials are one of the acronyms.

    >>> sorted(_spelt_out("the National Electrical Code", frozenset({"nec"})))
    ['code', 'electr', 'nation']
    """
    found: set[str] = set()
    for words in ([fold(w.text) for w in find_words(text)], [fold(w.text) for w in find_words(text) if fold(w.text) not in STOPWORDS]):
        for length in range(2, 7):
            for begin in range(len(words) - length + 1):
                run = words[begin : begin + length]
                if stem("".join(word[0] for word in run)) in acronyms:
                    found.update(stem(word) for word in run)
    return frozenset(found)


def match_targets(
    targets: Sequence[Target],
    facts: Sequence[Fact],
    similarity: Sequence[Sequence[float]],
    *,
    today: date,
    resume: Resume,
) -> tuple[Target, ...]:
    """The targets with the ids of the facts that support them, best first; no ids: a gap.

    Args:
        targets: from `find_targets`.
        facts: the candidate's.
        similarity: cosine by target (rows, as `targets`) and fact (columns, as `facts`).
        today: the end of a role that has none.
        resume: for years of work, counted over the union of its dates.
    """
    years = years_of_work(resume, today)
    columns = [column for column, fact in enumerate(facts) if _can_support(fact)]
    usable = [facts[column] for column in columns]
    held = [_Held(frozenset(content_stems(fact.text)), _find_acronyms(fact.text), _initials(fact.text)) for fact in usable]
    matched = []
    for row, target in enumerate(targets):
        near = [similarity[row][column] for column in columns]
        ids: list[str] = []
        for asked in _ALTERNATIVE.split(target.text) if _CREDENTIAL.search(target.text) else [target.text]:
            ids.extend(_find_support(asked, usable, held, near, years))
        matched.append(target.model_copy(update={"fact_ids": tuple(dict.fromkeys(ids))[:MAX_SUPPORTING_FACTS]}))
    return tuple(matched)


def _can_support(fact: Fact) -> bool:
    return bool(_SUPPORTING_FIELDS.search(fact.path)) and not _NO_SUPPORT.search(fact.path)


class _Held(NamedTuple):
    """What a fact says: its content stems, which of its words are acronyms, and the initials of its runs of words."""

    stems: frozenset[str]
    acronyms: frozenset[str]
    initials: frozenset[str]


def _find_support(asked: str, facts: Sequence[Fact], held: Sequence[_Held], near: Sequence[float], years: float) -> list[str]:
    """Ids of the facts that support what is asked, best first; empty where they do not."""
    words = frozenset(_asked_stems(asked))
    needed_years = [_number(found) for found in _YEARS.findall(asked)]
    if needed_years and max(needed_years) > years:
        return []
    if not words:
        return [fact.id for fact in facts if fact.path.endswith(".position")] if needed_years else []
    shared = [_shared_words(asked, words, fact) for fact in held]
    if _asks_to_lead(asked):
        leads = [bool(_LEADS & fact.stems) and _reaches(asked, facts[i].text) for i, fact in enumerate(held)]
        shared = [found if lead else frozenset() for found, lead in zip(shared, leads, strict=True)]
        near = [value if lead else 0.0 for value, lead in zip(near, leads, strict=True)]
    if _CREDENTIAL.search(asked):
        full = [i for i, found in enumerate(shared) if found and words <= found | _implied(facts[i])]
        return [facts[i].id for i in sorted(full, key=lambda i: (-near[i], i))]
    share = [len(found) / len(words) for found in shared]
    related = [
        i
        for i in range(len(facts))
        if share[i] >= MIN_TEXT_SHARE or (near[i] >= MIN_RELATED and shared[i]) or near[i] >= MIN_SIMILARITY_ALONE
    ]
    if not related or not _distinctive(asked) & words <= frozenset().union(*(shared[i] for i in related)):
        return []
    closest = max(near[i] for i in related)
    union = len(frozenset().union(*(shared[i] for i in related)))
    supported = (
        max(share[i] for i in related) >= MIN_TEXT_SHARE
        or closest >= MIN_SIMILARITY_ALONE
        or (closest >= MIN_SIMILARITY_WORD and union > 0)
        or (closest >= MIN_SIMILARITY and union >= min(MIN_UNION_WORDS, MIN_UNION_SHARE * len(words)))
    )
    return [facts[i].id for i in sorted(related, key=lambda i: (-share[i] - near[i], i))] if supported else []


def _shared_words(asked: str, words: frozenset[str], fact: _Held) -> frozenset[str]:
    """Content words that the fact holds as they are, as an acronym, or spelt out."""
    return words & (fact.stems | _spelt_out(asked, fact.acronyms) | (_find_acronyms(asked) & fact.initials))


def _implied(fact: Fact) -> frozenset[str]:
    """Words that a fact says by where it stands: what is listed under certificates is one."""
    return (
        _CREDENTIAL_WORDS if fact.path.endswith((".name", ".studyType")) and fact.section in ("certificates", "education") else frozenset()
    )


def _asks_to_lead(asked: str) -> bool:
    stems = frozenset(content_stems(asked))
    return bool(_LEADS & stems and _PEOPLE & stems)


def _reaches(asked: str, held: str) -> bool:
    """The largest number asked for is reached by one that the fact states ("crew of 20" is not met by "crew of 4")."""
    wanted = [_number(word.text) for word in find_words(asked) if _is_number(word.text)]
    stated = [_number(word.text) for word in find_words(held) if _is_number(word.text)]
    return not wanted or (bool(stated) and max(stated) >= max(wanted))


def _is_number(word: str) -> bool:
    return word.replace(",", "").replace(".", "").isdigit() or fold(word) in _NUMBER_WORDS


def _number(word: str) -> float:
    plain = fold(word).replace(",", "")
    if plain in _NUMBER_WORDS:
        return _NUMBER_WORDS[plain]
    try:
        return float(plain)
    except ValueError:
        return 0.0


def years_of_work(resume: Resume, today: date) -> float:
    """Years covered by the work entries' dates, overlaps counted once.

    >>> from resume_rag.schema import Work
    >>> round(years_of_work(Resume(work=(Work(startDate="2019-01", endDate="2020-12"), Work(startDate="2020-06"))), date(2022, 1, 1)), 1)
    3.0
    """
    ranges = sorted(
        (_months(work.startDate, first=True), _months(work.endDate, first=False) if work.endDate else today.year * 12 + today.month - 1)
        for work in resume.work
        if work.startDate
    )
    months = 0
    reached = 0
    for start, end in ranges:
        months += max(0, end - max(start, reached))
        reached = max(reached, end)
    return months / 12


def _months(iso: str, *, first: bool) -> int:
    parts = [int(part) for part in iso.split("-")]
    month = parts[1] if len(parts) > 1 else (1 if first else 12)
    return parts[0] * 12 + month - (1 if first else 0)


# --- coverage ------------------------------------------------------------------------------------------------------------


def estimate_coverage(targets: Sequence[Target], before: Sequence[str], after: Sequence[str]) -> Coverage:
    """Weighted share of the targets that lines show, before and after, and of those that the facts support at all.

    A supported target is shown when one line holds at least 80 % of its content words; what is not supported is never
    shown. So ``before`` and ``after`` stay below ``ceiling``.
    """
    total = sum(target.weight for target in targets) or 1.0
    supported = [target for target in targets if not target.is_gap]
    return Coverage(
        before=round(sum(target.weight for target in supported if _shown(target.text, before)) / total, 3),
        after=round(sum(target.weight for target in supported if _shown(target.text, after)) / total, 3),
        ceiling=round(sum(target.weight for target in supported) / total, 3),
        targets=len(targets),
    )


def _shown(asked: str, lines: Sequence[str]) -> bool:
    words = set(_asked_stems(asked))
    if not words:
        return True
    return any(len(words & set(content_stems(line))) >= 0.8 * len(words) for line in lines)
