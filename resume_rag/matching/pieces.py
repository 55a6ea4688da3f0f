"""A clause -> its pieces, each asking for one thing, as spans of the post.

Prose is cut only where a new verb with its own object begins ("draft pleadings, manage e-discovery and file documents"),
or a new asking noun ("experience with X and knowledge of Y"); a list of names is taken apart ("SQL, Kafka and Go"),
alternatives are not ("Tableau or Power BI"). So no piece ends in mid-phrase.
"""

from __future__ import annotations

import re

from resume_rag.matching.languages import find_languages
from resume_rag.matching.words import YEARS, asked_stems, find_distinctive
from resume_rag.text import content_stems, find_words, fold, stem

MAX_LIST_WORDS = 16

_VERBS = frozenset(
    """accept achieve act adapt adjust administer advise align analyse analyze answer apply approve architect arrange assemble assess
    assign assist assure attend audit author automate bake balance bill book braze brief bring build calculate calibrate care carry champion check
    choose clean close coach collaborate collect communicate compile complete comply conduct configure connect consult contribute control convert
    cook coordinate counsel count create cultivate cut debug define deliver demonstrate deploy design detect determine develop diagnose direct
    discuss dispense display document draft draw drive edit educate enable encourage enforce engage enhance ensure enter escalate establish
    estimate evaluate examine execute expand explain explore facilitate feed file find fine-tune fit fix float follow forecast formulate foster frame fulfil
    gather generate govern greet grow guide handle hang hang hire hold identify implement improve induce inform influence initiate inspect inspire install
    integrate interpret interview investigate keep launch lead learn lift liaise load log maintain make manage measure mentor migrate model
    monitor motivate move negotiate observe obtain operate optimise optimize orchestrate order organise organize oversee own package paint participate
    partner perform place plan post prepare prescribe present prevent price prioritise prioritize process procure produce program promote propose protect
    prototype provide purchase qualify read recognise recognize recommend reconcile record recruit reduce refine rehabilitate remove repair replace
    report represent research resolve respond restock restore review run scale schedule screen secure sell serve service set shape share ship
    simulate solve sort source specify staff store streamline strengthen study submit supervise supply support sweep take teach test titrate
    track train transform translate transport treat triage troubleshoot tune unload update upgrade upsell use utilise utilize validate verify
    wash weigh weld wire work write""".split()
)
_VERB_STEMS = frozenset(stem(word) for word in _VERBS)
_ALSO_NOUNS = frozenset(
    """answer approach audit balance bill brief check coach contact contract design document draft drive estimate file fit float frame guide
    handle hire influence interview launch lead log measure mentor model monitor order package paint partner perform plan place post price process
    produce program project purchase record repair replace report research review run scale schedule screen serve service set shape share ship sort
    source staff store study supply support test track train transport treat update use work""".split()
) - {
    "lead",
    "drive",
    "set",
    "share",
    "perform",
    "replace",
    "run",
    "serve",
    "handle",
    "treat",
    "train",
    "repair",
    "measure",
    "produce",
    "hire",
    "file",
}
_DETERMINERS = frozenset("the a an our your their all new its any each these those other this with for from to on in of".split())
_ASKING_NOUNS = (
    r"(?:(?:strong|good|solid|excellent|proven|sound|deep|working|basic|practical|advanced|prior|previous|some|demonstrated)\s+)*"
    r"(?:experience|knowledge|understanding|ability|familiarity|proficiency|command|expertise|skills? in|willingness|certification in|an? (?:\w+(?:'s)? )?degree|fluency|competence|proven work|track record|you (?:will|must|should|have|are)|"
    r"an? [\w' -]{3,40}? (?:certificate|certification|licen[sc]e)|"
    r"(?:at least |a minimum of |minimum )?\d+\+? years)\b"
)
_JOINT = re.compile(r"\s*[,:]\s+(?:and\s+|as well as\s+)?|\s+and\s+|\s+as well as\s+|\s*&\s*")
_NEW_ASK = re.compile(_ASKING_NOUNS, re.I)
_REASON = re.compile(
    r",?\s+(?:as (?:our|we|you|they|part of|well\.)|because|since|so that|in order to|which (?:is|are|will)|where you)\b|,\s+including\b|\s+within \w+ (?:days|weeks|months)\b",
    re.I,
)
_SUBJECT = re.compile(
    r"^(?:[^,.;]{0,40}, )?(?:as [^,;]{3,40}?,? )?(?:(?:the |our |a )?(?:successful |ideal |right )?[\w-]+(?: [\w-]+)? (?:will|must|should|can)\b|you (?:will|must|should|can|have|are|bring|need|need to)\b|"
    r"you(?:'ll|'ve|'re)\b)\s*(?:also |be (?:responsible for|expected to|able to|in charge of|comfortable)\s?|then |help(?: to)? |have |hold |possess )*",
    re.I,
)
_PERSON = re.compile(
    r"^.{0,60}?\b(?:looking for|seeking|seek|need|require|want|hiring)\b(?:(?! (?:who|with|to)\b).){0,70}? (?:who (?:can |has |have |is |will )?|with |to )",
    re.I,
)
_LEAD_IN = re.compile(
    r"^(?:and\s+|or\s+|also\s+|plus\s+|must (?:have|be|bring|possess)\s+|the ability to\s+|(?:proven |demonstrated |strong |good )?ability to\s+|able to\s+|"
    r"(?:strong|solid|good|excellent|sound|proven|deep|working|practical|basic|hands-on|demonstrated|previous|prior|relevant|proficient|"
    r"extensive|in-depth|current|active|valid|comfortable|familiar|some|expert|professional|production|advanced)\s+(?=\w)|"
    r"(?:knowledge|understanding|command|experience|expertise|proficiency|skills?|background|familiarity|use|competence|track record|record|exposure|mastery)"
    r"\s+(?:of|in|with|on|as|using|to|working with)\s+|(?:with|in|of|for)\s+|(?:a|an|the)\s+)+",
    re.I,
)
_TAIL = re.compile(
    r"(?:[,\s]+(?:is|are|would be|will be|as))?[,\s(]+(?:strongly |highly |also |not )?(?:(?:strictly )?required(?: but not essential)?|preferred(?: but not required)?|desirable|desired|"
    r"a (?:big |strong |definite |real )?(?:plus|must|bonus|advantage)|an (?:asset|advantage)|essential|advantageous|helpful|nice|great|welcome|nice to have|a nice-to-have|appreciated)"
    r"(?: but not required)?\)?(?:\s+(?:because|as|since)\b.*)?$",
    re.I | re.S,
)
_LABEL = re.compile(r"^(?!.*\b(?:will|must|lead|team)\b)[\w&/ -]{3,30}:\s+(?=\S)")
_BARE = frozenset("team work others people it them this role position task tasks duties duty etc more".split())


