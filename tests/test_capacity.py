"""Capacity: the figures against sums done by hand, the verdicts, and how the shell shows them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from resume_rag.capacity import MAX_SEQS, find_ceiling, judge_latency, judge_rate, plan_capacity, plan_memory
from resume_rag.capacity.hardware import GPUS, MODELS, PRECISIONS, count_kv_bytes_per_token, count_read_bytes, count_weight_bytes
from resume_rag.cli import app

GB = 1e9


def plan(precision: str = "fp16", prompt_tokens: int = 2000, output_tokens: int = 500, **options: object):
    names = {"gpu": "rtx3090", "model": "llama-8b", **options}
    return plan_capacity(precision=precision, prompt_tokens=prompt_tokens, output_tokens=output_tokens, **names)  # type: ignore[arg-type]


def test_parameters_are_those_the_publishers_state():
    published = {"llama-8b": 8_030_261_248, "llama-3b": 3_212_749_824, "mistral-7b": 7_248_023_552, "qwen-7b": 7_615_616_512}
    assert {name: shape.parameters for name, shape in MODELS.items()} == published


def test_weights_by_hand():
    shape = MODELS["llama-8b"]
    # A layer: q and o 4096 x 4096, k and v 4096 x 1024, three of 4096 x 14336.
    layer = 2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336
    table = 128256 * 4096
    norms = 32 * 2 * 4096 + 4096
    assert count_weight_bytes(shape, PRECISIONS["fp16"]) == 2 * (32 * layer + 2 * table + norms)
    # 4 bits, and for each 128 weights 16 bits of scale and 4 of zero point: 532 bits for 128 weights.
    assert count_weight_bytes(shape, PRECISIONS["awq"]) == 32 * layer / 128 * 532 / 8 + 2 * (2 * table + norms)
    assert count_weight_bytes(shape, PRECISIONS["gptq"]) == count_weight_bytes(shape, PRECISIONS["awq"])
    assert count_weight_bytes(shape, PRECISIONS["fp16"]) - count_read_bytes(shape, PRECISIONS["fp16"]) == 2 * table


def test_a_tied_table_is_read_as_the_output_layer():
    shape = MODELS["llama-3b"]
    assert count_read_bytes(shape, PRECISIONS["fp16"]) == count_weight_bytes(shape, PRECISIONS["fp16"]) == 2 * shape.parameters


def test_kv_by_hand():
    # Keys and values, 32 layers, 8 heads of 128, two bytes.
    assert count_kv_bytes_per_token(MODELS["llama-8b"]) == 2 * 32 * 8 * 128 * 2 == 131_072
    assert count_kv_bytes_per_token(MODELS["qwen-7b"]) == 2 * 28 * 4 * 128 * 2


def test_memory_adds_up_to_the_card():
    for precision in PRECISIONS:
        memory = plan_memory(GPUS["rtx3090"], MODELS["llama-8b"], precision)
        parts = memory.weights + memory.activations + memory.runtime + memory.kv_cache + memory.kept_free
        assert parts == pytest.approx(memory.total) == 24 * 2**30


def test_one_stream_by_hand():
    # 15.0 GB of weights and 2,250 tokens of context at 128 KiB, through 936 GB/s.
    seconds = ((8_030_261_248 - 128256 * 4096) * 2 + 2250 * 131_072) / (936 * GB)
    assert plan().single.tokens_per_s == pytest.approx(1 / seconds)
    assert 61 < plan().single.tokens_per_s < 62
    assert plan().single.bound_by == "memory"


def test_many_streams_by_hand_and_where_arithmetic_binds():
    card, shape = GPUS["rtx3090"], MODELS["llama-8b"]
    eight = find_ceiling(card, shape, "fp16", streams=8, context_tokens=2250)
    read = count_read_bytes(shape, PRECISIONS["fp16"])
    assert eight.tokens_per_s == pytest.approx(8 * 936 * GB / (read + 8 * 2250 * 131_072))
    # Two operations a weight, 71 Tflops: about 4,700 tokens/s however many streams there are.
    crowd = find_ceiling(card, shape, "awq", streams=400, context_tokens=0)
    assert crowd.bound_by == "arithmetic"
    assert crowd.tokens_per_s == pytest.approx(71e12 / (2 * (8_030_261_248 - 128256 * 4096)))


def test_concurrency_is_the_cache_divided_by_a_request_and_never_above_the_engines_limit():
    fp16, awq = plan("fp16"), plan("awq")
    assert fp16.concurrent_requests == fp16.concurrent_by_memory == fp16.kv_tokens // 2500 == 18
    assert awq.concurrent_by_memory == awq.kv_tokens // 2500 > MAX_SEQS == awq.concurrent_requests
    assert 45_000 < fp16.kv_tokens < 50_000
    assert 120_000 < awq.kv_tokens < 130_000


def test_what_physics_says_to_the_usual_claims_on_a_3090():
    verdicts = {claim.claim: claim.verdict for claim in plan("fp16").expectations}
    assert verdicts == {
        "90 to 120 tokens/s in FP16": "only in total",
        "150 to 200 tokens/s in AWQ": "one stream, at the limit",
        "p50 of 3 to 4 s for 500 tokens in FP16": "only in total",
        "4 to 8 requests at once in FP16": "fits",
    }
    assert plan("awq").expectations[2].verdict == "one stream, at the limit"
    assert plan("awq").expectations[:2] == plan("fp16").expectations[:2]


@pytest.mark.parametrize(
    ("options", "low", "high", "verdict"),
    [
        ({"gpu": "h100-80gb"}, 90, 120, "one stream"),
        ({"gpu": "l4"}, 90, 120, "only in total"),
        ({"gpu": "l4"}, 5000, 9000, "not at all"),
        ({}, 50, 60, "one stream, at the limit"),
        ({}, 40, 60, "one stream"),
    ],
)
def test_verdicts_on_a_rate(options, low, high, verdict):
    assert judge_rate(plan(**options), low, high).verdict == verdict


def test_the_streams_that_a_total_needs_do_reach_it_and_one_fewer_do_not():
    assert "90 needs 2 streams together, 120 from 3" in judge_rate(plan(), 90, 120).why
    card, shape = GPUS["rtx3090"], MODELS["llama-8b"]
    two, three = (0.75 * find_ceiling(card, shape, "fp16", streams=n, context_tokens=2250).tokens_per_s for n in (2, 3))
    assert 90 <= two < 120 <= three


@pytest.mark.parametrize(("output_tokens", "verdict"), [(100, "one stream"), (200, "one stream, at the limit"), (500, "only in total")])
def test_verdicts_on_a_latency(output_tokens, verdict):
    assert judge_latency(plan(output_tokens=output_tokens), 3, 4).verdict == verdict
    assert judge_latency(plan(prompt_tokens=40_000), 3, 4).verdict == "not at all"


def test_a_model_that_does_not_fit_is_said_not_to():
    crowded = plan("fp16", prompt_tokens=60_000)
    assert not crowded.fits
    assert crowded.concurrent_requests == 0
    assert [claim.verdict for claim in crowded.expectations][0] == "not at all"
    assert [claim.verdict for claim in crowded.expectations][2:] == ["not at all", "not at all"]


def test_shell_shows_the_plan_within_the_width_and_in_plain_letters():
    result = CliRunner().invoke(app, ["capacity", "--precision", "awq"], env={"COLUMNS": "90", "PYTHONIOENCODING": "ascii", "TERM": "dumb"})
    assert result.exit_code == 0
    assert "llama-8b in AWQ on rtx3090" in result.stdout
    for words in ("5.73 GB", "128 KiB a token", "150 to 200 tokens/s in AWQ: one stream, at the limit", "KV cache"):
        assert words in " ".join(result.stdout.split())
    assert max(len(line) for line in result.stdout.splitlines()) <= 90
    bars = [line for line in result.stdout.splitlines() if line.startswith(("weights", "KV cache    ", "kept free"))]
    assert bars
    assert len({len(bar) for bar in bars if "GiB" in bar}) == 1


def test_shell_json_is_the_plan():
    result = CliRunner().invoke(app, ["capacity", "--precision", "fp16", "--json"])
    assert json.loads(result.stdout) == json.loads(plan("fp16").model_dump_json())


def test_shell_shows_a_model_too_large():
    result = CliRunner().invoke(app, ["capacity", "--precision", "fp16", "--prompt", "100000"])
    assert result.exit_code == 0
    assert "0 of 100000 + 500 tokens" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--gpu", "voodoo2"], "rtx3090"),
        (["--model", "gpt"], "llama-8b"),
        (["--precision", "fp4"], "gptq"),
        (["--prompt", "131072"], "--prompt"),
    ],
)
def test_shell_names_what_is_known(arguments, named):
    result = CliRunner().invoke(app, ["capacity", *arguments])
    assert result.exit_code == 2
    assert named in result.stderr
