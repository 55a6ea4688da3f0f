"""Bytes of a text file to text, and the forms that text can have: plain, Markdown, HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

import charset_normalizer
from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag
from markdown_it import MarkdownIt

from resume_rag.errors import EmptyResumeError, UnreadableDocumentError
from resume_rag.intake.lines import RawLine
from resume_rag.schema import HiddenText, SourceForm

_MARKDOWN = re.compile(r"^#{1,6} \S|^\*\*[^*\n]+\*\*|^\s*[*-] \*\*|\[[^\]\n]+\]\([^)\n]+\)|^={3,}\s*$", re.M)
_HTML = re.compile(r"^\s*(?:<!doctype html|<html|<head|<body|<(?:div|section|article|h1|h2|p|ul|table)[\s>])", re.I)
_BLOCKS = frozenset(
    """address article aside blockquote body dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li main
    nav ol p pre section table tbody td th thead tr ul br""".split()
)
_UNREAD = frozenset(("script", "style", "template", "noscript", "head", "title", "svg", "iframe", "object"))
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)", re.I)
_TINY = re.compile(r"font-size\s*:\s*(?:0|0?\.\d+|[12](?:\.\d+)?)(?:px|pt|em|rem|%)?\s*(?:;|$)", re.I)
_WHITE = re.compile(r"(?<![-\w])color\s*:\s*(?:white|#fff(?:fff)?|#fefefe|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(?:;|$)", re.I)
_OFF_PAGE = re.compile(r"(?:left|top|text-indent)\s*:\s*-\d{3,}", re.I)
_MAX_CONTROL_SHARE = 0.02


def decode_text(content: bytes) -> str:
    """The text of a file's bytes: UTF-8, UTF-16 (with or without its mark), else the likeliest of the older encodings.

    Raises:
        UnreadableDocumentError: the bytes are no text.
    """
    text = _decode(content)
    controls = sum(1 for char in text if ord(char) < 32 and char not in "\t\n\r\f\v\x00")
    zeros = text.count("\x00")
    if text and (controls > _MAX_CONTROL_SHARE * len(text) or zeros > 0.1 * len(text) or text.count("\ufffd") > 0.1 * len(text)):
        raise UnreadableDocumentError("The file is not text, nor a PDF or DOCX document.")
    return clean_text(text)


def clean_text(text: str) -> str:
    """One kind of line end; no byte order mark, no NUL, no lone surrogates.

    >>> clean_text("\\ufeffa\\r\\nb\\x00")
    'a\\nb'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").lstrip("\ufeff")
    return text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\f", "\n").encode("utf-8", "replace").decode("utf-8")


def find_form(text: str) -> SourceForm:
    """What a text is by how it begins and how it is marked.

    >>> find_form("# Jo\\n\\n## Work"), find_form("<html><body>Jo"), find_form("Jo Roe\\nWork")
    (<SourceForm.MARKDOWN: 'markdown'>, <SourceForm.HTML: 'html'>, <SourceForm.TEXT: 'text'>)
    """
    if _HTML.match(text):
        return SourceForm.HTML
    return SourceForm.MARKDOWN if len(_MARKDOWN.findall(text)) >= 2 else SourceForm.TEXT


def read_markdown_lines(text: str) -> tuple[list[RawLine], list[HiddenText]]:
    """The lines that a reader of rendered Markdown sees."""
    return read_html_lines(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def read_html_lines(text: str) -> tuple[list[RawLine], list[HiddenText]]:
    """The lines that a reader of the page sees, and what is hidden from them.

    Raises:
        EmptyResumeError: nothing is to be seen.
    """
    try:
        soup = BeautifulSoup(text, "html.parser")
        hidden: list[HiddenText] = []
        _drop_hidden(soup, hidden)
        lines = list(_walk(soup))
    except RecursionError as error:
        raise UnreadableDocumentError("The HTML is nested too deeply to be read.") from error
    if not any(line.text.strip() for line in lines):
        raise EmptyResumeError("Nothing is to be seen in the HTML document.")
    return lines, hidden


def _drop_hidden(soup: BeautifulSoup, hidden: list[HiddenText]) -> None:
    for comment in soup.find_all(string=lambda node: isinstance(node, Comment)):
        comment.extract()
    for tag in soup.find_all(_UNREAD):
        if not tag.decomposed:
            tag.decompose()
    for tag in soup.find_all(True):
        if tag.decomposed or not isinstance(tag, Tag):
            continue
        style = str(tag.get("style") or "")
        reason = "hidden_style" if tag.has_attr("hidden") or _HIDING.search(style) else None
        reason = reason or ("tiny" if _TINY.search(style) else None) or ("off_page" if _OFF_PAGE.search(style) else None)
        if reason is None and _WHITE.search(style) and "background" not in style:
            reason = "white"
        if reason is not None:
            chars = len(tag.get_text().strip())
            if chars:
                hidden.append(HiddenText.model_validate({"reason": reason, "chars": chars}))
            tag.decompose()


def _walk(root: Tag) -> Iterator[RawLine]:
    """One line a block; list items are bullets, headings have their level, a blank line stands around blocks that have room."""
    words: list[str] = []
    level, bullet, strong = 0, False, False

    def flush() -> Iterator[RawLine]:
        nonlocal bullet
        text = re.sub(r"[ \t\n\xa0]+", " ", "".join(words)).strip()
        words.clear()
        if text:
            yield RawLine(text, level=level, bullet=bullet, strong=strong, indent=0.0)
            bullet = False

    def visit(tag: Tag) -> Iterator[RawLine]:
        nonlocal level, bullet, strong
        for node in tag.children:
            if isinstance(node, NavigableString):
                words.append(str(node))
            elif isinstance(node, Tag):
                block = node.name in _BLOCKS
                if block:
                    yield from flush()
                if node.name in ("p", "section", "article", "table", "ul", "ol", "div") or re.fullmatch(r"h[1-6]", node.name):
                    yield RawLine("")
                before = level, strong
                level = int(node.name[1]) if re.fullmatch(r"h[1-6]", node.name) else level
                bullet = node.name == "li" or (bullet and not block)
                strong = strong or (node.name in ("b", "strong") and not "".join(words).strip() and _is_alone(node))
                yield from visit(node)
                if block:
                    yield from flush()
                    bullet = False
                    level, strong = before
                level = before[0]

    yield from visit(root)
    yield from flush()


def _is_alone(node: Tag) -> bool:
    parent = node.parent
    return parent is not None and parent.get_text().strip() == node.get_text().strip()


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    zeros_odd, zeros_even = content[1:400:2].count(0), content[0:400:2].count(0)
    half = min(len(content), 400) // 2
    if half > 4 and max(zeros_odd, zeros_even) > 0.6 * half:
        return content.decode("utf-16-le" if zeros_odd > zeros_even else "utf-16-be", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    best = charset_normalizer.from_bytes(content[:200_000]).best()
    # Short Western texts look like many encodings at once; cp1252 reads all of Latin-1.
    if best is None or best.encoding.startswith(("cp125", "cp437", "cp850", "latin", "iso8859", "mac", "hp")):
        return content.decode("cp1252", "replace")
    return content.decode(best.encoding, "replace")
