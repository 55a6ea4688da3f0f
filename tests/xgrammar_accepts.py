"""Which texts xgrammar lets a model write under a JSON schema; run by the Python that has it (`make check-grammars`).

Reads ``{"schema": ..., "texts": [...]}`` from standard input and prints a list of booleans. xgrammar imports torch and transformers
for its GPU kernels and for reading tokenizers; where they are not installed, stand-ins keep its grammars usable without
gigabytes of packages. It imports nothing of this project.
"""

import importlib.util
import json
import sys
from unittest.mock import MagicMock

import tvm_ffi  # noqa: F401  # before the stand-ins: it looks whether torch is there

for name in ("torch", "transformers", "triton"):
    if importlib.util.find_spec(name) is None:
        for part in (name, f"{name}.utils", f"{name}.utils.cpp_extension", f"{name}.language"):
            sys.modules[part] = MagicMock()

import xgrammar  # noqa: E402

asked = json.load(sys.stdin)
tokenizer = xgrammar.TokenizerInfo([bytes([byte]) for byte in range(256)] + [b"</s>"], stop_token_ids=[256])
compiled = xgrammar.GrammarCompiler(tokenizer).compile_json_schema(json.dumps(asked["schema"]))


def accepts(text: str) -> bool:
    matcher = xgrammar.GrammarMatcher(compiled, terminate_without_stop_token=True)
    return bool(matcher.accept_string(text)) and bool(matcher.is_terminated())


print(json.dumps([accepts(text) for text in asked["texts"]]))
