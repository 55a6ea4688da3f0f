"""A word -> its key (what is the same word) and its families (what may stand for it).

The key is the Snowball stem of the lemma, except where stems of different words collide (*international*, *internal*):
those keep a key of their own. Knows nothing of lines or facts.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from resume_rag.grounding.lexicon import acts, forms, marks, nouns, verbs
from resume_rag.grounding.thesaurus import list_particle_verbs, shares_meaning
from resume_rag.text import stem

_SUFFIXES = frozenset(
    """s es ed d e ing r er y ies ied ion ions ation ations ition ment ments ement ements al ally able ance ance ence ity ive ively ly ness ure ures
    is sis ses ze zed zing yze yzed yzing izing ized ize ization ful or t ted ting th""".split()
)
_KEEP_ING = frozenset("engineering accounting marketing nursing teaming".split())
_MIN_PREFIX = 5


@lru_cache(maxsize=65536)
def find_key(word: str) -> str:
    """The one form under which a folded word is compared.

    >>> find_key("led"), find_key("organised") == find_key("organizing"), find_key("internal") == find_key("international")
    ('lead', True, False)
    """
    word = spell(word)
    word = forms.IRREGULAR.get(word) or _find_prefixed(word) or word
    base = _find_apart(word)
    return base if base is not None else stem(word) if word.isalpha() else word


def spell(word: str) -> str:
    """American spelling of a folded word.

    >>> spell("labelled"), spell("organisation"), spell("programme's")
    ('labeled', 'organization', 'program')
    """
    word = word.removesuffix("'s").removesuffix("'")
    word = re.sub("ogu(ed|ing)$", r"og\1", word) if "ogu" in word else word
    word = forms.SPELLING.get(word, word)
    # Most words hold none of these letters: looked for first, as every new word comes by here.
    if "is" in word:
        word = re.sub(r"(?<=[a-z]{3})is(e|ed|es|ing|ation|ations|er|ers)$", _zed, word)
    if "ll" in word and not word.startswith(("sell", "tell", "call", "cell")):
        word = re.sub(r"(?<=[a-z]{2}[ae])ll(ed|ing|er|ers|or|ors)$", r"l\1", word)
    if "our" in word:
        word = re.sub(r"(?<=[a-z]{3})our(ed|ing|s|ite)?$", _our, word)
    if "ys" in word:
        word = re.sub(r"yse(d|s|rs?)?$", r"yze\1", re.sub(r"ysing$", "yzing", word))
    return word


def _find_prefixed(word: str) -> str | None:
    """*redraw* for *redrew*: irregular verbs keep their forms behind a prefix."""
    for prefix in ("re", "over", "under", "out", "fore", "mis", "with"):
        bare = word.removeprefix(prefix)
        if bare != word and len(bare) > 3 and bare in forms.IRREGULAR and forms.IRREGULAR[bare] != bare:
            return prefix + forms.IRREGULAR[bare]
    return None


def is_irregular(word: str) -> bool:
    """Whether a folded word is an irregular form, also behind a prefix.

    >>> is_irregular("drew"), is_irregular("redrawn"), is_irregular("remand")
    (True, True, False)
    """
    return word in forms.IRREGULAR or _find_prefixed(word) is not None


_REAL_ISE = re.compile(
    r"(?:superv|adv|rev|rais|ra|exerc|prom|prem|compr|expert|franch|merchand|surpr|dev|enterpr|pra|no|adverti|w|r|prec|conc|otherw|likew|cru)$"
)
_REAL_OUR = frozenset("hour four tour pour your our flour hours tours pours toured touring poured pouring".split())


def _zed(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    return match.group() if _REAL_ISE.search(before) else "iz" + match.group(1)


def _our(match: re.Match[str]) -> str:
    return match.group() if match.string in _REAL_OUR or match.string.endswith(("hour", "hours")) else "or" + (match.group(1) or "")


def _find_apart(word: str) -> str | None:
    if word.endswith("ies") and word[:-3] + "y" in forms.APART:
        return "=" + word[:-3] + "y"
    for ending in ("s", "es", "ed", "d", "ing"):
        bare = word.removesuffix(ending)
        if bare == word or (ending == "ing" and word in _KEEP_ING) or word == "news":
            continue
        for base in (bare,) if ending == "s" else (bare, bare + "e"):  # "rats" are no "rates"
            if base in forms.APART:
                return "=" + base
    return "=" + word if word in forms.APART else None


@lru_cache(maxsize=65536)
def find_families(key: str) -> frozenset[int]:
    """Numbers of the families that a key belongs to."""
    return _families().get(key, frozenset())


@lru_cache(maxsize=65536)
def is_wider(key: str, source_key: str) -> bool:
    """Whether the verb `key` may stand for `source_key` because it says less.

    >>> is_wider(find_key("created"), find_key("wrote")), is_wider(find_key("wrote"), find_key("created"))
    (True, False)
    """
    return source_key in _wider().get(key, frozenset())


@lru_cache(maxsize=65536)
def is_derived(key: str, other: str) -> bool:
    """Whether two stems are one word in two parts of speech: a long common beginning and known endings.

    >>> is_derived("reduc", "reduct"), is_derived("maintain", "mainten"), is_derived("communiti", "communic")
    (True, True, False)
    """
    if key == other:
        return True
    if key[:1] == "=" or other[:1] == "=":
        return False
    if (key, other) in _IRREGULAR_PAIRS or (other, key) in _IRREGULAR_PAIRS:
        return True
    if min(len(key), len(other)) >= 4 and (key in {other + "er", other + "or"} or other in {key + "er", key + "or"}):
        return True
    shared = 0
    for a, b in zip(key, other, strict=False):
        if a != b:
            break
        shared += 1
    if shared < _MIN_PREFIX:
        return False
    return _is_ending(key[shared:]) and _is_ending(other[shared:])


_IRREGULAR_PAIRS = {
    ("maintain", "mainten"), ("analyz", "analysi"), ("analyz", "=analyt"), ("=analyt", "analysi"), ("diagnos", "diagnost"), ("decid", "decis"), ("divid", "divis"),
    ("grow", "growth"), ("sell", "sale"), ("=serv", "serv"), ("choos", "choic"), ("retain", "retent"), ("compet", "competit"), ("fund", "fundrais"),
    ("respons", "respond"), ("repli", "repl"), ("deliveri", "deliv"), ("deliv", "deliveri"), ("pay", "payment"), ("wast", "wastag"), ("photo", "photographi"),
    ("instal", "install"), ("reconcili", "reconcil"), ("safe", "safeti"), ("accur", "accuraci"), ("accuraci", "accur"), ("punctual", "ontim"),
    ("heat", "heater"), ("member", "membership"), ("prove", "proof"), ("advic", "advis"), ("prescrib", "prescript"), ("transcrib", "transcript"), ("inspect", "=inspector"),
    ("loss", "lose"), ("bake", "bakeri"), ("train", "=training"), ("nurs", "=nursing"), ("fish", "fisheri"), ("length", "long"), ("strength", "strong"),
    ("weight", "weigh"), ("width", "wide"), ("receipt", "receiv"), ("recept", "receiv"), ("renew", "renewal"), ("appli", "applic"), ("complianc", "compli"),
    ("compli", "compliant"), ("complianc", "compliant"), ("recruit", "recruiter"), ("reliabl", "reliabli"), ("stabil", "stabl"), ("stabl", "stabil"),
    ("simul", "simulat"), ("emerg", "emergent"), ("translat", "translation"), ("enrol", "enroll"), ("use", "usag"), ("sign", "signatur"), ("overse", "oversight"), ("close", "closur"),
}  # fmt: skip


def _is_ending(rest: str) -> bool:
    return (
        rest == ""
        or rest in _SUFFIXES
        or rest in {"i", "at", "it", "ic", "iti", "tion", "ent", "ant", "anc", "enc", "abl", "c", "v", "iz", "g", "n"}
    )


def are_akin(key: str, other: str) -> bool:
    """Whether two keys may stand for each other: the same, derived, or of one family.

    >>> are_akin(find_key("staff"), find_key("employees")), are_akin(find_key("java"), find_key("javascript"))
    (True, False)
    """
    return key == other or bool(find_families(key) & find_families(other)) or is_derived(key, other) or shares_meaning(key, other)


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(find_key(word) for word in line.split()) for line in nouns.ABBREVIATIONS.splitlines())


@lru_cache(maxsize=65536)
def is_abbreviation(key: str, other: str) -> bool:
    """Whether one key is a short form of the other.

    >>> is_abbreviation(find_key("mgr"), find_key("manager"))
    True
    """
    return any(key in pair and other in pair for pair in _abbreviations())


def is_verb_key(key: str) -> bool:
    """Whether the key is that of a known verb."""
    return key in _verb_keys()


@lru_cache(maxsize=16384)
def is_verb_form(word: str) -> bool:
    """Whether a folded word is a known verb in its base form or with an *s*: *fasten*, not *fastener*.

    >>> is_verb_form("fasten"), is_verb_form("supplies"), is_verb_form("fasteners")
    (True, True, False)
    """
    forms_of = {word, word.removesuffix("s"), word.removesuffix("es"), re.sub("ies$", "y", word)}
    return is_verb_key(find_key(word)) and bool({spell(form) for form in forms_of} & _verb_words())


@lru_cache(maxsize=1)
def _verb_words() -> frozenset[str]:
    words = set(verbs.FAMILIES.split()) | set(verbs.WIDER.replace(":", " ").split()) | verbs.OTHER_VERBS | frozenset({"hang"})
    return frozenset(spell(word) for word in words)


def member_key(word: str) -> str:
    """The key of a member of a lexicon; a member with a hyphen is a phrase and its own key."""
    return word if "-" in word else find_key(word)


@lru_cache(maxsize=1)
def _families() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    lines = [*verbs.FAMILIES.splitlines(), *nouns.FAMILIES.splitlines(), *forms.RELATED.splitlines(), *nouns.ABBREVIATIONS.splitlines()]
    for number, line in enumerate(lines):
        for word in line.split():
            found.setdefault(member_key(word), set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


@lru_cache(maxsize=1)
def _wider() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for line in (*verbs.WIDER.splitlines(), *acts.HYPERNYMS.splitlines()):
        head, _, tail = line.partition(":")
        key = member_key(head.strip())
        table[key] = table.get(key, frozenset()) | frozenset(member_key(word) for word in tail.split())
    return table


@lru_cache(maxsize=1)
def _verb_keys() -> frozenset[str]:
    return frozenset(member_key(word) for word in _verb_words())


@lru_cache(maxsize=1)
def phrase_table() -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Multi-word verbs by the key of their first word: (keys, key of the whole)."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in verbs.PHRASES.splitlines():
        name, _, words = line.partition(":")
        keys = tuple(find_key(word) for word in words.split())
        table.setdefault(keys[0], []).append((keys, member_key(name)))
    listed = {pattern for rows in table.values() for pattern, _ in rows}
    for name in list_particle_verbs():
        verb, _, particle = name.partition("-")
        pattern = (find_key(verb), find_key(particle))
        if pattern not in listed:
            table.setdefault(pattern[0], []).append((pattern, name))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in table.items()}


@cache
def keys_of(words: frozenset[str]) -> frozenset[str]:
    """The keys of a set of words of a lexicon."""
    return frozenset(member_key(word) for word in words)


FUNCTION = marks.FUNCTION


STYLE = keys_of(marks.STYLE)
"""Words of style, which claim nothing."""
CHANGING = keys_of(marks.UP | marks.DOWN)
"""Verbs of going or bringing up and down."""
CLIENTELE = keys_of(nouns.CLIENTELE)
"""People whom work is done for."""
PLAIN = keys_of(acts.PLAIN)
"""Verbs that say of any thing only that it was done."""
