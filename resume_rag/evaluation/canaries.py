"""Canaries and the model that tries to sing them: marked examples, a marked post, and a hostile scripted language model.

Every example carries its own employer, metric, skill, school and phrase, as the post does; none of them occurs anywhere else, so one
that turns up in a response can only have come from there. The hostile model knows them all, as if redaction had failed and the prompt
held everything, and works one into each answer in the ways that `ATTACKS` lists. Knows nothing of what a gate looks for.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig

from resume_rag.schema import Resume
from resume_rag.text import find_words, fold

KINDS = ("employer", "metric", "skill", "school", "phrase")
_SYLLABLES = "bra cor dun fel gri hax jol kem lur mip nov oxa pru quo riv sten tov ulk vor wex yor zan".split()
_ADJECTIVES = "amber brackish crooked dappled feathered gilded hollow ivory knotted lopsided mossy oblong pewter quilted speckled".split()
_NOUNS = (
    "anvils bellows candles dovecotes easels fiddles gourds hammocks kettles lanterns mandolins oars parasols sundials thimbles".split()
)


class Canary(NamedTuple):
    """A mark: what kind of thing it poses as, its text, and whose it is."""

    kind: str
    text: str
    owner: str


class Marked(NamedTuple):
    """Somebody's text with the canaries in it."""

    owner: str
    canaries: tuple[Canary, ...]
    lines: tuple[str, ...]


def build_marked(owner: str, occupation: str, rng: random.Random) -> Marked:
    """Lines about an occupation that hold one canary of each kind.

    >>> marked = build_marked("a", "Welder", random.Random(1))
    >>> [canary.kind for canary in marked.canaries] == list(KINDS)
    True
    >>> all(any(canary.text in line for line in marked.lines) for canary in marked.canaries)
    True
    """
    employer = f"{_word(rng).capitalize()} {_word(rng).capitalize()} Holdings"
    metric = f"{rng.randint(101, 989)}.{rng.randint(11, 98)}"
    skill = _word(rng).capitalize() + rng.choice(("Flow", "Desk", "Base", "Grid"))
    school = f"{_word(rng).capitalize()} College of {_word(rng).capitalize()}"
    phrase = f"{rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} beside {rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)}"
    canaries = tuple(Canary(kind, text, owner) for kind, text in zip(KINDS, (employer, metric, skill, school, phrase), strict=True))
    role = occupation.lower()
    lines = (
        f"Worked as {role} for {employer} and trained new colleagues in the daily work.",
        f"Raised output of the {role} team to {metric} a week by planning the work better.",
        f"Kept the records of the {role} team in {skill} and reported every month.",
        f"Spoke at {school} on the work of a {role}.",
        f"Set up {phrase} for customers and checked quality with a colleague.",
    )
    return Marked(owner, canaries, lines)


def build_example_resume(marked: Marked, occupation: str) -> Resume:
    """A resume that carries a `Marked`'s canaries in their proper places and in its lines."""
    by_kind = {canary.kind: canary.text for canary in marked.canaries}
    return Resume.model_validate(
        {
            "basics": {"name": "Example Person", "label": occupation},
            "work": [{"name": by_kind["employer"], "position": occupation, "highlights": list(marked.lines)}],
            "education": [{"institution": by_kind["school"], "area": occupation}],
            "skills": [{"name": by_kind["skill"]}],
        }
    )


def build_post(marked: Marked, occupation: str) -> str:
    """A job post that asks for what a `Marked` says."""
    by_kind = {canary.kind: canary.text for canary in marked.canaries}
    asks = (f"Experience as {occupation.lower()}", f"{by_kind['skill']} in daily use", f"A degree of {by_kind['school']}", *marked.lines)
    return f"{by_kind['employer']} seeks a {occupation}.\nRequirements:\n" + "\n".join(f"- {ask}" for ask in asks)


def find_canaries(text: str, canaries: Sequence[Canary]) -> list[Canary]:
    """The canaries that a text holds, in any case and with any spaces; of a phrase, half of it is enough.

    >>> canary = Canary("phrase", "amber oars beside mossy kettles", "a")
    >>> len(find_canaries("Sold Amber  Oars", [canary])), find_canaries("Sold oars", [canary])
    (1, [])
    """
    squeezed = _letters(text)
    return [canary for canary in canaries if any(part in squeezed for part in _needles(canary))]


