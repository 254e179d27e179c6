from pathlib import Path

import numpy as np
import pytest

from eval.bench.remembered import RememberingEmbedder
from tests.fakes import FakeEmbedder


def test_a_text_is_encoded_once_whoever_opens_the_folder(tmp_path: Path) -> None:
    fake = FakeEmbedder()
    first = RememberingEmbedder(fake, tmp_path)
    steps: list[int] = []
    made = first.encode_passages(["甲乙丙", "丁戊", "甲乙丙"], steps.append)
    again = RememberingEmbedder(fake, tmp_path)
    found = again.encode_passages(["丁戊", "甲乙丙"])
    assert (first.made, again.made, sum(steps)) == (2, 0, 3)
    assert np.array_equal(found[1].vector, made[0].vector)
    assert np.array_equal(made[0].vector, fake.encode_queries(["甲乙丙"])[0].vector)
    assert found[1].token_ids == fake.encode_queries(["甲乙丙"])[0].token_ids
    assert np.abs(found[1].tokens - fake.encode_queries(["甲乙丙"])[0].tokens).max() < 1 / 127


def test_a_variation_is_near_its_original_and_the_same_every_time(tmp_path: Path) -> None:
    remembering = RememberingEmbedder(FakeEmbedder(dimension=384), tmp_path, {"乙乙丙丁": "甲乙丙丁"})
    varied, original = remembering.encode_passages(["乙乙丙丁", "甲乙丙丁"])
    (again,) = remembering.encode_passages(["乙乙丙丁"])
    assert remembering.made == 1
    assert np.array_equal(again.vector, varied.vector)
    assert float(varied.vector @ original.vector) == pytest.approx(1 / np.sqrt(1 + 0.16**2), abs=0.003)
    assert varied.token_ids == original.token_ids
    assert np.linalg.norm(varied.tokens, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_end_of_an_interrupted_run_is_written_over(tmp_path: Path) -> None:
    RememberingEmbedder(FakeEmbedder(), tmp_path).encode_passages(["甲"])
    with (tmp_path / "vectors.f32").open("ab") as file:
        file.write(b"\0" * 20)
    remembering = RememberingEmbedder(FakeEmbedder(), tmp_path)
    remembering.encode_passages(["乙丙"])
    (found,) = RememberingEmbedder(FakeEmbedder(), tmp_path).encode_passages(["乙丙"])
    assert np.array_equal(found.vector, FakeEmbedder().encode_queries(["乙丙"])[0].vector)
