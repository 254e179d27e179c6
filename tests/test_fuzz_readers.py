"""Damaged and random files through the guard: read, or refused in one line; never a crash, never long."""

import io
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import read
from index.readers.given import given as given_files
from index.readers.guard import Guard, Limits

TEXT = "关于印发管理办法的通知\n某发〔2024〕1号\n第一条 为了规范检验，制定本办法。\n第二条 本办法自2024年3月1日起施行。\n"
SUFFIXES = (".txt", ".md", ".html", ".mht", ".docx", ".pdf", ".zip", ".png")
LONGEST = 60.0
"""Seconds for one small file, on a machine that does much else."""
fixed = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],  # a failing example is small already, and each costs a process
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def docx() -> bytes:
    """A Word file of a few lines."""
    import docx as word

    made = word.Document()
    for line in TEXT.splitlines():
        made.add_paragraph(line)
    made.add_table(2, 2)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def archive() -> bytes:
    """A ZIP of two texts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("办法.txt", TEXT)
        file.writestr("目录/通知.html", f"<html><body><p>{TEXT}</p></body></html>")
    return held.getvalue()


def pdf() -> bytes:
    """A PDF of one page, written by hand."""
    stream = b"BT /F1 12 Tf 72 720 Td (Article 1 These rules hold.) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(out),
    )  # fmt: skip


WHOLE = {
    ".txt": TEXT.encode(),
    ".html": f"<html><head><title>办法</title></head><body><table><tr><td>{TEXT}</table></body></html>".encode(),
    ".docx": docx(),
    ".pdf": pdf(),
    ".zip": archive(),
}


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(Limits(seconds=20)) as made:
        yield made


def damaged(data: bytes, seed: int) -> bytes:
    """`data` with some bytes changed, cut out, doubled or put elsewhere."""
    chance = random.Random(seed)
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(out) or 1)
        length = chance.choice((1, 1, 2, 16, 200))
        match chance.randrange(5):
            case 0:
                out[at : at + length] = chance.randbytes(length)
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length] * chance.choice((1, 3, 50))
            case 3:
                out[at : at + length] = (
                    chance.choice((b"\x00", b"\xff", b"<", b"&", b"{", b"9999999999", b"-1")) * length
                )
            case _:
                out = out[:at] + out[at + length :] + out[at : at + length]
    return bytes(out)


def outcome(guard: Guard, path: Path) -> tuple[list[str], int]:
    """The lines about what cannot be read, and how many texts could be."""
    lines: list[str] = []
    texts = 0
    with given_files([path], guard) as (files, failed):
        lines += failed
        for file in files:
            try:
                read(file.path, guard)
                texts += 1
            except ReadError as error:
                lines.append(file.tell(error))
    return lines, texts


def check(guard: Guard, path: Path) -> None:
    """Read a file as the program does; what is wrong with it must be one line each that names it, and come soon."""
    begun = time.monotonic()
    lines, texts = outcome(guard, path)
    assert time.monotonic() - begun < LONGEST
    assert texts or lines
    for line in lines:
        assert "\n" not in line
        assert "Traceback" not in line
        assert path.name in line


@pytest.mark.parametrize("suffix", WHOLE)
def test_the_whole_files_are_read(guard: Guard, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"办法{suffix}"
    path.write_bytes(WHOLE[suffix])
    lines, texts = outcome(guard, path)
    assert (lines, texts > 0) == ([], True)


@pytest.mark.parametrize("suffix", WHOLE)
@given(seed=st.integers(0, 10**6))
@fixed
def test_damage_to_a_real_file_is_one_line_or_read(
    guard: Guard, tmp_path: Path, suffix: str, seed: int
) -> None:
    path = tmp_path / f"办法{suffix}"
    path.write_bytes(damaged(WHOLE[suffix], seed))
    check(guard, path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.binary(max_size=2000))
@fixed
def test_random_bytes_are_one_line_or_read(guard: Guard, tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"随机{suffix}"
    path.write_bytes(data)
    check(guard, path)