def split_clause(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the pieces of ``text[start:end]``."""
    start = _skip_subject(text, start, end)
    if find_languages(text[start:end]):
        # "Excellent German and English": the level belongs to both.
        return [_trim(text, start, end, keeps_lead=True)]
    pieces: list[tuple[int, int]] = []
    reason = _REASON.search(text, start, end)
    if reason and reason.start() > start and content_stems(text[start : reason.start()]):
        end = reason.start()
    for a, b in _split_prose(text, *_trim(text, start, end)):
        a, b = _trim(text, _skip_subject(text, a, b), b)
        pieces.extend(_split_names(text, a, b) or [(a, b)])
    return [(a, b) for a, b in pieces if a < b and _says_something(text[a:b])]


def _says_something(piece: str) -> bool:
    stems = content_stems(piece)
    if fold(piece).startswith("join ") or not (asked_stems(piece) or YEARS.search(piece)):
        return False
    return any(any(char.isalpha() for char in part) for part in stems) and not all(fold(w.text) in _BARE for w in find_words(piece))


def _skip_subject(text: str, start: int, end: int) -> int:
    for pattern in (_PERSON, _SUBJECT):
        match = pattern.match(text[start:end])
        if match and content_stems(text[start + match.end() : end]):
            return start + match.end()
    return start


def begins_with_verb(text: str) -> bool:
    """Whether a piece begins like an order or a duty: "manage", "also manages", "designing"."""
    first = next(
        (word for word in find_words(text) if fold(word.text) not in ("to", "also", "then", "actively", "safely", "help", "closely")), None
    )
    return first is not None and fold(first.text) not in ("work", "use", "experience") and _find_form(first.text) is not None


def _find_form(word: str) -> str | None:
    """How a verb stands: ``base`` (manage), ``s`` (manages), ``ing`` (managing); None for other words ("management").

    >>> _find_form("Design"), _find_form("designing"), _find_form("execution")
    ('base', 'ing', None)
    """
    plain = fold(word)
    if plain in _VERBS:
        return "base"
    if plain.endswith("ing") and stem(plain) in _VERB_STEMS:
        return "ing"
    return "s" if plain.endswith("s") and (plain[:-1] in _VERBS or plain[:-2] in _VERBS) and plain.rstrip("s") not in _ALSO_NOUNS else None


def _begins_like(rest: str, clause: str, *, after_others: bool) -> bool:
    """Whether a new verb in the form of the clause's own begins here: "and file documents", not "and design teams".

    In a row of verbs ("bake bread, clean ovens and order flour") a word that is a noun too is read as one more.
    """
    words = [fold(word.text) for _, word in zip(range(2), find_words(rest), strict=False)]
    own = next((form for word in find_words(clause[:60]) if (form := _find_form(word.text))), None)
    if not words or own is None or _find_form(words[0]) != own:
        return False
    return after_others or words[0] not in _ALSO_NOUNS or (len(words) > 1 and words[1] in _DETERMINERS)


def _split_prose(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts joined by "and" or a comma where a new verb with an object, or a new asking noun, begins."""
    is_duty = begins_with_verb(text[start:end])
    cuts: list[tuple[int, int]] = []
    depth, counted, begin = 0, start, start
    for joint in _JOINT.finditer(text, start, end):
        depth += text.count("(", counted, joint.start()) - text.count(")", counted, joint.start())
        counted = joint.start()
        if depth > 0:
            continue
        rest = text[joint.end() : min(end, joint.end() + 120)]
        new_verb = is_duty and _begins_like(rest, text[start:end], after_others=bool(cuts)) and _has_object(rest)
        left = text[begin : joint.start()]
        if (new_verb and _has_object(left)) or (_NEW_ASK.match(rest) and asked_stems(left)):
            cuts.append(joint.span())
            begin = joint.end()
    edges = [start, *(edge for cut in cuts for edge in cut), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _has_object(piece: str) -> bool:
    """Whether more than verbs stands before the next joint: "file documents" has an object, "assess and" has none."""
    first = _JOINT.split(piece, maxsplit=1)[0]
    words = [word for word in find_words(first) if fold(word.text) in first.casefold() and content_stems(word.text)]
    return len(words) >= 2


def _split_names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the names in a list of names that are all asked for; empty where it is no such list."""
    label = _LABEL.match(text[start:end])
    if label:
        start += label.end()
    inner = text[start:end]
    if (
        "(" in inner
        or len(inner.split()) > MAX_LIST_WORDS
        or re.search(r"\bor\b|/|such as|preferably|e\.g|\blike\b|bilingual", inner, re.I)
    ):
        return [(start, end)] if label else []
    cuts = [match.span() for match in re.finditer(r"\s*,\s*and\s+|\s*,\s+|\s+and\s+|\s*&\s+", inner)]
    edges = [0, *(edge for cut in cuts for edge in cut), len(inner)]
    spans = [_trim(text, start + a, start + b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    names = [text[a:b] for a, b in spans if a < b]
    # "SQL and Kafka" are two things; "design and build services" is one.
    if len(names) < 2 or any(len(name.split()) > 3 or not find_distinctive(name) for name in names):
        return [(start, end)] if label and asked_stems(inner) else []
    return [span for span in spans if span[0] < span[1]]


def _trim(text: str, start: int, end: int, *, keeps_lead: bool = False) -> tuple[int, int]:
    while start < end and text[start] in " \t\r\n,:;-–—•*_\"'":
        start += 1
    end = _trim_end(text, start, end)
    while (tail := _TAIL.search(text[start:end])) and content_stems(text[start : start + tail.start()]):
        end = start + tail.start()
        opened = text.rfind("(", start, end)
        # "in English (spoken English is a plus)" is not to end in an open bracket.
        if opened > start and ")" not in text[opened:end]:
            end = opened
        end = _trim_end(text, start, end)
    lead = None if keeps_lead else _LEAD_IN.match(text[start:end])
    if lead and lead.end() < end - start and content_stems(text[start + lead.end() : end]):
        start += lead.end()
    return start, end


def _trim_end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t\r\n,.:;!*_-–—\"'":
        end -= 1
    loose = re.search(r",?\s+(?:and|or|und|oder)$", text[start:end], re.I)
    return start + loose.start() if loose else end
