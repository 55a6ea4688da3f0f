"""Bytes of a text file to text, and the forms that text can have: plain, Markdown, HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

import charset_normalizer
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from markdown_it import MarkdownIt

from resume_rag.errors import EmptyResumeError, UnreadableDocumentError
from resume_rag.intake.lines import RawLine
from resume_rag.schema import HiddenText, SourceForm

_MARKDOWN_HEADING = re.compile(r"^#{1,6} \S", re.M)
_MARKDOWN_INLINE = re.compile(r"\*\*[^*\n]+\*\*|(?<![\w*])\*[^*\s][^*\n]*\*(?![\w*])|\[[^\]\n]+\]\([^)\n]+\)")
# Kramdown and Pandoc: `## Skills {#skills}`, and definitions on lines that begin with a colon.
_ATTRIBUTES = re.compile(r"[ \t]*\{[#.:][^{}\n]*\}[ \t]*$", re.M)
_DEFINITION = re.compile(r"^([ \t]*):[ \t]+(?=\S)", re.M)
_YAML_LINE = re.compile(r"\s*(?:- )?[A-Za-z_][\w-]*:(?:\s.*)?|\s*- .*|---")
_YAML_PARENT = re.compile(r"^([ \t]*)[a-z_][\w-]*:[ \t]*\n\1[ \t]*(?:- |[ \t]+)\S", re.M)
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
_APART = "\x1f"


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


_TAGS = re.compile("[\U000e0000-\U000e007f]+")


def drop_tags(text: str) -> tuple[str, list[HiddenText]]:
    """Without Unicode's tag characters, which no reader sees and models read as letters; and how many there were.

    >>> drop_tags("Packer\U000e0068\U000e0069")[0]
    'Packer'
    """
    chars = sum(map(len, _TAGS.findall(text)))
    return (_TAGS.sub("", text), [HiddenText(reason="invisible", chars=chars)]) if chars else (text, [])


def find_form(text: str) -> SourceForm:
    """What a text is by how it begins and how it is marked.

    >>> find_form("# Jo\\n\\n## Work"), find_form("<html><body>Jo"), find_form("Jo Roe\\nWork")
    (<SourceForm.MARKDOWN: 'markdown'>, <SourceForm.HTML: 'html'>, <SourceForm.TEXT: 'text'>)
    """
    if _HTML.match(text):
        return SourceForm.HTML
    return SourceForm.MARKDOWN if _MARKDOWN_HEADING.search(text) or len(_MARKDOWN_INLINE.findall(text)) >= 2 else SourceForm.TEXT


def is_yaml(text: str) -> bool:
    """Whether a text is YAML: keys on nearly every line, and keys under keys.

    >>> is_yaml("basics:\\n  name: Jo\\nwork:\\n  - name: Acme\\n    position: Cook"), is_yaml("Name: Jo\\nSkills: Go")
    (True, False)
    """
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    keyed = sum(1 for line in lines if _YAML_LINE.fullmatch(line))
    return bool(lines) and keyed > 0.7 * len(lines) and _YAML_PARENT.search(text) is not None


def read_markdown_lines(text: str) -> tuple[list[RawLine], list[HiddenText]]:
    """The lines that a reader of rendered Markdown sees; lines stay lines, as resumes are written.

    A text without Markdown's headings is read by its own lines, because its blocks may be no Markdown; only the marks
    within lines are read.
    """
    if not _MARKDOWN_HEADING.search(text):
        return _read_marked_lines(text), []
    text = _DEFINITION.sub(r"\1", _ATTRIBUTES.sub("", text))
    return read_html_lines(MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table").render(text))


def _read_marked_lines(text: str) -> list[RawLine]:
    inline = MarkdownIt("zero").enable(["emphasis", "link"])
    lines = []
    for content in text.split("\n"):
        if "*" not in content and "_" not in content and "](" not in content:
            lines.append(RawLine(content))
            continue
        body = content.strip()
        shown = BeautifulSoup(inline.renderInline(body), "html.parser").get_text()
        strong = re.fullmatch(r"(?:\*\*|__)[^*\n]+(?:\*\*|__):?", body) is not None
        lines.append(RawLine(content[: len(content) - len(content.lstrip())] + shown, strong=strong))
    return lines


def read_html_lines(text: str) -> tuple[list[RawLine], list[HiddenText]]:
    """The lines that a reader of the page sees, and what is hidden from them.

    Raises:
        EmptyResumeError: nothing is to be seen.
    """
    try:
        soup = BeautifulSoup(text, "html.parser")
        hidden: list[HiddenText] = []
        _drop_hidden(soup, hidden)
        lines = list(_Walk().read(soup))
    except RecursionError as error:
        raise UnreadableDocumentError("The HTML is nested too deeply to be read.") from error
    if not any(line.text.strip() for line in lines):
        raise EmptyResumeError("Nothing is to be seen in the HTML document.")
    return lines, hidden


def _drop_hidden(soup: BeautifulSoup, hidden: list[HiddenText]) -> None:
    # Comments, doctype, processing instructions: strings for the parser, nothing for a reader.
    for unseen in soup.find_all(string=lambda node: isinstance(node, PreformattedString)):
        unseen.extract()
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


class _Walk:
    """One line a block; list items are bullets, headings have their level, a blank line stands around blocks that have room."""

    def __init__(self) -> None:
        self.words: list[tuple[str, bool]] = []
        self.level = 0
        self.bullet = False
        self.depth = 0

    def read(self, root: Tag) -> Iterator[RawLine]:
        yield from self._visit(root, bold=False)
        yield from self._flush()

    def _flush(self) -> Iterator[RawLine]:
        text = re.sub(r"[ \t\n\xa0]+", " ", "".join(word for word, _ in self.words)).strip(f" {_APART}")
        strong = all(bold for word, bold in self.words if any(char.isalnum() for char in word))
        self.words.clear()
        if text:
            text = re.sub(rf" ?{_APART}[ {_APART}]*", "\t", text)
            yield RawLine(text, level=self.level, bullet=self.bullet, strong=strong, indent=float(2 * max(0, self.depth - 1)))
            self.bullet = False

    def _visit(self, tag: Tag, *, bold: bool) -> Iterator[RawLine]:
        apart = _is_row_of_labels(tag)
        for node in tag.children:
            if isinstance(node, NavigableString):
                self.words.append((str(node), bold))
            elif isinstance(node, Tag):
                yield from self._visit_tag(node, bold=bold)
                if apart:
                    self.words.append((_APART, bold))

    def _visit_tag(self, node: Tag, *, bold: bool) -> Iterator[RawLine]:
        heading = re.fullmatch(r"h[1-6]", node.name)
        block = node.name in _BLOCKS
        if block:
            yield from self._flush()
        if heading or node.name in ("p", "section", "article", "table", "tr", "ul", "ol", "div"):
            yield RawLine("")
        level = self.level
        self.level = int(node.name[1]) if heading else level
        self.bullet = self.bullet or node.name == "li"
        self.depth += node.name == "li"
        yield from self._visit(node, bold=bold or node.name in ("b", "strong"))
        if block:
            yield from self._flush()
        if node.name == "li":
            self.bullet = False
            self.depth -= 1
        self.level = level


def _is_row_of_labels(tag: Tag) -> bool:
    """Whether a tag holds nothing but inline tags side by side: labels of skills, or employer, title and dates."""
    inner = [node for node in tag.children if not (isinstance(node, NavigableString) and not node.strip())]
    labels = [
        node for node in inner if isinstance(node, Tag) and node.name in ("span", "a", "code", "kbd", "em", "i", "b", "strong", "small")
    ]
    return len(inner) >= 2 and len(labels) == len(inner)


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
