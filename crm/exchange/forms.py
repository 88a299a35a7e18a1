"""Forms of imports and exports: files, how they are written, which kind of list they are, what each column becomes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.core.forms import BaseForm, LineField, choices, required_message
from crm.exchange import words
from crm.exchange.codes import SKIPS, Reason
from crm.exchange.dates import Precision
from crm.exchange.encoding import OFFERED
from crm.exchange.mapping import Decisions, from_lines
from crm.exchange.parties import Party
from crm.exchange.profile import FIELDS, Profile, SkipRule
from crm.exchange.queries import KindOfList
from crm.exchange.sniffing import Kind, Layout, LineEnd, Overrides
from crm.files.forms import FilesField

ACCEPT = ".csv,.tsv,.tab,.txt,.xlsx,.xls,.ods"
AUTO = "auto"
_YEAR = (Optional(), NumberRange(1900, 2100, message=_l("A year has four figures, such as 2026.")))
_HEADER_ROW = (Optional(), NumberRange(0, 50, message=_l("The header is in row 1 to 50; 0 says that there is none.")))
_PRECISIONS = [("", words.PRECISIONS[None]), *((p.value, words.PRECISIONS[p]) for p in (Precision.DAY, Precision.MONTH))]
MOST_LINES = 200
MOST_RULES = 60


class FileForm(BaseForm):
    files = FilesField(_l("Files"), render_kw={"accept": ACCEPT})


class KindForm(BaseForm):
    """Which kind of list the files are, and the year of dates without one."""

    kind = SelectField(_l("Kind of list"))
    year = IntegerField(_l("Year of dates without one"), validators=_YEAR)

    def offer(self, kinds: Iterable[KindOfList], *, auto: bool = False) -> None:
        first = [(AUTO, _("Find it by the headers"))] if auto else []
        self.kind.choices = choices([*first, *((kind.choice, self._label(kind)) for kind in kinds)])

    @staticmethod
    def _label(kind: KindOfList) -> str:
        """One that the office made from a built-in one has the same title."""
        return _("%(title)s (of the office)", title=kind.saved.title) if kind.saved else words.title_of(kind.profile)


class ImportForm(KindForm, FileForm):
    office_id = SelectField(_l("Office"), coerce=int)


class LayoutForm(BaseForm):
    """How a file is written. Empty: as it was found."""

    encoding = SelectField(_l("Letters"))
    delimiter = SelectField(_l("Between the columns"))
    line_end = SelectField(_l("Line ends of"))
    sheet = SelectField(_l("Sheet"))
    header_row = IntegerField(_l("Row of the headers"), validators=_HEADER_ROW)

    def offer(self, found: Layout | None, layout: Layout | None) -> None:
        """`found` is what the file itself says, `layout` what holds at present; both None when it can't be read as it was set."""
        encodings = {name: str(words.ENCODINGS[name]) for name in OFFERED}
        for known in (found, layout):
            if known is not None and known.encoding:
                encodings.setdefault(known.encoding, known.encoding)
        sheets = (layout or found).sheets if layout or found else ()
        self.encoding.choices = self._with_found(encodings.items(), encodings.get(found.encoding) if found else None)
        self.delimiter.choices = self._with_found(
            words.DELIMITERS.items(), words.DELIMITERS.get(found.delimiter) if found else None
        )
        self.line_end.choices = self._with_found(words.LINE_ENDS.items(), words.LINE_ENDS.get(found.line_end) if found else None)
        self.sheet.choices = self._with_found([(name, name) for name in sheets], found.sheet if found else None)
        if found is None or found.kind is Kind.TEXT:
            del self.sheet
        else:
            del self.encoding, self.delimiter, self.line_end

    @staticmethod
    def _with_found(pairs: Iterable[tuple[Any, Any]], found: Any) -> Any:
        first = _("As found: %(value)s", value=found) if found else _("As found")
        return choices([("", first), *pairs])

    def overrides(self) -> Overrides:
        def given(name: str) -> str | None:
            return self[name].data or None if name in self else None

        end = given("line_end")
        return Overrides(
            given("encoding"), given("delimiter"), LineEnd(end) if end else None, self.header_row.data, given("sheet")
        )


class SavedProfileForm(FileForm):
    office_id = SelectField(_l("Office"), coerce=int)


class ActionForm(BaseForm):
    """A button: nothing to fill in, but a key against pressing it twice."""


class ExportForm(BaseForm):
    format = RadioField(_l("As"), validators=[InputRequired(required_message)])
    purpose = LineField(_l("Purpose of the export"), validators=[DataRequired(required_message), Length(max=200)])

    def offer(self, formats: Iterable[tuple[str, Any]]) -> None:
        self.format.choices = choices(formats)
        if self.format.data is None:
            self.format.data = self.format.choices[0].value


# The matching page -------------------------------------------------------------------------------------------------------


