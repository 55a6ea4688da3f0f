"""Deployments -> open model servers: the language model of each, started and shared where it is the embedded one.

Opened at first use and kept. Knows nothing of which of them serves a request (`rollout`) or of what is asked.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from pydantic import SecretStr

from resume_rag.addresses import host_of
from resume_rag.drafting import LLMRunnable
from resume_rag.embedded import EmbeddedServer, open_server
from resume_rag.errors import DeploymentsFileError, LLMError, LLMUnavailableError, ResumeRagError
from resume_rag.model_files import Progress, get_model
from resume_rag.rollout import DEFAULT_NAME, EMBEDDED, Deployment, Deployments, read_deployments
from resume_rag.settings import Settings, read_secret

if TYPE_CHECKING:
    from resume_rag.llm.guarded import GuardedLLM

_WARM_TIMEOUT_S = 30.0
_log = logging.getLogger("resume_rag.backends")


def build_deployments(settings: Settings, only: str | None = None) -> Deployments:
    """The deployments of the file that the settings name, or the one server of the settings.

    Args:
        settings: ``deployments_file``, else ``llm_base_url`` and its like.
        only: the name of a deployment: it alone, as the primary.

    Raises:
        DeploymentsFileError: the file does not fit, or has no such deployment.
    """
    if settings.deployments_file is None:
        url = settings.llm_base_url or EMBEDDED
        found = Deployments(deployments=(Deployment(name=DEFAULT_NAME, url=url, model=settings.llm_name),))
    else:
        found = read_deployments(settings.deployments_file)
    if only is None:
        return found
    chosen = found.find(only)
    if chosen is None:
        known = ", ".join(one.name for one in found.deployments)
        raise DeploymentsFileError(f"There is no deployment {only}.", hint=f"In the file: {known}.")
    return Deployments(deployments=(chosen.model_copy(update={"role": "primary"}),), rollout=found.rollout)


class Backends:
    """The servers of some deployments.

    Args:
        settings: timeouts, sampling, the embedded model.
        deployments: which there are.
        llm: used for all of them instead of opening any.
        on_progress: told while the embedded model is fetched.

    Attributes:
        long_lived: set before the first is opened, it promises `aclose`; see `resume_rag.llm.build_llm`.
    """

    def __init__(self, settings: Settings, deployments: Deployments, *, llm: LLMRunnable | None, on_progress: Progress | None) -> None:
        self._settings = settings
        self._deployments = deployments
        self._given = llm
        self._on_progress = on_progress
        self._opening = threading.RLock()
        self._llms: dict[str, LLMRunnable] = {}
        self._guards: dict[str, GuardedLLM] = {}
        self._servers: dict[str, EmbeddedServer] = {}
        self.long_lived = False

    def open(self, name: str) -> LLMRunnable:
        """The language model of a deployment.

        Raises:
            LLMError: the embedded model cannot be had.
        """
        if self._given is not None:
            return self._given
        with self._opening:
            server = self._servers.get(name)
            if server is not None:
                address = server.base_url
                server.ensure_running()
                if server.base_url != address:  # it crashed, and its port had been taken
                    self._llms.pop(name, None)
                    self._guards.pop(name, None)
            if name not in self._llms:
                self._llms[name] = self._build(self._find(name))
            return self._llms[name]

    def is_embedded(self, name: str) -> bool:
        """Whether a deployment is the model that comes with this project; a model that was handed in is not."""
        return self._given is None and self._find(name).url == EMBEDDED

    def open_guarded(self, name: str) -> LLMRunnable:
        """As `open`, behind a circuit breaker: for a deployment that another can stand in for.

        One that cannot be opened, such as an embedded model that cannot be fetched, fails when it is asked.
        """
        with self._opening:
            try:
                llm = self.open(name)
            except LLMError as error:
                return _build_failing(error)
            if name not in self._guards:
                from resume_rag.llm.guarded import Breaker, GuardedLLM

                self._guards[name] = GuardedLLM(llm, Breaker(self._settings.llm_timeout_s))
            return self._guards[name]

    def find_server(self, name: str) -> EmbeddedServer | None:
        """The embedded server of a deployment, if that is what it is, and it is open."""
        return self._servers.get(name)

    def find_model_name(self, name: str) -> str:
        """Name of the model of an open deployment; empty where it is not known."""
        if self._given is not None:
            return str(getattr(self._given, "name", None) or "")
        return str(getattr(self._llms.get(name), "known_name", None) or "")

    def _find(self, name: str) -> Deployment:
        found = self._deployments.find(name)
        if found is None:
            raise LLMUnavailableError(f"There is no deployment {name}.")
        return found

    def _build(self, deployment: Deployment) -> LLMRunnable:
        settings = self._settings
        base_url, model = str(deployment.url), deployment.model
        api_key = self._read_key(deployment)
        server = None
        if deployment.url == EMBEDDED:
            path = get_model(model or settings.embedded_model, settings.cache_dir, progress=self._on_progress)
            server = self._servers.get(deployment.name)
            if server is None:
                server = open_server(path, run_dir=settings.cache_dir / "run", slots=settings.embedded_slots)
                self._servers[deployment.name] = server
            base_url, api_key, model = server.base_url, SecretStr(server.api_key), server.model_name
        # Here and not above: it takes a third of the time that all imports take, and the embedded server starts meanwhile.
        from resume_rag.llm import build_llm

        return build_llm(
            base_url=base_url,
            name=model,
            api_key=api_key,
            timeout_s=settings.llm_timeout_s,
            temperature=settings.temperature,
            seed=settings.seed,
            max_output_tokens=settings.max_output_tokens,
            max_connections=min(1024, max(64, settings.max_running * settings.max_in_flight)),
            keep_connections=server is None,
            long_lived=self.long_lived,
        )

    def _read_key(self, deployment: Deployment) -> SecretStr | None:
        if self._settings.deployments_file is None:
            return self._settings.llm_api_key
        if deployment.api_key_env is None:
            return None
        key = read_secret(deployment.api_key_env)
        if key is None:
            raise DeploymentsFileError(
                f"The variable {deployment.api_key_env}, which has the key of the deployment {deployment.name}, is not set.",
                hint="Set it in the environment of this process.",
            )
        return key

    # --- life ---

    def start(self, schema: dict[str, Any]) -> None:
        """Open, ask and warm every deployment. One that fails is said so, and left for when it is back, as long as another can serve.

        Raises:
            ResumeRagError: no primary and no fallback answers; the first one's error.
        """
        ours = self._deployments.deployments
        with ThreadPoolExecutor(max_workers=len(ours), thread_name_prefix="resume-rag-start") as pool:
            failures = list(pool.map(lambda one: self._find_failure(one, schema), ours))
        for one, failure in zip(ours, failures, strict=True):
            if failure is not None:
                _log.warning("deployment_not_ready", extra={"deployment": one.name, "code": failure.code})
        serving = [failure for one, failure in zip(ours, failures, strict=True) if one.role != "canary"]
        if None not in serving and serving[0] is not None:
            raise serving[0]

    def _find_failure(self, one: Deployment, schema: dict[str, Any]) -> ResumeRagError | None:
        # One that hangs must not keep the others from being ready; where it is the only one there is nothing to wait for instead.
        timeout_s = _WARM_TIMEOUT_S if len(self._deployments.deployments) > 1 else None
        try:
            llm = self.open(one.name)
            for name, arguments in (("check", ()), ("warm", (schema, timeout_s))):
                step = getattr(llm, name, None)
                if step is not None:
                    step(*arguments)
        except ResumeRagError as error:
            return error
        return None

    async def acheck(self) -> str:
        """``ok`` where a primary or a fallback answers, ``not_opened`` before the first use, or the code of an error."""
        serving = [(one, self._given or self._llms.get(one.name)) for one in self._deployments.deployments if one.role != "canary"]
        checks = [asyncio.create_task(_acheck(one, llm)) for one, llm in serving if llm is not None]
        code = "not_opened"
        try:
            for check in asyncio.as_completed(checks):
                code = await check
                if code == "ok":
                    break
        finally:
            for task in checks:
                task.cancel()
        return code

    async def aclose(self) -> None:
        """The connections of this event loop's calls; the servers are left to `close`."""
        for llm in tuple(self._llms.values()):
            close = getattr(llm, "aclose", None)
            if close is not None:
                await close()

    def close(self) -> None:
        """Let go of the embedded servers; each stops when nobody holds it any more."""
        with self._opening:
            for server in self._servers.values():
                server.close()
            self._servers.clear()
            self._llms.clear()
            self._guards.clear()


def _build_failing(error: LLMError) -> LLMRunnable:
    def fail(_: Any, **__: Any) -> AIMessage:
        raise error

    return RunnableLambda(fail)


async def _acheck(deployment: Deployment, llm: LLMRunnable) -> str:
    check = getattr(llm, "acheck", None)
    try:
        names = await check() if check is not None else ()
        if names and deployment.url != EMBEDDED:
            # Here and not above: it brings an HTTP client that the first answers can do without.
            from resume_rag.doctor import find_model_fault

            fault = find_model_fault(deployment.model, names, host_of(str(deployment.url)))
            return fault.code if fault else "ok"
    except ResumeRagError as error:
        return error.code
    return "ok"
