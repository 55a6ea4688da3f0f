"""Build resume_rag/data/thesaurus/thesaurus.txt.gz from WordNet 3.0.

    python tests/build_thesaurus.py DICT_DIR [OUTPUT_FILE]

DICT_DIR holds `data.noun`, `index.sense` and so on; Debian's packages `wordnet-base` and `wordnet-sense-index` put them into
/usr/share/wordnet.
The file is what `resume_rag/grounding/thesaurus.py` reads: words as `grounding.keys` compares them, their common senses as
numbers, and words of other parts of speech made from them; then, for each number, the more general ones.
Run it again when `find_key` or its word forms change.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from resume_rag.grounding import keys

FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
MOST_SENSES = 4
LEAST_SHARE = 0.05  # of a word's uses in the texts that WordNet's authors tagged
PARTICLES = frozenset("up down in out on off over back through along away into around round forward together after apart ahead".split())
TOP_WORDS = {"entity", "abstraction", "physical_entity", "thing", "object", "whole", "causal_agent", "matter", "psychological_feature"}
OUTPUT = Path(__file__).parents[1] / "resume_rag" / "data" / "thesaurus" / "thesaurus.txt.gz"
Sense = tuple[str, str]


class Synset(NamedTuple):
    """The words of one meaning, and what WordNet links them to: (kind of link, synset, place of the word that it starts from)."""

    words: list[str]
    links: list[tuple[str, Sense, int]]


def main(folder: Path, output: Path) -> None:
    """Reads the dictionary and writes the table."""
    synsets = dict(read_synsets(folder))
    senses = read_senses(folder)
    numbers: dict[Sense, int] = {}
    entries: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (word, pos), found in senses.items():
        key = find_word_key(word)
        if key is None or ("-" in key and pos != "v"):
            continue
        for sense in select_common([row for row in found if word in synsets[row[2]].words]):  # without names: *Java* the island
            entries[key][pos].add(str(numbers.setdefault(sense, len(numbers))))
            for kind, goal, place in synsets[sense].links:
                if kind in {"+", "\\"} and place and synsets[sense].words[place - 1] == word:
                    entries[key]["+"] |= {k for w in synsets[goal].words if (k := find_word_key(w)) and k != key}
    parents = list_parents(synsets, numbers)
    lines = [render_entry(key, entries[key]) for key in sorted(entries, key=lambda key: key.encode())]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(gzip.compress("\n".join([*lines, "", *parents]).encode(), 9, mtime=0))
    print(f"{len(lines)} words, {len(parents)} senses, {output.stat().st_size / 1e6:.2f} MB")


def read_synsets(folder: Path) -> Iterator[tuple[Sense, Synset]]:
    """All meanings with their words and links."""
    for pos, name in FILES.items():
        for line in (folder / f"data.{name}").read_text("latin1").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split("|")[0].split()
            size = int(fields[3], 16)
            words = [fields[4 + 2 * i].split("(")[0] for i in range(size)]
            rest = fields[5 + 2 * size :]
            links = [(rest[i], (rest[i + 2], rest[i + 1]), int(rest[i + 3][:2], 16)) for i in range(0, 4 * int(fields[4 + 2 * size]), 4)]
            yield (pos, fields[0]), Synset(words, links)


def read_senses(folder: Path) -> dict[tuple[str, str], list[tuple[int, int, Sense]]]:
    """For each word and part of speech: rank, count of uses, meaning."""
    found: dict[tuple[str, str], list[tuple[int, int, Sense]]] = defaultdict(list)
    for line in (folder / "index.sense").read_text("latin1").splitlines():
        key, offset, rank, count = line.split()
        word, _, rest = key.partition("%")
        pos = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}[rest[0]]
        found[word, pos].append((int(rank), int(count), (pos, offset)))
    return {word: sorted(rows) for word, rows in found.items()}


def select_common(rows: list[tuple[int, int, Sense]]) -> list[Sense]:
    """The meanings a word is commonly used in: the first, and the next that are a fair share of its uses."""
    total = sum(count for _, count, _ in rows)
    return [sense for n, (_, count, sense) in enumerate(rows[:MOST_SENSES]) if not n or count >= LEAST_SHARE * total]


def find_word_key(word: str) -> str | None:
    """The key of a plain word, or the name of a verb with its particle; None for names, phrases and what no resume holds."""
    verb, _, particle = word.replace("_", " ").partition(" ")
    if particle in PARTICLES and re.fullmatch(r"[a-z]{2,12}", verb):
        return f"{verb}-{particle}"
    return keys.find_key(word) if re.fullmatch(r"[a-z]{3,20}", word) else None


def list_parents(synsets: dict[Sense, Synset], numbers: dict[Sense, int]) -> list[str]:
    """For each number: the numbers of the next more general meanings; grows `numbers` by those no word led to."""
    parents: list[str] = []
    order = list(numbers)
    for sense in order:
        found = [goal for kind, goal, _ in synsets[sense].links if kind in {"@", "@i"} and not TOP_WORDS & set(synsets[goal].words)]
        for goal in found:
            if goal not in numbers:
                numbers[goal] = len(numbers)
                order.append(goal)
        parents.append(" ".join(str(numbers[goal]) for goal in found))
    return parents


def render_entry(key: str, entry: dict[str, set[str]]) -> str:
    """A line of the table."""
    return "\t".join([key, *(" ".join(sorted(entry[part])) for part in ("n", "v", "a", "r", "+"))]).rstrip("\t")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else OUTPUT)
