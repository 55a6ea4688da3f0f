"""What FastAPI cannot see for itself: bodies that a route reads on its own, and the statuses that any route may answer.

Knows types only by their JSON schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from resume_rag.service.problems import MEDIA_TYPE, Problem

_REFERENCE = "#/components/schemas/{model}-Body"
_DEFINITIONS = "x-definitions"
ANY_STATUS = (400, 401, 413, 415, 422, 429, 500, 502, 503, 504)
"""What a route that does work may answer besides 200."""


def document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Responses of a route that are problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    return {status: {"description": "A problem", "content": content} for status in statuses}


def document_body(
    model: type[BaseModel],
    examples: Mapping[str, Any],
    form: Mapping[str, Any] | None = None,
    answer: type[BaseModel] | None = None,
) -> dict[str, Any]:
    """A route's ``openapi_extra`` for a JSON body.

    Args:
        model: what the body must be.
        examples: name -> OpenAPI example.
        form: schema of the form that is accepted as well.
        answer: a type that the route's responses refer to, by `document_schema`.
    """
    schema = model.model_json_schema(ref_template=_REFERENCE)
    definitions = schema.pop("$defs", {}) | (document_schema(answer, keep=True).get("$defs", {}) if answer else {})
    content: dict[str, Any] = {"application/json": {"schema": schema, "examples": dict(examples)}}
    if form:
        content["multipart/form-data"] = {"schema": dict(form)}
    return {"requestBody": {"required": True, "content": content}, _DEFINITIONS: definitions}


def document_schema(model: type[BaseModel], *, keep: bool = False) -> dict[str, Any]:
    """A type's schema for a place that FastAPI does not look at; its definitions apart, unless they are to be kept."""
    schema = model.model_json_schema(ref_template=_REFERENCE, mode="serialization")
    if not keep:
        schema.pop("$defs", None)
    return schema


def add_definitions(app: FastAPI, *, foreign_prefix: str) -> None:
    """Makes the app's document hold the types that bodies refer to, and the true answers of routes that are not ours.

    Args:
        app: whose document it is.
        foreign_prefix: of the paths whose routes describe neither our problems nor their streams.
    """
    build = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = build()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        _add_schema(schemas, "Problem", document_schema(Problem, keep=True))
        for path, operations in document["paths"].items():
            for operation in operations.values():
                for name, schema in operation.pop(_DEFINITIONS, {}).items():
                    schemas[f"{name}-Body"] = schema
            if path.startswith(foreign_prefix):
                _describe_foreign(path, operations)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _add_schema(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    for inner, definition in schema.pop("$defs", {}).items():
        schemas[f"{inner}-Body"] = definition
    schemas[f"{name}-Body"] = schema


def _describe_foreign(path: str, operations: Mapping[str, dict[str, Any]]) -> None:
    for method, operation in operations.items():
        statuses = ANY_STATUS if method == "post" else (401, 500)
        responses = operation.setdefault("responses", {})
        responses.pop("422", None)
        responses |= {str(status): response for status, response in document_problems(*statuses).items()}
        if path.rsplit("/", 1)[-1].startswith("stream"):
            responses["200"] = {"description": "Events", "content": {"text/event-stream": {}}}
