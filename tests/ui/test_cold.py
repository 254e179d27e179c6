"""What a single question on the command line imports: its list, with reasons, stands in docs/architecture.md."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {
    "chromadb_rust_bindings", "click", "filelock", "jieba", "langchain_core", "numpy", "platformdirs", "pydantic",
    "threadpoolctl", "tokenizers",
}  # fmt: skip
"""Packages that the program imports itself for a question; what else is loaded, these bring along."""
KEPT_OUT = {
    "PIL", "bm25s", "chromadb", "docx", "fastapi", "gradio", "huggingface_hub", "langchain", "langchain_openai",
    "lxml", "onnxruntime", "pandas", "pdfplumber", "posthog", "pypdf", "pypinyin", "scipy", "sentence_transformers",
    "starlette", "torch", "tqdm", "transformers", "uvicorn", "yaml",
}  # fmt: skip
ASK = """
import json, sys
from ui.cli import cli
try:
    cli.main(["ask", sys.argv[1]], prog_name="policy-qa")
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def test_a_question_imports_only_what_it_needs(index_dir: Path, cache_dir: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ASK, "首台套检测评定收费吗"],
        cwd=ROOT,
        env={
            **os.environ,
            "POLICY_QA_INDEX_DIR": str(index_dir),
            "POLICY_QA_CACHE_DIR": str(cache_dir),
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout.startswith("不收取。")
    loaded = set(json.loads(ran.stderr.splitlines()[-1]))
    assert loaded & KEPT_OUT == set()
    assert loaded >= OURS


def test_the_list_of_what_it_imports_is_told_with_reasons() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("## A single question")[1]
    rows = re.findall(r"^\| `(\w+)` \|", told.split("\n## ")[0], re.MULTILINE)
    assert sorted(rows) == sorted(OURS)
