"""Plain LangChain over Chroma, as a tutorial has it: nearest articles by vector into a prompt, nothing else.

It gets the same articles and the same embedder, so that what differs is what lies around them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from index.embed import Embedder

_NAME = "rival"
_CHUNK = 512
_K = 4
_PROMPT = "请依据下列条文回答问题。\n\n{context}\n\n问题：{question}"


class _Nearest(BaseRetriever):
    collection: Any
    embedder: Any

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        vector = self.embedder.encode_queries([query])[0].vector
        found = self.collection.query(query_embeddings=vector[None, :], n_results=_K)
        texts, ids = found["documents"][0], found["ids"][0]
        return [
            Document(page_content=text, metadata={"id": id_}) for id_, text in zip(ids, texts, strict=True)
        ]


def build(folder: Path, articles: Sequence[tuple[str, str]], embedder: Embedder) -> None:
    """Embed (id, text) pairs into a new collection under `folder`."""
    collection = _client(folder).create_collection(
        _NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    for start in range(0, len(articles), _CHUNK):
        chunk = articles[start : start + _CHUNK]
        texts = [text for _, text in chunk]
        collection.add(
            ids=[id_ for id_, _ in chunk],
            documents=texts,
            embeddings=[e.vector for e in embedder.encode_passages(texts)],
        )


def open_rival(folder: Path, embedder: Embedder) -> Runnable[str, Any]:
    """What makes of a question the prompt that a chat model would get."""
    collection = _client(folder).get_collection(_NAME, embedding_function=None)
    nearest = _Nearest(collection=collection, embedder=embedder)
    return {
        "context": nearest | RunnableLambda(_joined),
        "question": RunnablePassthrough(),
    } | ChatPromptTemplate.from_template(_PROMPT)


def _joined(documents: list[Document]) -> str:
    return "\n\n".join(document.page_content for document in documents)


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
