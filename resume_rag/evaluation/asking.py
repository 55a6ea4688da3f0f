"""Models for measurements: the embedded one, and a wrapper that records what is asked and answered and may remember answers.

Knows nothing of what is measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig

from resume_rag.backends import Backends, build_deployments
from resume_rag.rollout import DEFAULT_NAME
from resume_rag.settings import Settings


class Recorder(Runnable[Any, AIMessage]):
    """A model that keeps its prompts and answers.

    Args:
        inner: the model that is asked.
        remember: answer the same question with the same answer, without asking again. Right for a model at temperature 0, where only
            what changes in a prompt can change its answer; not where just that is to be measured.
    """

    def __init__(self, inner: Runnable[Any, AIMessage], *, remember: bool = False) -> None:
        self.name = str(getattr(inner, "name", "model"))
        self._inner = inner
        self._remember = remember
        self._known: dict[str, AIMessage] = {}
        self.asked = 0
        """Calls that reached the model."""
        self.forget()

    def forget(self) -> None:
        """Start a new record; remembered answers stay."""
        self.prompts: list[str] = []
        self.answers: list[str] = []

    def invoke(self, input: Sequence[BaseMessage], config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """The inner model's answer."""
        key = json.dumps([[(m.type, m.content) for m in input], kwargs["json_schema"], kwargs["max_tokens"]], sort_keys=True)
        answer = self._known.get(key)
        if answer is None:
            self.asked += 1
            answer = self._inner.invoke(input, config, **kwargs)
            if self._remember:
                self._known[key] = answer
        self.prompts.append("\n".join(str(message.content) for message in input))
        self.answers.append(str(answer.content))
        return answer


def read_text(answer: str) -> str:
    """The line in a model's answer; the answer as it is where it holds none."""
    try:
        return str(json.loads(answer)["text"])
    except (ValueError, KeyError, TypeError):
        return answer


def cut_first_ask(prompt: str) -> str:
    """The prompt without the model's own refused answer, which a re-ask repeats to it."""
    return prompt.split("\nThat answer cannot be used:")[0].rsplit('\n{"text"', 1)[0] if "That answer cannot be used" in prompt else prompt


@contextmanager
def open_embedded(model: str) -> Iterator[Runnable[Any, AIMessage]]:
    """The embedded model at temperature 0; its server is let go of at the end.

    Args:
        model: a name or path, as `Settings.embedded_model`.

    Raises:
        LLMUnavailableError: it cannot be had or started.
    """
    settings = Settings(embedded_model=model, llm_base_url=None, llm_name=None, deployments_file=None, temperature=0, seed=0)
    backends = Backends(settings, build_deployments(settings), llm=None, on_progress=None)
    try:
        yield backends.open(DEFAULT_NAME)
    finally:
        backends.close()
