"""A fictitious request and its response, for ``/docs``. Data only."""

from __future__ import annotations

from typing import Any

_JOB = """Warehouse Team Lead

We look for a team lead for our night shift.
- Lead a team of pickers and packers
- Plan shifts and keep safety records
- Experience with forklifts required
- SAP EWM is a plus"""

_RESUME_TEXT = """Mara Quist
mara.quist@example.com

Experience
Warehouse Operative, Harbour Lane Logistics, 2019-03 to 2024-08
- Trained 6 new colleagues on forklift and picking routes
- Kept the safety log of the night shift"""

_RESUME: dict[str, Any] = {
    "basics": {"name": "Mara Quist", "email": "mara.quist@example.com"},
    "work": [
        {
            "name": "Harbour Lane Logistics",
            "position": "Warehouse Operative",
            "startDate": "2019-03",
            "endDate": "2024-08",
            "highlights": ["Trained 6 new colleagues on forklift and picking routes", "Kept the safety log of the night shift"],
        }
    ],
}

REQUEST_EXAMPLES: dict[str, Any] = {
    "text": {"summary": "The resume as text", "value": {"job_description": _JOB, "resume": _RESUME_TEXT}},
    "json_resume": {
        "summary": "The resume as a JSON Resume object, no examples shown to the model",
        "value": {"job_description": _JOB, "resume": _RESUME, "top_k": 0},
    },
    "file": {
        "summary": "The resume as a file (here a text file of one line)",
        "value": {"job_description": _JOB, "resume": {"name": "resume.txt", "content_base64": "TWFyYSBRdWlzdA=="}},
    },
}

_REWRITTEN = "Kept the night shift's safety records"

RESPONSE_EXAMPLE: dict[str, Any] = {
    "resume": {
        **_RESUME,
        "work": [{**_RESUME["work"][0], "highlights": [_RESUME["work"][0]["highlights"][0], _REWRITTEN]}],
    },
    "lines": [
        {
            "path": "work[0].highlights[1]",
            "text": _REWRITTEN,
            "status": "rewritten",
            "sources": [
                {
                    "fact_id": "w0h1",
                    "path": "work[0].highlights[1]",
                    "text": "Kept the safety log of the night shift",
                    "span": {"start": 170, "end": 208},
                }
            ],
            "reasons": [],
            "error_code": None,
            "serves": ["keep safety records"],
            "attempts": 1,
            "deployment": "default",
        }
    ],
    "gaps": [{"text": "SAP EWM", "span": {"start": 180, "end": 187}, "importance": "preferred"}],
    "coverage": {"before": 0.48, "after": 0.55, "ceiling": 0.6, "targets": 5},
    "diff": [
        {
            "kind": "rewritten",
            "path": "work[0].highlights[1]",
            "before": "Kept the safety log of the night shift",
            "after": _REWRITTEN,
        }
    ],
    "examples": {"used": [], "abstained": True},
    "usage": {
        "calls": 2,
        "attempts_by_line": {"work[0].highlights[1]": 1},
        "prompt_tokens": 812,
        "cached_tokens": 640,
        "completion_tokens": 31,
        "lines_by_deployment": {"default": 1},
        "timings_ms": {"intake": 2.1, "drafting": 840.0, "total": 861.5},
    },
    "versions": {"library": "0.1.0", "deployment": "default", "model": "example-model", "prompt": "1", "index": "", "schema": "1"},
}

BATCH_EXAMPLE: dict[str, Any] = {"inputs": [REQUEST_EXAMPLES["text"]["value"], {"job_description": _JOB}]}

FORM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["job_description", "resume"],
    "additionalProperties": False,
    "properties": {
        "job_description": {"type": "string", "description": "The job post as text"},
        "resume": {"type": "string", "format": "binary", "description": "The resume as a file (PDF, DOCX, HTML, text, JSON)"},
        "top_k": {"type": "integer", "minimum": 0, "maximum": 10},
        "max_lines_per_role": {"type": "integer", "minimum": 1, "maximum": 50},
        "sections": {"type": "string", "description": "Names with commas between"},
        "include": {"type": "string", "description": "Names with commas between"},
        "language": {"type": "string"},
        "seed": {"type": "integer", "minimum": 0},
    },
}

EVENTS_EXAMPLE = """event: retrieved
data: {"examples": {"used": [], "abstained": true}, "gaps": [...], "coverage": {...}}

event: line
data: {"path": "work[0].highlights[1]", "text": "Kept the night shift's safety records", "status": "rewritten", ...}

event: done
data: {"resume": {...}, "lines": [...], ...}
"""
