"""How many threads numpy's matrix products take: one, for the whole process."""

from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


@cache
def one_blas_thread() -> None:
    """Let each product run in the thread that asks for it.

    Two threads save a few milliseconds of a question on an idle machine; on a busy one they lose half a second in
    waiting for each other, and questions asked at once share the processors anyway.
    """
    ThreadpoolController().limit(limits=1, user_api="blas")
