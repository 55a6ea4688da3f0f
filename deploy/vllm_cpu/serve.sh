#!/usr/bin/env bash
# Serves what setup.sh made, until it is stopped:  serve.sh FOLDER MODEL PORT [flags of vLLM's own]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(cd "$1" && pwd) model=$2 port=$3
shift 3
export PATH="$folder/venv/bin:$PATH"
export HF_HUB_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1
# Without it, torch brings an OpenMP of its own and vLLM's threads are not bound to cores.
export LD_PRELOAD="$folder/venv/lib/libiomp5.so"
# It would win over the flag of the profile.
unset VLLM_CPU_KVCACHE_SPACE
[ "$model" != tiny ] || set -- --load-format dummy "$@"
exec vllm serve "$folder/models/$model" --config "$here/profile.yaml" --served-model-name "$model" --port "$port" "$@"
