"""Ready designs: what a new campaign begins with. The words are those of the mail's language, to be written over."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Any

from crm.campaigns.models import CampaignKind
from crm.campaigns.writing import fields
from crm.campaigns.writing.blocks import Kind, new_block


class Design(StrEnum):
    WEEKLY = "weekly"
    PRESS = "press"
    INVITATION = "invitation"
    GREETING = "greeting"
    CONDOLENCE = "condolence"
    URGENT = "urgent"


KINDS: Mapping[Design, CampaignKind] = {
    Design.WEEKLY: CampaignKind.BULLETIN,
    Design.PRESS: CampaignKind.PRESS,
    Design.INVITATION: CampaignKind.NOTICE,
    Design.GREETING: CampaignKind.GREETING,
    Design.CONDOLENCE: CampaignKind.GREETING,
    Design.URGENT: CampaignKind.NOTICE,
}


@dataclass(frozen=True)
class Context:
    """What the designs know of the office and the day."""

    office: str
    place: str = ""
    day: str = ""
    list_name: str = ""
    phone: str = ""
    email: str = ""


def draft_of(design: Design, context: Context, language: str = "id") -> dict[str, Any]:
    return {"design": design.value, "languages": {language: part_of(design, context, language)}}


def part_of(design: Design, context: Context, language: str) -> dict[str, Any]:
    """Subject, preheader and blocks of a design in one language."""
    words = _ID if language == "id" else _EN
    known = Context(*(fields.unmarked(name) for name in astuple(context)))
    subject, preheader, blocks = words[design](known)
    return {"subject": subject, "preheader": preheader, "blocks": blocks}


def open_words(design: str | None, language: str) -> frozenset[str]:
    """What a design gives to be gone on with: labels that say nothing by themselves, in its subject, lists and facts. As `key_of` writes them."""
    if design not in {each.value for each in Design}:
        return frozenset()
    part = part_of(Design(design), Context(office=""), language)
    labels = [part["subject"], *(item for block in part["blocks"] for item in block.get("items", ()))]
    found = {key_of(label) for label in labels if label.rstrip().endswith(":")}
    return frozenset(found | {key_of(name) for block in part["blocks"] for name, value in block.get("rows", ()) if not value})


def key_of(words: str) -> str:
    return " ".join(words.lower().split())


def _heading(text: str, level: int = 1) -> dict[str, Any]:
    return new_block(Kind.HEADING, text=text, level=level)


def _text(*paragraphs: str) -> dict[str, Any]:
    return new_block(Kind.TEXT, html="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


def _contact(context: Context, title: str) -> dict[str, Any]:
    return new_block(Kind.CONTACT, title=title, name=f"Humas {context.office}", phone=context.phone, email=context.email)


Parts = tuple[str, str, list[dict[str, Any]]]


def _weekly_id(c: Context) -> Parts:
    named = c.list_name or "Buletin mingguan"
    return (
        f"{named}, {c.day}",
        "",
        [
            _heading(named),
            _text("Yth. [[greeting]],", "Berikut kabar dan jadwal layanan kami pekan ini."),
            new_block(Kind.ARTICLE),
            new_block(Kind.AGENDA, title="Agenda"),
            _contact(c, "Narahubung"),
        ],
    )


def _weekly_en(c: Context) -> Parts:
    named = c.list_name or "Weekly bulletin"
    greeting = _text("Dear [[greeting]],", "Here is our news and the schedule of our services this week.")
    blocks = [_heading(named), greeting, new_block(Kind.ARTICLE), new_block(Kind.AGENDA, title="Agenda"), _contact(c, "Contact")]
    return f"{named}, {c.day}", "", blocks


def _press_id(c: Context) -> Parts:
    place = (c.place or c.office).upper()
    return (
        "Siaran pers: ",
        "Untuk segera disiarkan. Narahubung media ada di bawah.",
        [
            _heading(""),
            _text(f"<strong>{place}, {c.day}.</strong> "),
            new_block(Kind.QUOTE, by="Kepala Kantor"),
            _heading("Fakta singkat", 2),
            new_block(Kind.AGENDA),
            _contact(c, "Narahubung media"),
        ],
    )


def _press_en(c: Context) -> Parts:
    place = (c.place or c.office).upper()
    return (
        "Press release: ",
        "For immediate release. Press contact below.",
        [
            _heading(""),
            _text(f"<strong>{place}, {c.day}.</strong> "),
            new_block(Kind.QUOTE),
            _heading("Facts", 2),
            new_block(Kind.AGENDA),
            _contact(c, "Press contact"),
        ],
    )


def _invitation_id(c: Context) -> Parts:
    rows = [["Hari, tanggal", ""], ["Waktu", ""], ["Tempat", ""]]
    return (
        "Undangan: ",
        "",
        [
            _heading("Undangan"),
            _text("Yth. [[greeting]],", "Kami mengundang Bapak/Ibu untuk hadir pada:"),
            new_block(Kind.AGENDA, rows=rows),
            _text("Atas perhatian dan kehadiran Bapak/Ibu, kami ucapkan terima kasih."),
            _contact(c, "Narahubung"),
        ],
    )


def _invitation_en(c: Context) -> Parts:
    rows = [["Date", ""], ["Time", ""], ["Place", ""]]
    return (
        "Invitation: ",
        "",
        [
            _heading("Invitation"),
            _text("Dear [[greeting]],", "You are kindly invited to:"),
            new_block(Kind.AGENDA, rows=rows),
            _text("We look forward to seeing you."),
            _contact(c, "Contact"),
        ],
    )


def _greeting_id(c: Context) -> Parts:
    return (
        "Ucapan selamat dari " + c.office,
        "",
        [
            _heading("Selamat"),
            new_block(Kind.PICTURE),
            _text(
                "Yth. [[greeting]],", f"Segenap jajaran {c.office} mengucapkan selamat. Terima kasih atas kerja sama yang baik."
            ),
        ],
    )


def _greeting_en(c: Context) -> Parts:
    text = _text("Dear [[greeting]],", f"All of us at {c.office} send you our best wishes. Thank you for the good cooperation.")
    return f"Best wishes from {c.office}", "", [_heading("Best wishes"), new_block(Kind.PICTURE), text]


def _condolence_id(c: Context) -> Parts:
    return (
        "Turut berduka cita",
        "",
        [
            _heading("Turut berduka cita"),
            _text(
                "Yth. [[greeting]],",
                f"Segenap jajaran {c.office} turut berduka cita sedalam-dalamnya. "
                "Semoga keluarga yang ditinggalkan diberi kekuatan dan ketabahan.",
            ),
        ],
    )


def _condolence_en(c: Context) -> Parts:
    text = _text("Dear [[greeting]],", f"All of us at {c.office} offer our sincere condolences to you and to the family.")
    return "Our condolences", "", [_heading("Our condolences"), text]


def _urgent_id(c: Context) -> Parts:
    return (
        "Pemberitahuan: ",
        "",
        [
            _heading("Pemberitahuan"),
            _text("Yth. [[greeting]],", "Ada perubahan layanan yang perlu Bapak/Ibu ketahui."),
            new_block(Kind.LIST, items=["Yang berubah: ", "Berlaku mulai: ", "Yang perlu dilakukan: "]),
            _contact(c, "Narahubung"),
        ],
    )


def _urgent_en(c: Context) -> Parts:
    return (
        "Notice: ",
        "",
        [
            _heading("Notice"),
            _text("Dear [[greeting]],", "There is a change of our services that you should know about."),
            new_block(Kind.LIST, items=["What changes: ", "From: ", "What you need to do: "]),
            _contact(c, "Contact"),
        ],
    )


_ID = {
    Design.WEEKLY: _weekly_id,
    Design.PRESS: _press_id,
    Design.INVITATION: _invitation_id,
    Design.GREETING: _greeting_id,
    Design.CONDOLENCE: _condolence_id,
    Design.URGENT: _urgent_id,
}
_EN = {
    Design.WEEKLY: _weekly_en,
    Design.PRESS: _press_en,
    Design.INVITATION: _invitation_en,
    Design.GREETING: _greeting_en,
    Design.CONDOLENCE: _condolence_en,
    Design.URGENT: _urgent_en,
}
