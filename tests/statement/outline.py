"""A page as data: its tags, links, ids and text."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Outline(HTMLParser):
    """What stands in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "srcset", "data", "action", "background", "poster"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on"), name

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def check_harmless(html: str) -> Outline:
    """Nothing fetched, nothing run, no sign that turns or hides text; every reference leads to an id of the page."""
    outline = Outline(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(outline.tags)
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)
    assert set(re.findall(r"https?://[^\"' >]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    inside = [link for link in outline.links if link.startswith("#")]
    targets = [link[1:] for link in inside] + re.findall(r"url\(#([^)]+)\)", html)
    assert set(targets) <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    assert all(re.fullmatch(r"hospital-[A-Za-z0-9_-]+\.html", link) for link in outline.links if link not in inside)
    return outline
