"""The search as a LangChain retriever, for use in other chains."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qa.chain import Chain


class ArticleRetriever(BaseRetriever):
    """Gives the articles that `Chain.search` finds, best first.

    A document's `page_content` is the article's text, word for word; its metadata has id, label, document, locator,
    doc_number, date, source, page and score.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    chain: Chain

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  (the base class asks for it)
    ) -> list[Document]:
        return [
            Document(
                page_content=hit.article.text,
                id=hit.article.id,
                metadata={
                    "id": hit.article.id,
                    "label": hit.article.label,
                    "document": hit.article.meta.title,
                    "locator": str(hit.article.locator),
                    "doc_number": hit.article.meta.doc_number,
                    "date": hit.article.meta.date,
                    "source": hit.article.meta.source,
                    "page": hit.article.page,
                    "score": hit.score,
                },
            )
            for hit in self.chain.search(query).hits
        ]
