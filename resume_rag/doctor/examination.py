"""The order of the checks, and what an unexpected answer does to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from resume_rag.doctor import answers, identity, leaving, streams
from resume_rag.doctor.findings import Check, Diagnosis, Target
from resume_rag.doctor.server import ModelServer
from resume_rag.errors import LLMTimeoutError, LLMUnavailableError, ResumeRagError

_Step = tuple[tuple[str, ...], Callable[[ModelServer], Awaitable[tuple[Check, ...]]]]
_STEPS: tuple[_Step, ...] = (
    (identity.NAMES, identity.examine_identity),
    (answers.SCHEMA_NAMES, answers.examine_schema),
    (streams.NAMES, streams.examine_streams),
    (answers.FIELD_NAMES, answers.examine_fields),
    (leaving.NAMES, leaving.examine_leaving),
)


async def diagnose(target: Target, *, brief: bool = False, on_check: Callable[[str], None] | None = None) -> Diagnosis:
    """Every check of a server, in order; takes seconds on a GPU and a minute on a laptop.

    A server that does not answer one step in time, or is gone, is asked no more: the remaining checks are skipped.

    Args:
        target: the server, and what will be asked of it.
        brief: only what the server is; generates nothing.
        on_check: told the name of a check as it begins.
    """
    made: list[Check] = []
    gone = False
    async with ModelServer(target) as server:
        for names, examine in _STEPS[:1] if brief else _STEPS:
            if gone:
                made += [Check(name=name, status="skip", seen="not tried, as the server does not answer") for name in names]
                continue
            if on_check:
                on_check(names[0])
            try:
                checks = await examine(server)
            except ResumeRagError as error:
                gone = isinstance(error, LLMTimeoutError | LLMUnavailableError) or names is identity.NAMES
                checks = _blame(names, error)
            made += checks
            gone = gone or (names is identity.NAMES and any(check.status == "fail" and check.name == "model" for check in checks))
        return Diagnosis(server=server.host, checks=tuple(made))


def _blame(names: tuple[str, ...], error: ResumeRagError) -> tuple[Check, ...]:
    first = Check(name=names[0], status="fail", seen=error.message, hint=error.hint)
    return first, *(Check(name=name, status="skip", seen="not seen") for name in names[1:])