class MappingForm(BaseForm):
    """What does not depend on the file: dates, and whether to remember all of it. The columns are read by `decisions`."""

    people = BooleanField(_l("Cells may name people, and the organization that they speak for"))
    day_first = BooleanField(_l("3/10/2026 is the third of October"))
    dashed_day = BooleanField(_l("12-Oct is the twelfth of October, not October 2012"))
    year_from_file_name = BooleanField(_l("A date without a year takes it from the file name"))
    formats = LineField(_l("Another way that dates are written"), validators=[Length(max=200)])
    precision = SelectField(_l("Take dates"), choices=choices(_PRECISIONS), default="")  # not drawn for lists without dates
    remember = BooleanField(_l("Remember for next time"))
    title = LineField(_l("Name of this kind of list"), validators=[Length(max=120)])

    @classmethod
    def of(cls, profile: Profile) -> "MappingForm":
        rule = profile.dates
        split = profile.split.get("organization")
        return cls(
            formdata=None,
            data={
                "people": bool(split and split.people),
                "day_first": rule.day_first,
                "dashed_day": rule.dashed_day,
                "year_from_file_name": rule.year_from_file_name,
                "formats": "; ".join(rule.formats),
                "precision": rule.precision.value if rule.precision else "",
                "title": words.title_of(profile),
            },
        )

    def decisions(self, sent: "MultiDict[str, str]", profile: Profile, *, width: int, allowed: Sequence[str]) -> Decisions:
        """Everything that was sent. A field that is not allowed is no choice at all."""
        chosen = {place: name for place in range(width) if (name := sent.get(f"field-{place}", "")) in allowed}
        return Decisions(
            chosen=chosen,
            fill_down=frozenset(name for place, name in chosen.items() if f"fill-{place}" in sent),
            split=frozenset(name for place, name in chosen.items() if f"split-{place}" in sent),
            people=bool(self.people.data),
            formats=tuple(part.strip() for part in (self.formats.data or "").split(";") if part.strip()),
            day_first=bool(self.day_first.data),
            dashed_day=bool(self.dashed_day.data),
            year_from_file_name=bool(self.year_from_file_name.data),
            precision=Precision(self.precision.data) if self.precision.data else None,
            words=_words_of(sent),
            otherwise={name: sent.get(f"otherwise-{name}", "") for name in FIELDS[profile.target] if f"otherwise-{name}" in sent},
            answers=_answers_of(sent),
            forgotten=frozenset(sent.getlist("forget")),
            skip=skip_rules_of(sent, profile.skip) if "skip-0" in sent else None,
        )


def _words_of(sent: "MultiDict[str, str]") -> dict[str, dict[str, str]]:
    """`word-<field>-<n>` is the text of the file, `means-<field>-<n>` what it means."""
    found: dict[str, dict[str, str]] = {}
    for key in sent:
        if match := re.fullmatch(r"word-([a-z_]+)-(\d{1,3})", key):
            found.setdefault(match[1], {})[sent[key]] = sent.get(f"means-{match[1]}-{match[2]}", "").strip()
    return found


def skip_rules_of(sent: "MultiDict[str, str]", before: Sequence[SkipRule]) -> tuple[SkipRule, ...]:
    """`skip-<n>` stands for the n-th rule, `skip-<n>-<part>` for its parts; a rule without any condition is none."""
    numbers = [n for n in range(MOST_RULES) if f"skip-{n}" in sent and f"skip-{n}-drop" not in sent]
    rules = [_skip_rule(sent, f"skip-{n}", before[n] if n < len(before) else None) for n in numbers]
    return tuple(rule for rule in rules if rule.only or rule.field or rule.has_words)


def _skip_rule(sent: "MultiDict[str, str]", name: str, before: SkipRule | None) -> SkipRule:
    """What is sent as it was drawn leaves the rule as it was, in the order of its file."""
    only = tuple(key.removeprefix(f"{name}-only-") for key in sent if key.startswith(f"{name}-only-"))
    said = sent.get(f"{name}-reason", "")
    return SkipRule(
        reason=Reason(said) if said in {reason.value for reason in SKIPS} else Reason.BY_RULE,
        only=before.only if before and set(only) == set(before.only) else only,
        field=sent.get(f"{name}-field", ""),
        equals=_lines(sent, f"{name}-equals"),
        starts_with=_lines(sent, f"{name}-starts_with"),
        contains=_lines(sent, f"{name}-contains"),
        carries=f"{name}-carries" in sent,
    )


def _lines(sent: "MultiDict[str, str]", name: str) -> tuple[str, ...]:
    return tuple(line for line in map(str.strip, sent.get(name, "").splitlines()) if line)


def _answers_of(sent: "MultiDict[str, str]") -> dict[str, tuple[Party, ...]]:
    """Cells whose participants a person changed: `cell-<n>`, the lines as proposed and as they are now, or that the cell is one name."""
    answers: dict[str, tuple[Party, ...]] = {}
    for number in range(MOST_LINES):
        cell = sent.get(f"cell-{number}")
        if cell is None:
            break
        if f"whole-{number}" in sent:
            answers[cell] = (Party(" ".join(cell.split())),)
            continue
        lines = sent.get(f"parties-{number}", "")
        parties = from_lines(lines)
        if parties and parties != from_lines(sent.get(f"proposed-{number}", "")):
            answers[cell] = parties
    return answers
