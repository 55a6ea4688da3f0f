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


def document_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Responses of a route that are problems."""
    schema = Problem.model_json_schema()
    return {status: {"description": "A problem", "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


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


def add_definitions(app: FastAPI) -> None:
    """Makes the app's document hold the types that bodies refer to, and the ways in."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = build()
        components = document.setdefault("components", {}).setdefault("schemas", {})
        for operations in document["paths"].values():
            for operation in operations.values():
                for name, schema in operation.pop(_DEFINITIONS, {}).items():
                    components[f"{name}-Body"] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]
