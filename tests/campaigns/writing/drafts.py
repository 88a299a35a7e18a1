"""Drafts for tests, spelled out."""

from typing import Any

from crm.campaigns.writing.blocks import Kind, new_block
from crm.campaigns.writing.frame import Frame

FRAME = Frame(
    office="Kantor Imigrasi Tirtamaya",
    line="Buletin layanan",
    address="Jalan Merdeka Raya 17, Tirtamaya 40000",
    list_name="Buletin layanan",
    base_url="https://mitra.example",
    code="TRM",
)
MARK = "k3f9a2b7"


def part(
    *blocks: dict[str, Any], subject: str = "Kuota paspor Desember", preheader: str = "Dibuka tiga kali sehari"
) -> dict[str, Any]:
    return {"subject": subject, "preheader": preheader, "blocks": list(blocks)}


def draft(*blocks: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A draft in Indonesian; `en` adds English."""
    languages = {"id": part(*blocks, **{key: value for key, value in others.items() if key != "en"})}
    return {"design": "", "languages": {**languages, **({"en": others["en"]} if "en" in others else {})}}


def one_of_each() -> list[dict[str, Any]]:
    return [
        new_block(Kind.HEADING, text="Kuota paspor Desember dibuka bertahap", level=1),
        new_block(
            Kind.TEXT, html="<p>Yth. [[greeting]],</p><p>Baca <a href='https://kantor.example/a?b=1&amp;c=2'>jadwalnya</a>.</p>"
        ),
        new_block(Kind.PICTURE, src="/campaigns/pictures/1-abc.png", alt="Loket paspor", caption="Foto: Humas"),
        new_block(Kind.BUTTON, label="Daftar antrean", url="https://kantor.example/antrean"),
        new_block(
            Kind.AGENDA, title="Agenda", rows=[["Sabtu, 5 Des", "Kelas Paspor"], ["Senin, 14 Des", "Layanan tutup & libur"]]
        ),
        new_block(Kind.LIST, items=["Kartu tanda penduduk", "Akta lahir"], ordered=True),
        new_block(Kind.QUOTE, text="Kami memberi kesempatan yang lebih adil.", by="Maria Ulfah Siregar, Kepala Kantor"),
        new_block(Kind.CONTACT, title="Narahubung", name="Rina Wulandari", phone="(0299) 555 0100", email="media@kantor.example"),
        new_block(Kind.ARTICLE, title="Layanan Sabtu", text="Di tiga kecamatan.", url="https://kantor.example/sabtu"),
        new_block(Kind.DIVIDER),
    ]
