"""Likely questions of an article (相似问): a file beside a source that says how people ask for what an article holds.

Document expansion by questions: an article is found by what is asked of it, not by its own words alone (Nogueira, Lin:
From doc2query to docTTTTTquery, 2019); here people write the questions. `办法.txt` has its questions in
`办法.questions.toml`, a table from article id to a list of questions. They serve the search alone: nothing quotes or
shows them.
"""

import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from index.errors import ReadError

SUFFIX = ".questions.toml"

Questions = Mapping[str, tuple[str, ...]]
"""Article id -> its likely questions."""


def questions_file(path: Path) -> Path | None:
    """The file of questions that goes with the source `path`: beside it, or with the same text that is bundled."""
    own = path.with_name(path.stem + SUFFIX)
    if own.exists():
        return own
    with as_file(files("index") / "corpus") as bundled:
        for known in bundled.glob(f"*{SUFFIX}"):
            source = known.with_name(known.name.removesuffix(SUFFIX) + path.suffix)
            if source.exists() and _same(source, path):
                return known
    return None


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def read_questions(path: Path) -> Questions:
    """The questions in `path`, each without surrounding blanks and once per article.

    Raises:
        ReadError: it cannot be read, or is no table from ids to lists of questions; the place is named.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadError(f"无法读取相似问文件 {path}：{error}。请检查 TOML 语法和 UTF-8 编码。") from error
    for key, asked in data.items():
        if not isinstance(asked, list) or not all(isinstance(q, str) and q.strip() for q in asked):
            raise ReadError(f'相似问文件 {path} 中“{key}”的值不是问题列表。请写成 "条文编号" = ["问题", …]。')
    return {key: tuple(dict.fromkeys(q.strip() for q in asked)) for key, asked in data.items()}


def unknown_articles(questions: Questions, ids: Collection[str], path: Path) -> ReadError | None:
    """What is wrong with questions for articles that the source does not have; None if there are none."""
    missing = [i for i in questions if i not in ids]
    if not missing:
        return None
    named = "、".join(missing[:3])
    more = f" 等 {len(missing)} 处" if len(missing) > 3 else ""
    return ReadError(
        f"相似问文件 {path} 中有来源文件没有的条文：{named}{more}（其余照用）。请用 policy-qa show 查看编号后改正。"
    )
