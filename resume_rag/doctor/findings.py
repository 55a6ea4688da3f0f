"""What is asked of a server, and what was found."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from resume_rag.prompt import MAX_RETRY_GROWTH
from resume_rag.settings import Settings

Status = Literal["pass", "warn", "fail", "skip"]


class Target(NamedTuple):
    """A model server, and what the settings will ask of it.

    Attributes:
        base_url: such as ``http://127.0.0.1:8001/v1``.
        name: the model on it; the first that it lists where None.
        api_key: sent as a bearer token.
        timeout_s: longest wait for one answer.
        prompt_tokens: longest prompt that will be sent, re-asks included.
        output_tokens: longest answer that will be asked for.
    """

    base_url: str
    name: str | None = None
    api_key: SecretStr | None = None
    timeout_s: float = 30.0
    prompt_tokens: int = 3900
    output_tokens: int = 160


def build_target(
    settings: Settings, *, base_url: str | None = None, name: str | None = None, api_key: SecretStr | None = None, timeout_s: float = 3600
) -> Target:
    """What these settings will ask of their server.

    Args:
        settings: their server, limits and timeout.
        base_url: another server, such as the embedded model's, with its ``name`` and ``api_key``.
        name: see ``base_url``.
        api_key: see ``base_url``.
        timeout_s: longest wait, where the settings allow a longer one.
    """
    own = base_url is None
    return Target(
        base_url=str(settings.llm_base_url) if base_url is None else base_url,
        name=settings.llm_name if own else name,
        api_key=settings.llm_api_key if own else api_key,
        timeout_s=min(timeout_s, settings.llm_timeout_s),
        prompt_tokens=int(MAX_RETRY_GROWTH * settings.max_prompt_tokens),
        output_tokens=settings.max_output_tokens,
    )


class Check(BaseModel):
    """One question and its answer."""

    model_config = ConfigDict(frozen=True)

    name: str
    status: Status
    seen: str = Field(description="What was seen, in a sentence")
    hint: str = Field("", description="What to do about it")
    figures: dict[str, float] = Field(default_factory=dict, description="What was measured; units are in the names")


class Diagnosis(BaseModel):
    """All checks of a server."""

    model_config = ConfigDict(frozen=True)

    server: str = Field(description="Host and port")
    checks: tuple[Check, ...]

    @property
    def fit(self) -> bool:
        """Whether no check failed; warnings are for a person to weigh."""
        return all(check.status != "fail" for check in self.checks)

    def find(self, name: str) -> Check | None:
        """The check of this name, if it was made."""
        return next((check for check in self.checks if check.name == name), None)
