"""Profiles of vLLM: every flag has a reason, the command holds them, and the shell starts it or says why not."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resume_rag.capacity import MEMORY_SHARE, plan_capacity
from resume_rag.cli import app
from resume_rag.errors import InputError
from resume_rag.vllm_profiles import build_command, check_checkpoint, list_profile_names, read_profile

PROFILES = ("awq", "fp16", "gptq")


def checkpoint(folder: Path, method: str | None = None) -> Path:
    folder.mkdir()
    config = {"model_type": "llama", **({"quantization_config": {"quant_method": method}} if method else {})}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def run(*arguments: str, **env: str):
    return CliRunner().invoke(app, ["vllm", "serve", *arguments], env=env)


def test_the_profiles_are_there():
    assert list_profile_names() == PROFILES


@pytest.mark.parametrize("name", PROFILES)
def test_every_flag_has_a_reason_and_the_starting_point_is_kept(name):
    profile = read_profile(name)
    assert [flag.name for flag in profile.flags if len(flag.reason) < 30] == []
    assert profile.value_of("--max-num-batched-tokens") == "4096"
    assert profile.value_of("--max-num-seqs") == "32"
    assert "Latency" in next(flag.reason for flag in profile.flags if flag.name == "--max-num-seqs")
    assert profile.value_of("--host") == "127.0.0.1"
    assert "--no-enable-log-requests" in [flag.name for flag in profile.flags]
    wanted = json.loads(profile.value_of("--structured-outputs-config") or "")
    assert wanted == {"backend": "xgrammar", "disable_any_whitespace": True}


@pytest.mark.parametrize("name", PROFILES)
def test_figures_in_a_profile_are_those_that_capacity_computes(name):
    plan = plan_capacity("rtx3090", "llama-8b", name, prompt_tokens=2000, output_tokens=500)
    text = read_profile(name).path.read_text()
    stated = (
        f"weights {plan.memory.weights / 2**30:.1f} GiB",
        f"cache {plan.kv_tokens // 1000},000 tokens",
        f"at most {plan.single.tokens_per_s:.0f} tokens/s",
        f"holds {plan.concurrent_by_memory} requests",
    )
    for words in stated:
        assert words in text
    assert str(MEMORY_SHARE) == read_profile(name).value_of("--gpu-memory-utilization")


def test_the_command_ends_with_what_was_typed_so_that_it_wins(tmp_path):
    command = build_command(read_profile("awq"), str(tmp_path / "llama-awq"), further=["--max-num-seqs", "16"])
    assert command[:5] == ["vllm", "serve", str(tmp_path / "llama-awq"), "--served-model-name", "llama-awq"]
    assert command[-2:] == ["--max-num-seqs", "16"]
    assert "--enable-prefix-caching" in command


@pytest.mark.parametrize(("profile", "method"), [("awq", "awq"), ("gptq", "gptq"), ("fp16", None)])
def test_a_fitting_checkpoint_passes(tmp_path, profile, method):
    check_checkpoint(read_profile(profile), checkpoint(tmp_path / "m", method))


@pytest.mark.parametrize(
    ("profile", "method", "hint"), [("awq", None, "fp16"), ("fp16", "awq", "awq"), ("gptq", "awq", "awq"), ("awq", "fp8", "Copy")]
)
def test_a_checkpoint_of_another_precision_is_refused(tmp_path, profile, method, hint):
    with pytest.raises(InputError) as caught:
        check_checkpoint(read_profile(profile), checkpoint(tmp_path / "m", method))
    assert hint in caught.value.hint


@pytest.mark.parametrize("content", ["- a\n- b\n", "{", "max-num-seqs"])
def test_a_profile_of_ones_own_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match=r"mine\.yaml"):
        read_profile(str(path))


def test_a_profile_of_ones_own_is_taken_as_it_is(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("# because\nmax-num-seqs: 4\nenable-prefix-caching: false\n")
    profile = read_profile(str(path))
    assert [tuple(flag) for flag in profile.flags] == [("--max-num-seqs", "4", "because"), ("--no-enable-prefix-caching", None, "")]
    check_checkpoint(profile, checkpoint(tmp_path / "m", "fp8"))


def test_shell_prints_a_command_that_a_shell_reads_back(tmp_path):
    model = checkpoint(tmp_path / "llama 8b awq", "awq")
    result = run("awq", "--model", str(model), "--print", "--", "--seed", "7")
    assert result.exit_code == 0
    assert "# --max-num-seqs: Streams that write at once." in result.stdout
    # A shell joins lines that end in a backslash; shlex does not.
    assert shlex.split(result.stdout.replace("\\\n", ""), comments=True) == build_command(
        read_profile("awq"), str(model), further=["--seed", "7"]
    )


def test_shell_says_that_vllm_is_missing_and_what_to_do(tmp_path):
    model = checkpoint(tmp_path / "m", "awq")
    result = run("awq", "--model", str(model), PATH=str(tmp_path))
    assert result.exit_code == 3
    assert "vLLM is not installed here." in result.stderr
    assert "pip install vllm" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "named"), [(["int3", "--model", "o/n"], "awq, fp16, gptq"), (["awq", "--model", "/no/such"], "folder")]
)
def test_shell_names_what_is_wrong(arguments, named):
    result = run(*arguments)
    assert result.exit_code == 2
    assert named in result.stderr


def test_shell_becomes_vllm(tmp_path):
    program = tmp_path / "vllm"
    program.write_text(f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([os.getpid(), sys.argv[1:]]))\nsys.exit(5)\n")
    program.chmod(0o755)
    model = checkpoint(tmp_path / "m", "gptq")
    started = subprocess.Popen(
        [sys.executable, "-m", "resume_rag.cli", "vllm", "serve", "gptq", "--model", str(model), "--", "--port", "9009"],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = started.communicate(timeout=60)
    pid, arguments = json.loads(out)
    assert (pid, started.returncode) == (started.pid, 5)
    assert arguments == build_command(read_profile("gptq"), str(model), further=["--port", "9009"])[1:]
    assert "http://127.0.0.1:9009/v1" in err


@pytest.mark.live
@pytest.mark.parametrize("name", PROFILES)
def test_a_real_vllm_knows_every_flag(name):
    python = os.environ.get("RESUME_RAG_VLLM_PYTHON")
    if python is None:
        pytest.skip("needs the environment of a vLLM: `make test-vllm`")
    parsing = (
        "import sys\n"
        "from vllm.entrypoints.cli.serve import make_arg_parser\n"
        "from vllm.utils.argparse_utils import FlexibleArgumentParser\n"
        "told = make_arg_parser(FlexibleArgumentParser()).parse_args(sys.argv[1:])\n"
        "print(told.max_num_seqs, told.structured_outputs_config.disable_any_whitespace)\n"
    )
    command = build_command(read_profile(name), "/models/llama-8b")[3:]
    done = subprocess.run([python, "-c", parsing, *command], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    assert done.stdout.splitlines()[-1] == "32 True"
