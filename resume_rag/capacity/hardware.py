"""The constants that capacity is computed from, each with its source: cards, models, precisions.

Knows no speeds that somebody measured; only what a card's maker states and what a model's configuration says.
"""

from __future__ import annotations

from typing import NamedTuple

GIB = 2**30


class Gpu(NamedTuple):
    """A card, as its maker states it."""

    vram_gib: float
    bandwidth_gb_s: float
    """Memory bandwidth in 10^9 bytes a second."""
    fp16_tflops: float
    """Dense FP16 tensor operations with FP32 accumulation, in 10^12 a second."""
    source: str


GPUS: dict[str, Gpu] = {
    "rtx3090": Gpu(24, 936, 71, "NVIDIA Ampere GA102 whitepaper, table of GeForce RTX 3090"),
    "rtx4090": Gpu(24, 1008, 165.2, "NVIDIA Ada GPU architecture whitepaper, table of GeForce RTX 4090"),
    "a10": Gpu(24, 600, 125, "NVIDIA A10 datasheet"),
    "l4": Gpu(24, 300, 121, "NVIDIA L4 datasheet (half of the figure with sparsity)"),
    "a100-80gb": Gpu(80, 2039, 312, "NVIDIA A100 80GB SXM datasheet"),
    "h100-80gb": Gpu(80, 3350, 989.5, "NVIDIA H100 SXM datasheet (half of the figure with sparsity)"),
}


class ModelShape(NamedTuple):
    """A decoder as its ``config.json`` describes it: grouped attention, gated feed-forward."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    feed_forward: int
    vocabulary: int
    tied_embeddings: bool
    qkv_bias: bool
    context_tokens: int
    source: str

    @property
    def block_weights(self) -> int:
        """Weights of all matrices inside the layers: those that a quantiser packs."""
        attention = self.hidden * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        return self.layers * (attention + 3 * self.hidden * self.feed_forward)

    @property
    def small_weights(self) -> int:
        """Norms and biases."""
        biases = (self.heads + 2 * self.kv_heads) * self.head_dim if self.qkv_bias else 0
        return self.layers * (2 * self.hidden + biases) + self.hidden

    @property
    def embedding_weights(self) -> int:
        """Weights of one embedding table; the output layer is another of the same size unless the two are tied."""
        return self.vocabulary * self.hidden

    @property
    def parameters(self) -> int:
        """All weights.

        >>> MODELS["llama-8b"].parameters
        8030261248
        """
        return self.block_weights + self.small_weights + self.embedding_weights * (1 if self.tied_embeddings else 2)


MODELS: dict[str, ModelShape] = {
    "llama-8b": ModelShape(32, 4096, 32, 8, 128, 14336, 128256, False, False, 131072, "config.json of Llama-3.1-8B-Instruct"),
    "llama-3b": ModelShape(28, 3072, 24, 8, 128, 8192, 128256, True, False, 131072, "config.json of Llama-3.2-3B-Instruct"),
    "mistral-7b": ModelShape(32, 4096, 32, 8, 128, 14336, 32768, False, False, 32768, "config.json of Mistral-7B-Instruct-v0.3"),
    "qwen-7b": ModelShape(28, 3584, 28, 4, 128, 18944, 152064, False, True, 32768, "config.json of Qwen2.5-7B-Instruct"),
}


class Precision(NamedTuple):
    """How the matrices inside the layers are stored. Embeddings, output layer and norms stay at 16 bits."""

    bits_per_weight: float
    source: str


# Groups of 128 weights share a 16-bit scale and a 4-bit zero point.
_FOUR_BITS_IN_GROUPS = 4 + 16 / 128 + 4 / 128
PRECISIONS: dict[str, Precision] = {
    "fp16": Precision(16, "two bytes a weight"),
    "awq": Precision(_FOUR_BITS_IN_GROUPS, "AWQ paper (arXiv 2306.00978): 4 bits, groups of 128 with scale and zero point"),
    "gptq": Precision(_FOUR_BITS_IN_GROUPS, "GPTQ paper (arXiv 2210.17323): 4 bits, groups of 128 with scale and zero point"),
}
KV_BYTES_PER_VALUE = 2
"""vLLM keeps keys and values in the model's own 16-bit type (``--kv-cache-dtype auto``)."""


def count_weight_bytes(model: ModelShape, precision: Precision) -> float:
    """Bytes of all weights on the card.

    >>> round(count_weight_bytes(MODELS["llama-8b"], PRECISIONS["awq"]) / 1e9, 2)
    5.73
    """
    packed = model.block_weights * precision.bits_per_weight / 8
    return packed + 2 * (model.parameters - model.block_weights)


def count_read_bytes(model: ModelShape, precision: Precision) -> float:
    """Bytes of weights that one decoding step reads: all but the input embedding, of which it reads a row for each stream.

    >>> round(count_read_bytes(MODELS["llama-8b"], PRECISIONS["fp16"]) / 1e9, 2)
    15.01
    """
    unread = 0 if model.tied_embeddings else model.embedding_weights
    return count_weight_bytes(model, precision) - 2 * unread


def count_kv_bytes_per_token(model: ModelShape) -> int:
    """Bytes of keys and values that one token of context takes.

    >>> count_kv_bytes_per_token(MODELS["llama-8b"]) // 1024
    128
    """
    return 2 * model.layers * model.kv_heads * model.head_dim * KV_BYTES_PER_VALUE
