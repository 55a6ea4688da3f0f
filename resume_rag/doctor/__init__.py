"""Asks a model server what it is and proves it: is it fit for what this library asks of it?

Every check is made by asking and looking at what comes back, not by reading what a server says it can do, and over plain HTTP,
because clients drop the fields that tell (the engine's own times, for one). `diagnose` runs them all in the order of a person's
questions: is it there, does it hold to our schema, what does it tell, how fast is it, does it stop when the client leaves.
`find_model_fault` is what readiness takes of it.

Sends only texts of its own, never anybody's. Knows nothing of the chain, and of an engine only how to see what it is busy with.
"""

from __future__ import annotations

from resume_rag.doctor.examination import diagnose
from resume_rag.doctor.findings import Check, Diagnosis, Target, build_target
from resume_rag.doctor.identity import find_model_fault

__all__ = ["Check", "Diagnosis", "Target", "build_target", "diagnose", "find_model_fault"]
