"""The pages for people: ``/`` with links, ``/docs`` with every route and its examples.

``/docs`` is written out here in full, and replaced by Swagger UI where the browser can load that from its public CDN, so it is
of use without a network too. Knows routes only through the app's OpenAPI document.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

_SWAGGER = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/"
_STYLE = """
body { font: 16px/1.6 system-ui; max-width: 60em; margin: 2em auto; padding: 0 1em }
pre { background: #f4f4f4; padding: 1em; white-space: pre-wrap }
p { white-space: pre-line }
"""
_LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_LOAD_SWAGGER = """
<script defer src="%(base)sswagger-ui-bundle.js" onload="
  const sheet = document.createElement('link'); sheet.rel = 'stylesheet'; sheet.href = '%(base)sswagger-ui.css';
  document.head.append(sheet);
  SwaggerUIBundle({url: 'openapi.json', dom_id: '#docs'});
"></script>"""


def build_pages_router(links: Mapping[str, str], read_openapi: Callable[[], dict[str, Any]] | None) -> APIRouter:
    """``GET /``, and ``GET /docs`` where there is an OpenAPI document to show.

    Args:
        links: path -> what is there.
        read_openapi: gives the document when the page is asked for; None: no ``/docs``.
    """
    router = APIRouter(include_in_schema=False)
    rows = "".join(f'<li><a href="{_escape(path)}">{_escape(path)}</a> {_escape(text)}</li>' for path, text in links.items())

    @router.get("/")
    async def index() -> HTMLResponse:
        about = "<p><code>POST /generate_resume</code> tailors a resume to a job post.</p>"
        return HTMLResponse(_render_page(f"<h1>resume_rag</h1>{about}<ul>{rows}</ul>"))

    if read_openapi:

        @router.get("/docs")
        async def docs() -> HTMLResponse:
            document = "".join(_render_routes(read_openapi()))
            return HTMLResponse(
                _render_page(f'<div id="docs"><h1>resume_rag: routes</h1>{document}</div>{_LOAD_SWAGGER % {"base": _SWAGGER}}')
            )

    return router


def _render_page(body: str) -> str:
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>resume_rag</title><style>{_STYLE}</style>{body}</html>'


def _render_routes(openapi: Mapping[str, Any]) -> Iterator[str]:
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            yield f"<h2><code>{method.upper()} {_escape(path)}</code></h2><p>{_escape(_join_lines(operation.get('description', '')))}</p>"
            yield from _render_examples("Request", operation.get("requestBody", {}))
            for status, response in operation.get("responses", {}).items():
                yield from _render_examples(f"Response {status}", response)


def _render_examples(title: str, part: Mapping[str, Any]) -> Iterator[str]:
    for media_type, content in part.get("content", {}).items():
        examples = {name: one["value"] for name, one in content.get("examples", {}).items()}
        if "example" in content:
            examples[""] = content["example"]
        for name, example in examples.items():
            text = example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
            heading = " ".join(filter(None, (title, media_type, name)))
            yield f"<details><summary>{_escape(heading)}</summary><pre>{_escape(text)}</pre></details>"


def _join_lines(text: str) -> str:
    """A docstring's paragraphs without the line breaks of its source.

    >>> _join_lines("One\\ntwo.\\n\\nThree.")
    'One two.\\n\\nThree.'
    """
    return _LINE_BREAK.sub(" ", text)


def _escape(text: str) -> str:
    return html.escape(text)
