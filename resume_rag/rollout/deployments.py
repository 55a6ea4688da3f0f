"""The file of deployments: which model servers there are, what each is for, and the policy of a rollout.

YAML or TOML. Holds no keys: a deployment names the environment variable that has its key. Knows nothing of how a server is
opened or asked; `split` says which one serves a request, `gates` what the policy's limits mean.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from resume_rag.errors import DeploymentsFileError

EMBEDDED: Final = "embedded"
"""In place of a URL: the embedded model."""

DEFAULT_NAME: Final = "default"
"""Name of the only deployment where there is no file."""

FULL_SHARE: Final = 100.0

Role = Literal["primary", "canary", "fallback"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Deployment(_Strict):
    """One model server with one version of one model."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$", description="In responses, logs and metrics")]
    url: Annotated[AnyHttpUrl | Literal["embedded"], Field(description="OpenAI-compatible address, or `embedded`")]
    model: Annotated[str | None, Field(description="Name of the model there; without it, the first that the server lists")] = None
    precision: Annotated[str, Field(max_length=40, description="Such as fp16, awq, gptq; told, not checked")] = ""
    version: Annotated[str, Field(min_length=1, max_length=80, description="Changes with the weights, the engine or its flags")] = "1"
    role: Role = "primary"
    weight: Annotated[float, Field(gt=0, le=1_000_000, description="Share among the deployments of its role")] = 1.0
    api_key_env: Annotated[str | None, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Environment variable with its key")] = None

    @field_validator("url")
    @classmethod
    def _holds_no_key(cls, url: Any) -> Any:
        if url != EMBEDDED and (url.username or url.password):
            raise ValueError("holds a user or password; name an environment variable in api_key_env instead")
        return url

    @property
    def fingerprint(self) -> str:
        """Of what answers; the same for gateways that reach it under different addresses."""
        identity = "\0".join((self.name, self.version, self.model or "", self.precision))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]


class Gates(_Strict):
    """How much worse than the stable version a canary may be. Shares are differences in points of 0 to 1."""

    first_try: Annotated[float, Field(gt=0, lt=1, description="Lines not valid at the first try")] = 0.05
    fallback_lines: Annotated[float, Field(gt=0, lt=1, description="Lines that it did not deliver")] = 0.05
    errors: Annotated[float, Field(gt=0, lt=1, description="Lines that its server failed")] = 0.02
    first_token_p95: Annotated[float, Field(ge=1, le=100, description="Times the stable version's p95 of the first token")] = 1.5


class Policy(_Strict):
    """How a canary's share grows, and what stops it."""

    sticky_by: Annotated[Literal["candidate", "tenant"], Field(description="Who stays with one version")] = "candidate"
    steps: Annotated[tuple[float, ...], Field(min_length=2, description="Shares of the traffic, in per cent")] = (1, 5, 25, 50, 100)
    min_step_s: Annotated[float, Field(ge=0, description="Shortest time at a step")] = 300.0
    max_step_s: Annotated[float, Field(gt=0, description="A step that is not decided by then is rolled back")] = 86_400.0
    min_requests: Annotated[int, Field(ge=1, description="Requests of each version before a step is judged")] = 30
    confidence: Annotated[float, Field(gt=0.5, lt=1, description="Of the interval that lets a gate pass")] = 0.95
    rollback_confidence: Annotated[float, Field(gt=0.5, lt=1, description="Of the interval that rolls back")] = 0.995
    check_every_s: Annotated[float, Field(ge=0.1, le=3600, description="How often the gates are looked at")] = 5.0
    gates: Gates = Gates()

    @model_validator(mode="after")
    def _steps_grow(self) -> Self:
        if list(self.steps) != sorted(set(self.steps)) or self.steps[0] <= 0 or self.steps[-1] != FULL_SHARE:
            raise ValueError("steps must grow from above 0 to 100")
        return self


class Deployments(_Strict):
    """All of the file."""

    deployments: Annotated[tuple[Deployment, ...], Field(min_length=1)]
    rollout: Policy = Policy()

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        names = [one.name for one in self.deployments]
        if len(set(names)) < len(names):
            raise ValueError("two deployments have one name")
        if not self.of_role("primary"):
            raise ValueError("there must be a deployment with the role primary")
        return self

    def of_role(self, role: Role) -> tuple[Deployment, ...]:
        """The deployments with a role, in the file's order."""
        return tuple(one for one in self.deployments if one.role == role)

    def find(self, name: str) -> Deployment | None:
        """The deployment of a name, or None."""
        return next((one for one in self.deployments if one.name == name), None)

    @property
    def digest(self) -> str:
        """Of all that the file says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def read_deployments(path: Path) -> Deployments:
    """The deployments of a file that ends in .toml, .yaml or .yml.

    Raises:
        DeploymentsFileError: names the entry and what is wrong with it, never what it holds.
    """
    try:
        text = path.read_text(encoding="utf-8")
        value = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except OSError as error:
        raise DeploymentsFileError(f"The file of deployments {path} cannot be read ({error.strerror}).") from None
    except (ValueError, yaml.YAMLError):
        kind = "TOML" if path.suffix == ".toml" else "YAML"
        raise DeploymentsFileError(f"The file of deployments {path} is not {kind}.") from None
    if not isinstance(value, dict):
        raise DeploymentsFileError(f"The file of deployments {path} is no table with the entry deployments.")
    try:
        return Deployments.model_validate(value)
    except ValidationError as error:
        raise DeploymentsFileError(f"The file of deployments {path} does not fit: {_render_problems(error)}.") from None


def _render_problems(error: ValidationError) -> str:
    problems = []
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        where = ""
        for step in found["loc"]:
            where += f"[{step}]" if isinstance(step, int) else f".{step}" if where else str(step)
        problems.append(f"{where or 'the file'}: {found['msg'].removeprefix('Value error, ')}")
    return "; ".join(dict.fromkeys(problems))