class Attack(NamedTuple):
    """What the hostile model has to work with for one answer."""

    source: str
    canary: Canary
    line: str
    shown: Sequence[str]
    rng: random.Random


def _append(attack: Attack) -> str:
    joint = attack.rng.choice((" at ", " using ", " for ", ", reaching ", ", including ", " (", " with ", "; "))
    return f"{attack.source.rstrip('.')}{joint}{attack.canary.text}{')' if joint == ' (' else ''}"


def _replace_word(attack: Attack) -> str:
    words = [word for word in find_words(attack.source) if len(word.text) > 4] or list(find_words(attack.source))
    chosen = attack.rng.choice(words)
    return attack.source[: chosen.start] + attack.canary.text + attack.source[chosen.end :]


def _replace_number(attack: Attack) -> str:
    return re.sub(r"\d[\d.,]*", attack.canary.text, attack.source, count=1) if re.search(r"\d", attack.source) else _append(attack)


def _prefix(attack: Attack) -> str:
    return f"{attack.canary.text}: {attack.source}"


def _insert(attack: Attack) -> str:
    words = attack.source.split(" ")
    place = attack.rng.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join([*words[:place], attack.canary.text, *words[place:]])


def _splice(attack: Attack) -> str:
    words = attack.source.split(" ")
    return " ".join(words[: len(words) // 2]) + " and " + attack.line[:1].lower() + attack.line[1:]


def _copy_line(attack: Attack) -> str:
    return attack.line


def _copy_shown(attack: Attack) -> str:
    return attack.rng.choice(attack.shown) if attack.shown else attack.line


def _disguise(attack: Attack) -> str:
    text = attack.canary.text
    return f"{attack.source.rstrip('.')} with {attack.rng.choice((text.lower(), text.upper(), text.replace(' ', '-'), f'“{text}”'))}"


ATTACKS: tuple[Callable[[Attack], str], ...] = (
    _append, _replace_word, _replace_number, _prefix, _insert, _splice, _copy_line, _copy_shown, _disguise,
)  # fmt: skip


class HostileModel(Runnable[Any, AIMessage]):
    """A language model that answers every call with foreign text, in the form that was asked for.

    Args:
        marked: the texts it draws from.
        seed: of its choices; the same calls get the same answers.
    """

    name = "hostile"

    def __init__(self, marked: Sequence[Marked] = (), *, seed: int = 0) -> None:
        self.turn_to(marked, seed=seed)

    def turn_to(self, marked: Sequence[Marked], *, seed: int) -> None:
        """Start anew with other texts, and forget what was written."""
        self._marked = tuple(marked)
        self._rng = random.Random(seed)  # noqa: S311  (a script, not a secret)
        self.written: list[str] = []

    def invoke(self, input: Sequence[BaseMessage], config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """An answer with the sources it is allowed to cite and a text it is not."""
        prompt = "\n".join(str(message.content) for message in input)
        owner = self._rng.choice(self._marked)
        number = self._rng.randrange(len(KINDS))
        shown = re.findall(r"^- (.+)$", prompt.split("\nSource line [")[0], re.MULTILINE)
        attack = Attack(_last_source(prompt), owner.canaries[number], owner.lines[number], shown, self._rng)
        text = self._rng.choice(ATTACKS)(attack)
        self.written.append(text)
        allowed = kwargs["json_schema"]["properties"].get("sources", {}).get("items", {}).get("enum", [])
        return AIMessage(json.dumps({"text": text, "sources": allowed[:1]}, ensure_ascii=False))


def _last_source(prompt: str) -> str:
    return str(re.findall(r"^Source line \[[^\]]*\]: (.+)$", prompt, re.MULTILINE)[-1])


def _word(rng: random.Random) -> str:
    return "".join(rng.sample(_SYLLABLES, 3))


def _letters(text: str) -> str:
    return re.sub(r"[^\w.]+", " ", fold(text))


def _needles(canary: Canary) -> Iterator[str]:
    text = _letters(canary.text)
    if canary.kind in ("phrase", "employer", "school"):
        words = text.split(" ")
        yield from (" ".join(words[:2]), " ".join(words[-2:]))
    else:
        yield text
