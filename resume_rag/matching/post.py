"""A job post's text without HTML tags, entities and Markdown marks, each character with its place in the post as given.

Knows nothing of what the text says. A plain post is left as it is, so its offsets are its own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from resume_rag.schema import Span

_TAGS_THAT_TELL = re.compile(r"<(?:p|div|ul|ol|li|br|h[1-6]|strong|b|span|table|section|article)(?:\s[^<>]*)?/?>", re.I)
_HTML = re.compile(
    r"</?(?P<tag>[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>|&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8});|\s+",
    re.I | re.S,
)
_BLOCK_TAGS = frozenset("p div ul ol br tr td th table section article header footer main dl dt dd blockquote".split())
_MARKDOWN = re.compile(
    r"(?m)^(?P<alone>[ \t]*(?:\*\*|__)[^*_\n]+(?:\*\*:?|__:?|:\*\*)[ \t]*$)|\*\*|__(?=\w)|(?<=\w)__|`|!?\[(?P<link>[^\]\n]{1,200})\]\([^)\s]{0,300}\)"
)


class Post(NamedTuple):
    """Text to read, and for each of its characters where it begins and ends in the post (None: the same place)."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def find_span(self, start: int, end: int) -> Span:
        """The place in the post as given of ``text[start:end]``, which is not empty."""
        if self.starts is None or self.ends is None:
            return Span(start=start, end=end)
        return Span(start=self.starts[start], end=self.ends[end - 1])


def read_post(job_text: str) -> Post:
    """The text that a person would see.

    >>> read_post("<p>Run <b>R&amp;D</b></p>").text.strip()
    'Run R&D'
    """
    post = Post(job_text)
    if _TAGS_THAT_TELL.search(job_text):
        post = _replace(Post(_blank_hidden(job_text)), _HTML, _read_html)
    if "**" in post.text or "__" in post.text or "`" in post.text or "](" in post.text:
        post = _replace(post, _MARKDOWN, _read_markdown)
    return post


def _blank_hidden(text: str) -> str:
    """The text with scripts, styles and comments turned to as many spaces; one that never ends hides nothing."""
    for opening, closing in (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")):
        pieces: list[str] = []
        reached = 0
        while (begin := text.find(opening, reached)) >= 0 and (close := text.find(closing, begin)) >= 0:
            end = close + len(closing)
            pieces += [text[reached:begin], " " * (end - begin)]
            reached = end
        text = "".join(pieces) + text[reached:]
    return text


def _read_html(match: re.Match[str]) -> str:
    found = match.group()
    if found.startswith("&"):
        return html.unescape(found).replace("\xa0", " ")
    if not found.startswith("<"):
        return " "
    tag = (match["tag"] or "").lower()
    opens = not found.startswith("</")
    if tag == "li":
        return "\n- " if opens else "\n"
    if re.fullmatch("h[1-6]", tag):
        return "\n" + "#" * int(tag[1]) + " " if opens else "\n"
    if tag in ("strong", "b"):
        return "**"
    return "\n" if tag in _BLOCK_TAGS else ""


def _read_markdown(match: re.Match[str]) -> str:
    # A line that is bold as a whole is a heading: its marks are kept, to be read as such.
    return match["alone"] or match["link"] or ""


def _replace(post: Post, pattern: re.Pattern[str], read: Callable[[re.Match[str]], str]) -> Post:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    origin_starts = post.starts if post.starts is not None else range(len(post.text))
    origin_ends = post.ends if post.ends is not None else range(1, len(post.text) + 1)
    reached = 0
    for match in pattern.finditer(post.text):
        begin, end = match.span()
        pieces.append(post.text[reached:begin])
        starts.extend(origin_starts[reached:begin])
        ends.extend(origin_ends[reached:begin])
        written = read(match)
        pieces.append(written)
        if written in (match.group(), match.groupdict().get("link")):
            # Characters that stay are still where they were.
            offset = match.start("link") if written != match.group() else begin
            starts.extend(origin_starts[offset : offset + len(written)])
            ends.extend(origin_ends[offset : offset + len(written)])
        else:
            starts.extend([origin_starts[begin]] * len(written))
            ends.extend([origin_ends[end - 1]] * len(written))
        reached = end
    pieces.append(post.text[reached:])
    starts.extend(origin_starts[reached:])
    ends.extend(origin_ends[reached:])
    return Post("".join(pieces), starts, ends)
