"""The order of the checks, and what an unexpected answer does to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from resume_rag.doctor import answers, identity, leaving, streams
from resume_rag.doctor.findings import Check, Diagnosis, Target
from resume_rag.doctor.server import ModelServer
from resume_rag.errors import LLMTimeoutError, ResumeRagError

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

    A server that does not answer one step in time, or is gone, or has another model, is asked no more: the rest is skipped.

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
                made += [Check(name=name, status="skip", seen="not tried after what was seen above") for name in names]
                continue
            if on_check:
                on_check(names[0])
            try:
                checks = await examine(server)
                gone = names is identity.NAMES and checks[0].status == "fail"
            except ResumeRagError as error:
                checks = _blame(names, error)
                gone = names is identity.NAMES or isinstance(error, LLMTimeoutError) or not await _is_there(server)
            made += checks
        return Diagnosis(server=server.host, checks=tuple(made))


async def _is_there(server: ModelServer) -> bool:
    try:
        return bool(await server.list_models())
    except ResumeRagError:
        return False


def _blame(names: tuple[str, ...], error: ResumeRagError) -> tuple[Check, ...]:
    first = Check(name=names[0], status="fail", seen=error.message, hint=error.hint)
    return first, *(Check(name=name, status="skip", seen="not seen") for name in names[1:])
