"""A GGUF file -> a folder that vLLM serves (16-bit weights, tokenizer, chat template); and a tiny model of the same tongue.

``convert_gguf.py MODEL.gguf FOLDER`` writes the weights as they are after dequantising: the answers are those of the
quantised model, the size and the speed are not. ``convert_gguf.py --tiny FOLDER TINY`` makes a folder with the tokenizer of a
converted model and a configuration of two small layers, without weights: with ``--load-format dummy`` vLLM runs it with random
ones, which is quick, and enough wherever the engine is asked and not the model. Runs in vLLM's own environment.
"""

import argparse
import json
import os
import shutil
from pathlib import Path

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json")
_TINY_SHAPE = {
    "architectures": ["Qwen2ForCausalLM"],
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_window_layers": 2,
    "layer_types": ["full_attention", "full_attention"],
}


def convert(gguf_file: Path, folder: Path) -> None:
    """Writes the folder beside its place and moves it there when it is whole."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.quantization_config import GgufConfig

    draft = _empty(folder)
    AutoTokenizer.from_pretrained(gguf_file.parent, gguf_file=gguf_file.name).save_pretrained(draft)
    weights = AutoModelForCausalLM.from_pretrained(
        gguf_file.parent, gguf_file=gguf_file.name, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
    )
    weights.save_pretrained(draft)
    os.replace(draft, folder)


def shrink(converted: Path, folder: Path) -> None:
    """The tokenizer of a converted model with a configuration a thousandth of its size."""
    draft = _empty(folder)
    for name in _TOKENIZER_FILES:
        if (converted / name).exists():
            shutil.copy(converted / name, draft)
    config = json.loads((converted / "config.json").read_text("utf-8"))
    (draft / "config.json").write_text(json.dumps({**config, **_TINY_SHAPE}, indent=2), "utf-8")
    os.replace(draft, folder)


def _empty(folder: Path) -> Path:
    draft = folder.with_name(f".{folder.name}.part")
    for stale in (draft, folder):
        shutil.rmtree(stale, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def main() -> None:
    """Reads the command line."""
    told = argparse.ArgumentParser(description="GGUF -> a folder that vLLM serves.")
    told.add_argument("--tiny", action="store_true", help="SOURCE is a converted folder; make a tiny model of its tokenizer")
    told.add_argument("source", type=Path)
    told.add_argument("folder", type=Path)
    asked = told.parse_args()
    (shrink if asked.tiny else convert)(asked.source.resolve(), asked.folder.resolve())


if __name__ == "__main__":
    main()
