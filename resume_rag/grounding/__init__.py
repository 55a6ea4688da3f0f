"""Judges whether a line or a resume says only what the candidate's own resume says; edits nothing, needs no model.

`check_line` takes one line and the facts it cites; `check_resume` any two JSON Resume documents. `line` runs the rules, `CODES` lists what they
report. Each rule has a room of its own:

- reading: `reading` (words, verbs, numbers), `quantities`, `measured`, `links` (what stands with what), `phrases`, `keys` and `thesaurus` (same and
  wider words), `grounds` (what the facts support), `language`;
- numbers: `numbers`, `attached` (what they count), `derived` and `reckoned` (what follows by arithmetic), `apiece`, `shares`, `stages`, `intervals`,
  `years`, `owners` (whose they are), `otherwise`, `relations`;
- who: `agents`, `voice`, `people`, `others`, `counterparts`, `titles`;
- how far: `modality`, `negation`, `universals`, `reach`, `limits`;
- what: `words`, `acts`, `claims`, `nominal`, `verbhood`, `objects`, `substitution`;
- how it is built: `order`, `connectives`, `joints`, `company`, `contrasts`, `swaps`, `syntax`,
  `valency`, `repeats`;
- documents: `report`, `sources`, `align`, `locked`, `names`, `skills`, `entries`, `levels`, `welds`; and `leaks` from examples and the post.
"""

from resume_rag.grounding.codes import CODES
from resume_rag.grounding.line import check_line
from resume_rag.grounding.report import check_resume

__all__ = ["CODES", "check_line", "check_resume"]
