"""What the bulletins of the demo say, and who subscribed: everything here is invented, and nothing is random."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm.campaigns.writing.blocks import Kind, new_block

SITE = "https://www.kanim-sagaramaya.example"
SUBSCRIBERS = 220
_FIRST = (
    "Agus",
    "Dewi",
    "Eko",
    "Fitri",
    "Gita",
    "Hadi",
    "Indah",
    "Joko",
    "Kartika",
    "Lukman",
    "Maya",
    "Nanda",
    "Oki",
    "Putri",
    "Rahmat",
    "Sinta",
)
_LAST = (
    "Pratamaya",
    "Kusumadita",
    "Wijayanta",
    "Lestarika",
    "Hidayatma",
    "Saputrana",
    "Anggrainita",
    "Setyawanda",
    "Halimaya",
    "Nugrahanta",
    "Siregarna",
)
_PROVIDERS = ("surat.example", "surat.example", "pos-el.example", "kampus-sagara.example", "kotak.example")


@dataclass(frozen=True)
class Letter:
    """An issue: subject, what stands in the list under it, and its parts (heading, text, label and path of the link)."""

    days_ago: int
    subject: str
    preheader: str
    parts: Sequence[tuple[str, str, str, str]]

    @property
    def title(self) -> str:
        """Without the number of the issue."""
        title = self.subject.partition(": ")[2]
        return title[:1].upper() + title[1:]


ISSUES = (
    Letter(
        38,
        "Mitra Sagara No. 41: paspor anak, empat dokumen yang paling sering tertinggal",
        "Bawa yang asli, dan cukup satu kali datang.",
        (
            (
                "Empat dokumen",
                "Akta lahir, kartu keluarga, KTP kedua orang tua, dan buku nikah.",
                "Lihat daftar lengkap",
                "/paspor-anak",
            ),
            ("Antre dari rumah", "Antrean hari kerja dibuka setiap pukul 14.00.", "Daftar antrean", "/antrean"),
        ),
    ),
    Letter(
        17,
        "Mitra Sagara No. 42: Timpora triwulan IV, tujuh kesepakatan",
        "Siapa mengerjakan apa, dan kapan.",
        (
            (
                "Tujuh kesepakatan",
                "Pembagian wilayah, narahubung, dan jadwal operasi gabungan.",
                "Baca kesepakatannya",
                "/timpora",
            ),
            ("Lapor orang asing", "Hotel dan penjamin melapor dalam lima menit.", "Buka panduan APOA", "/apoa"),
        ),
    ),
    Letter(
        4,
        "Mitra Sagara No. 43: jadwal layanan akhir tahun",
        "Kami tetap buka; hanya jamnya yang berubah.",
        (
            (
                "Jam layanan",
                "Pelayanan paspor berlangsung seperti biasa sampai pekan ketiga Desember.",
                "Lihat jadwal",
                "/jadwal",
            ),
            ("Antre dari rumah", "Antrean hari kerja dibuka setiap pukul 14.00.", "Daftar antrean", "/antrean"),
            ("Tanya humas", "Jawaban paling lama dua hari kerja.", "Kirim pertanyaan", "/tanya"),
        ),
    ),
)
CORRECTION = Letter(
    0,
    "Ralat: jam layanan Sabtu yang benar",
    "Mengapa kami keliru, dan jam yang benar.",
    (("Jam yang benar", "Layanan Sabtu buka pukul 08.00 sampai 12.00, bukan 13.00.", "Lihat jadwal", "/jadwal"),),
)
NOTICE = Letter(
    0,
    "Untuk hotel dan penjamin: lapor orang asing dalam lima menit",
    "Panduan satu halaman.",
    (("Lapor lewat APOA", "Siapkan paspor tamu, lalu isi empat kolom.", "Buka panduan APOA", "/apoa"),),
)
ANSWERS = (
    "Terima kasih, kami sudah mendaftar.",
    "Apakah hari Sabtu tetap buka?",
    "Mohon jadwalnya ditempel juga di kantor kecamatan.",
)


def draft_of(letter: Letter) -> dict[str, Any]:
    """The letter as a draft of blocks."""
    blocks = [
        new_block(Kind.HEADING, text=letter.title, level=1),
        new_block(Kind.TEXT, html="<p>Yth. [[greeting]],</p>"),
    ]
    for heading, text, label, path in letter.parts:
        blocks += [
            new_block(Kind.HEADING, text=heading, level=2),
            new_block(Kind.TEXT, html=f"<p>{text}</p>"),
            new_block(Kind.BUTTON, label=label, url=SITE + path),
        ]
    told = {"subject": letter.subject, "preheader": letter.preheader, "blocks": blocks}
    return {"design": "weekly", "languages": {"id": told}}


def links_of(letter: Letter) -> list[str]:
    return [SITE + path for _heading, _text, _label, path in letter.parts]


def subscribers() -> Iterator[tuple[str, str]]:
    """Name and address of members of the public."""
    for number in range(SUBSCRIBERS):
        first, last = _FIRST[number % len(_FIRST)], _LAST[(number // len(_FIRST) + number) % len(_LAST)]
        yield f"{first} {last}", f"{first}.{last}{number}@{_PROVIDERS[number % len(_PROVIDERS)]}".lower()
