"""A folder that vLLM serves in 16 bits -> one with the same model in 8 bits.

``quantise_int8.py CONVERTED FOLDER`` rounds each row of each linear layer to int8 with a scale of its own; activations are rounded
token by token as the engine runs (W8A8, in the form of compressed-tensors). Embeddings and the last layer stay as they are. Not
the 4 bits of ``deploy/vllm/awq.yaml``: vLLM's processor kernels for those need AVX-512, these do not. Runs in vLLM's own environment.
"""

import argparse
import json
import os
import shutil
from pathlib import Path

_LARGEST = 127
_KEPT = "lm_head"
_LAYER = "_proj.weight"
"""How the names of a Llama's or a Qwen's linear layers end, in attention and in between."""


def quantise(converted: Path, folder: Path) -> float:
    """Writes the folder beside its place and moves it there when it is whole.

    Returns:
        The largest share that a layer's rounding takes of the layer, in the root of mean squares.

    Raises:
        FileNotFoundError: the folder has no `model.safetensors` (weights in several files are not read).
        SystemExit: no linear layer is known by its name.
    """
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(converted / "model.safetensors")
    names = [name for name in weights if name.endswith(_LAYER)]
    if not names:
        raise SystemExit(f"{converted} has no layer whose name ends in {_LAYER}.")
    worst = 0.0
    for name in names:
        exact = weights[name].float()
        # The scale is kept in the model's own type, so the rows are divided by what will be read back.
        scale = (exact.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / _LARGEST).to(weights[name].dtype)
        rounded = (exact / scale.float()).round().clamp(-_LARGEST, _LARGEST)
        worst = max(worst, ((rounded * scale.float() - exact).norm() / exact.norm()).item())
        weights[name], weights[f"{name}_scale"] = rounded.to(torch.int8), scale
    draft = folder.with_name(f".{folder.name}.part")
    for stale in (draft, folder):
        shutil.rmtree(stale, ignore_errors=True)
    shutil.copytree(converted, draft, ignore=shutil.ignore_patterns("*.safetensors"))
    config = json.loads((converted / "config.json").read_text("utf-8"))
    (draft / "config.json").write_text(json.dumps({**config, "quantization_config": _describe()}, indent=2), "utf-8")
    save_file(weights, draft / "model.safetensors", metadata={"format": "pt"})
    os.replace(draft, folder)
    return worst


def _describe() -> dict[str, object]:
    common = {"num_bits": 8, "type": "int", "symmetric": True}
    group = {
        "targets": ["Linear"],
        "weights": {**common, "strategy": "channel", "dynamic": False},
        "input_activations": {**common, "strategy": "token", "dynamic": True},
    }
    return {
        "quant_method": "compressed-tensors",
        "format": "int-quantized",
        "quantization_status": "compressed",
        "ignore": [_KEPT],
        "config_groups": {"group_0": group},
    }


def main() -> None:
    """Reads the command line."""
    told = argparse.ArgumentParser(description="A 16-bit folder -> the same model in 8 bits, for vLLM.")
    told.add_argument("converted", type=Path)
    told.add_argument("folder", type=Path)
    asked = told.parse_args()
    worst = quantise(asked.converted.resolve(), asked.folder.resolve())
    print(f"{asked.folder}: rounding takes at most {worst:.1%} of a layer")


if __name__ == "__main__":
    main()
