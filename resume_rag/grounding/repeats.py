"""A part behind a semicolon that only repeats what stands before it: the mark of a model that did not know how to end.

Lie caught: *reviewed lift plans; reviewed by me*, *sharpened mower blades; improved mower blades*. Honest line passed: *reviewed lift
plans; 40 a year were mine*.
"""

from __future__ import annotations

from resume_rag.grounding.findings import LineCheck


def check_repeats(check: LineCheck) -> None:
    """Reports parts that repeat, with nothing of their own but a verb that no source has.

    >>> from resume_rag.grounding.grounds import Grounds
    >>> from resume_rag.grounding.reading import read
    >>> from resume_rag.schema import Fact
    >>> fact = Fact(id="f", path="f", text="Sharpened mower blades; nobody was hurt; wrote lift plans, reviewed by me", section="work")
    >>> def find(text):
    ...     check = LineCheck("p", read(text), Grounds([fact]))
    ...     check_repeats(check)
    ...     return [finding.code for finding in check.findings]
    >>> find("Nobody was hurt; nobody was hurt"), find("Sharpened mower blades; nobody was hurt")
    (['garbled'], [])
    >>> find("Sharpened mower blades; improved mower blades"), find("Wrote lift plans; reviewed lift plans")
    (['garbled'], [])
    """
    line = check.line
    said: set[str] = set()
    folded: set[str] = set()
    for part in range(len(line.part_keys)):
        tokens = line.part_tokens(part)
        content = [t for t in tokens if t.content]
        if tokens and tokens[0].text == ";" and content and said and not any(t.quantity is not None for t in tokens):
            new = [t for t in content if t.key not in said]
            things = {t.key for t in content if not t.verb}
            same = not new and not any(t.folded in {"not", "no", "never"} or t.folded.endswith("n't") for t in tokens)
            idle = things and len(new) == 1 and new[0].verb and new[0] is content[0] and new[0].key not in check.grounds.keys
            if same and {t.folded for t in tokens if t.content} <= folded or idle:
                check.report(
                    "garbled", f"{check.quote(content[0].start, content[-1].end)}: this only repeats.", content[0].start, content[-1].end
                )
        said |= {t.key for t in content}
        folded |= {t.folded for t in content}
