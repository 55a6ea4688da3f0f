"""Whether a text is English, told by its small words: the rules here read English only, and say so otherwise."""

from __future__ import annotations

import re
from functools import lru_cache

_ENGLISH = frozenset(
    """the of and to in a for with on by at from as an was were is are that this it its into over under after before per who which
    i we my me they them their our not when while but all no had been will can did about up out off so if then than there here""".split()
)
_OTHERS = (
    frozenset(
        """der die das und mit von für im den dem ein eine einer eines auf zur zum bei sowie über durch unter als nach wurde wurden
    le la les des du et avec pour dans une un sur au aux par en ainsi que qui el los las y con para por una uno del al como
    il lo gli di della delle dei degli e nel nella per con da dal sul un' het een van voor met en op bij naar aan door
    o os as do da dos das com para em no na nos nas uma um och för med av på till ett som og til på af z na do się oraz""".split()
    )
    - _ENGLISH
    - frozenset("do per die also so am".split())
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_SHARE = 0.6


@lru_cache(maxsize=4096)
def is_english(text: str) -> bool:
    """Whether the text can be read as English; a few bare words pass.

    >>> is_english("Led a team of nurses"), is_english("Leitung eines Teams von Pflegekräften auf der Station")
    (True, False)
    """
    words = [w.casefold() for w in _WORD.findall(text)]
    letters = [c for c in text if c.isalpha()]
    if letters and sum(c < "ɐ" for c in letters) < _LATIN_SHARE * len(letters):
        return False
    english, other = sum(w in _ENGLISH for w in words), len({w for w in words if w in _OTHERS})
    return other < 2 or english >= other
