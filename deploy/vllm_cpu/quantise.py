"""A folder that vLLM serves in 16 bits -> the same model with 8-bit weights and activations: ``quantise.py SOURCE FOLDER``.

Each row of a layer's projections is rounded to the nearest of 255 steps; activations are rounded by the engine, token by token. That is
the usual W8A8 form (compressed-tensors, ``int-quantized``), which vLLM runs on processors and cards alike. 4-bit checkpoints (AWQ, GPTQ)
run on processors with AVX-512 only. Embeddings, norms and biases stay as they are. Runs in vLLM's own environment.
"""

import argparse
import json
import os
import shutil
from pathlib import Path

_STEPS = 127
_WHOLE = {"num_bits": 8, "type": "int", "symmetric": True}
_TOLD = {
    "quant_method": "compressed-tensors",
    "format": "int-quantized",
    "quantization_status": "compressed",
    "ignore": ["lm_head"],
    "config_groups": {
        "group_0": {
            "targets": ["Linear"],
            "weights": _WHOLE | {"strategy": "channel", "dynamic": False},
            "input_activations": _WHOLE | {"strategy": "token", "dynamic": True},
        }
    },
}


def quantise(source: Path, folder: Path) -> None:
    """Writes the folder beside its place and moves it there when it is whole."""
    import torch
    from safetensors.torch import load_file, save_file

    draft = folder.with_name(f".{folder.name}.part")
    for stale in (draft, folder):
        shutil.rmtree(stale, ignore_errors=True)
    shutil.copytree(source, draft, ignore=shutil.ignore_patterns("*.safetensors*"))
    tensors = {}
    for file in sorted(source.glob("*.safetensors")):
        for name, tensor in load_file(file).items():
            tensors[name] = tensor
            if name.endswith("_proj.weight"):
                scale = (tensor.float().abs().amax(1, keepdim=True) / _STEPS).clamp(min=1e-8)
                tensors[name] = (tensor.float() / scale).round().clamp(-_STEPS, _STEPS).to(torch.int8)
                tensors[f"{name}_scale"] = scale.to(tensor.dtype)
    save_file(tensors, draft / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((source / "config.json").read_text("utf-8"))
    (draft / "config.json").write_text(json.dumps(config | {"quantization_config": _TOLD}, indent=2), "utf-8")
    os.replace(draft, folder)


def main() -> None:
    """Reads the command line."""
    told = argparse.ArgumentParser(description="A 16-bit model folder -> 8 bits.")
    told.add_argument("source", type=Path)
    told.add_argument("folder", type=Path)
    asked = told.parse_args()
    quantise(asked.source.resolve(), asked.folder.resolve())


if __name__ == "__main__":
    main()
