"""Profiles of vLLM: a file of flags with the reason for each, and the command that it makes.

The files are `deploy/vllm/*.yaml`, in the form that ``vllm serve --config`` reads by itself. Knows nothing of what the
flags do, and does not need vLLM.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from resume_rag.errors import InputError

_PACKAGE = Path(__file__).parent
# In the wheel inside the package; in a checkout beside it.
_FOLDERS = (_PACKAGE / "deploy" / "vllm", _PACKAGE.parent / "deploy" / "vllm")
_KEY = re.compile(r"^([a-z][a-z-]*):")
_PACKED_NAMES = {"awq": ("awq",), "gptq": ("gptq",), "fp16": ("",)}


class Flag(NamedTuple):
    """One flag of a profile."""

    name: str
    value: str | None
    """None: a switch."""
    reason: str


class Profile(NamedTuple):
    """A named set of flags."""

    name: str
    path: Path
    flags: tuple[Flag, ...]

    def value_of(self, flag_name: str) -> str | None:
        """The value of a flag such as ``--port``; None where it is not set."""
        return next((flag.value for flag in self.flags if flag.name == flag_name), None)


def list_profile_names() -> tuple[str, ...]:
    """The names of the profiles that come with the library.

    >>> list_profile_names()
    ('awq', 'fp16', 'gptq')
    """
    return tuple(sorted({path.stem for folder in _FOLDERS for path in folder.glob("*.yaml")}))


def read_profile(name: str) -> Profile:
    """A profile by its name, or by the path of a file of one's own.

    Raises:
        InputError: there is no such profile, or the file is no flat list of flags.
    """
    path = (
        Path(name)
        if name.endswith((".yaml", ".yml"))
        else next((f / f"{name}.yaml" for f in _FOLDERS if (f / f"{name}.yaml").is_file()), None)
    )
    if path is None or not path.is_file():
        raise InputError(
            f"There is no vLLM profile {name}.", hint=f"One of {', '.join(list_profile_names())}, or the path of a YAML file of your own."
        )
    try:
        text = path.read_text("utf-8")
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        values = None
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise InputError(f"The vLLM profile {path.name} cannot be read.", hint="It is YAML: one flag of `vllm serve` a line, without --.")
    reasons = _read_reasons(text)
    return Profile(path.stem, path, tuple(_flag(key, value, reasons.get(key, "")) for key, value in values.items()))


def build_command(profile: Profile, model_path: str, *, served_name: str | None = None, further: Sequence[str] = ()) -> list[str]:
    """The command that starts vLLM with this profile.

    Args:
        profile: its flags come first.
        model_path: folder of the checkpoint, or a hub name.
        served_name: name of the model in requests; the last part of ``model_path`` where None.
        further: flags as typed, last, so that they win.
    """
    name = served_name or Path(model_path).name
    flags = [part for flag in profile.flags for part in ((flag.name,) if flag.value is None else (flag.name, flag.value))]
    return ["vllm", "serve", model_path, "--served-model-name", name, *flags, *further]


def check_checkpoint(profile: Profile, model_dir: Path) -> None:
    """Whether a model's folder holds what the profile is for; says nothing of profiles and forms it does not know.

    Raises:
        InputError: no checkpoint, or weights of another precision.
    """
    try:
        config = json.loads((model_dir / "config.json").read_bytes())
    except (OSError, ValueError):
        raise InputError(
            f"{model_dir} holds no model: there is no config.json that can be read.",
            hint="Give the folder of a checkpoint (config.json, tokenizer, *.safetensors); GGUF files are for the embedded model.",
        ) from None
    packed = config.get("quantization_config") if isinstance(config, dict) else None
    method = str(packed.get("quant_method", "")) if isinstance(packed, dict) else ""
    wanted = _PACKED_NAMES.get(profile.name)
    if wanted is not None and method not in wanted:
        held = f"weights quantised by {method}" if method else "weights that are not quantised"
        fitting = next((name for name, methods in _PACKED_NAMES.items() if method in methods), None)
        hint = f"Use the profile {fitting}." if fitting else "Copy the profile, name it after the method, and give the copy's path."
        raise InputError(f"The profile {profile.name} is for another checkpoint: {model_dir.name} holds {held}.", hint=hint)


def _flag(key: str, value: object, reason: str) -> Flag:
    if value is True:
        return Flag(f"--{key}", None, reason)
    if value is False:
        return Flag(f"--no-{key}", None, reason)
    text = json.dumps(value, separators=(",", ":")) if isinstance(value, dict | list) else str(value)
    return Flag(f"--{key}", text, reason)


def _read_reasons(text: str) -> dict[str, str]:
    """The comment directly above each flag."""
    reasons: dict[str, str] = {}
    block: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            block.append(line.lstrip("# "))
            continue
        key = _KEY.match(line)
        if key:
            reasons[key.group(1)] = " ".join(block)
        block = []
    return reasons
