"""Reading the forms of a page as a browser does, and filling them in."""

import itertools
from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXTS = {"text", "search", "tel", "url", "email", ""}
NEVER = {"csrf_token", "form_key"}
_numbers = itertools.count(1)


@dataclass
class FormOnPage:
    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """`forms` in order of the page. What is required and empty gets a plain answer, so that the form as it stands could be sent."""

    def __init__(self, html, address):
        super().__init__()
        self.address = address
        self.forms, self._form, self._select, self._area, self._needs_text = [], None, None, None, False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        have = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = FormOnPage(have.get("action") or self.address, have.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and have.get("name", "") not in NEVER:
            self._take(tag, have)

    def _take(self, tag, have):
        name, form = have.get("name", ""), self._form
        if tag == "option" and self._select:
            if "selected" in have or (not form.values.get(self._select) and have.get("value")):
                form.values[self._select] = have.get("value", "")
        elif tag == "select" and name:
            self._select = name
            form.values.setdefault(name, "")
        elif tag == "textarea" and name:
            self._area = name
            form.values[name] = ""
            form.texts.append(name)
            form.areas.append(name)
            self._needs_text = "required" in have
        elif tag == "input" and name:
            self._input(form, name, have)

    def _input(self, form, name, have):
        kind, value = have.get("type", "").lower(), have.get("value", "")
        if kind in {"radio", "checkbox"}:
            if "checked" in have or (kind == "radio" and name not in form.values):
                form.values[name] = value
        elif kind in TEXTS:
            number = next(_numbers)  # an address or a code may be taken only once
            plain = f"uji{number}@kanim.example" if kind == "email" else f"Uji{number}"
            form.values[name] = value or (plain if "required" in have else "")
            form.texts.append(name)
        elif kind not in {"file", "submit", "button", "image", "reset"}:
            form.values[name] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            if self._needs_text and self._form is not None and not self._form.values[self._area].strip():
                self._form.values[self._area] = "Uji"
            self._area = None

    def handle_data(self, data):
        if self._area and self._form is not None:
            self._form.values[self._area] += data
