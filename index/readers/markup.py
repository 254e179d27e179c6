"""XML and HTML as trees: the only door to lxml. Nothing is fetched, and no entity is expanded."""

import re

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

Element = etree._Element
_EMBED = re.compile(r"</?embed\b[^>]*>", re.IGNORECASE)
"""An empty element that libxml2 takes for an open one, with the rest of the page in it."""


def parse_xml(data: bytes) -> Element | None:
    """The root of an XML document; None if it is not well-formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def parse_html(text: str) -> Element | None:
    """The root of a page, repaired as browsers do it; None if there is nothing in it."""
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(_EMBED.sub("", text).encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
