"""Twelve months of the demo office: who was in touch with whom about what, and what was promised. The same every time, relative to today."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from crm.engagements.models import MandateRole as Role
from crm.interactions.models import Channel as Ch
from crm.interactions.models import Direction as D

DAYS = 365
STEP = {1: 19, 2: 47, 3: 118}  # days between contacts by tier
# Organizations that have gone quiet (number -> days without contact), and some that were never reached.
SILENT = {6: 120, 31: 104, 41: 150, 8: 400, 15: 130, 47: 97}
NEVER = frozenset({35, 45, 42})
# The mandate role that a topic serves here; everything else is coordination, or what the channel usually is.
ROLES = {
    "layanan publik": Role.INFORM,
    "Eazy Passport": Role.INFORM,
    "desa binaan": Role.CONSULT,
    "Immigration Lounge": Role.IMPROVE,
    "Goes to School": Role.INFORM,
}
WRITERS = ("suparmi", "fadhil", "meidy", "cut", "arjuna", "euis")


@dataclass(frozen=True)
class Contact:
    """A contact `days_ago`; `people` counts how many of the organization's people took part."""

    days_ago: int
    hour: int
    body: int
    people: int
    channel: Ch
    direction: D
    summary: str
    topic: str
    writer: str
    letter: str = ""


@dataclass(frozen=True)
class Gathering:
    """A meeting of several organizations."""

    days_ago: int
    hour: int
    title: str
    bodies: tuple[int, ...]
    place: str
    topic: str
    summary: str
    writer: str = "meidy"


@dataclass(frozen=True)
class Promise:
    """A commitment: made and due so many days ago (negative: ahead), and what became of it (`done_ago`, broken, withdrawn or open)."""

    made_ago: int
    due_ago: int | None
    text: str
    body: int
    is_ours: bool
    owner: str
    outcome: str = "open"
    done_ago: int | None = None
    is_promise: bool = False


SUBJECTS: dict[str, tuple[tuple[Ch, D, str], ...]] = {
    "data WNA": (
        (Ch.CALL, D.OUT, "Menanyakan data kedatangan WNA bulan lalu; format sama dengan sebelumnya"),
        (Ch.EMAIL, D.IN, "Rancangan berita acara serah terima data, dua halaman"),
        (Ch.VISIT, D.NONE, "Mencocokkan data WNA pemegang KITAS dengan kartu keluarga"),
        (Ch.LETTER_OUT, D.OUT, "Permohonan penunjukan narahubung pengganti untuk pemadanan data"),
    ),
    "pengawasan orang asing": (
        (Ch.CALL, D.IN, "Laporan warga tentang orang asing tanpa izin tinggal, diteruskan ke Inteldakim"),
        (Ch.WHATSAPP, D.OUT, "Menyepakati jadwal operasi gabungan triwulan ini"),
        (Ch.IN_PERSON, D.NONE, "Evaluasi pertukaran informasi Timpora; nomor narahubung diperbarui"),
    ),
    "tenaga kerja asing": (
        (Ch.CALL, D.OUT, "Konfirmasi daftar perusahaan pemberi kerja tenaga kerja asing"),
        (Ch.LETTER_IN, D.IN, "Permintaan data izin tinggal tenaga kerja asing per sektor"),
    ),
    "TPPO": (
        (Ch.WHATSAPP, D.IN, "Minta narasumber sosialisasi pencegahan TPPO bagi keluarga pekerja migran"),
        (Ch.VISIT, D.NONE, "Membahas posko Pimpasa dan alur rujukan korban"),
        (Ch.CALL, D.OUT, "Menyampaikan tanda-tanda tawaran kerja palsu untuk disebarkan"),
    ),
    "pekerja migran": (
        (Ch.CALL, D.OUT, "Menjadwalkan penyuluhan calon pekerja migran di desa"),
        (Ch.OFFICE_VISIT, D.IN, "Keluarga pekerja migran menanyakan paspor yang ditahan majikan"),
    ),
    "pelaporan orang asing": (
        (Ch.WHATSAPP, D.IN, "Pengelola hotel menanyakan cara melapor tamu asing lewat APOA"),
        (Ch.VISIT, D.NONE, "Pendampingan pengisian APOA, tiga hotel"),
    ),
    "CIQ pelabuhan": (
        (Ch.CALL, D.OUT, "Menyelaraskan jadwal pemeriksaan kapal pesiar"),
        (Ch.IN_PERSON, D.NONE, "Peninjauan jalur pemeriksaan penumpang bersama"),
    ),
    "paspor haji": (
        (Ch.CALL, D.OUT, "Menyusun jadwal layanan paspor jemaah haji"),
        (Ch.LETTER_IN, D.IN, "Daftar nama jemaah yang belum berpaspor"),
    ),
    "layanan publik": (
        (Ch.CALL, D.IN, "Wartawan menanyakan jam layanan Sabtu"),
        (Ch.INSTAGRAM, D.IN, "Warga menanyakan syarat paspor anak di kolom komentar"),
        (Ch.EMAIL, D.OUT, "Mengirim bahan siaran pers tentang layanan prioritas"),
    ),
    "izin tinggal": (
        (Ch.EMAIL, D.IN, "Menanyakan perpanjangan izin tinggal terbatas"),
        (Ch.VIDEO_CALL, D.NONE, "Penjelasan izin tinggal peralihan untuk anggota"),
    ),
}
GENERAL = (
    (Ch.CALL, D.OUT, "Menyapa dan memperbarui narahubung"),
    (Ch.VISIT, D.NONE, "Kunjungan silaturahmi, memperkenalkan petugas Humas yang baru"),
    (Ch.WHATSAPP, D.OUT, "Mengirim jadwal layanan akhir pekan"),
    (Ch.LETTER_IN, D.IN, "Undangan menjadi narasumber"),
)

GATHERINGS = (
    Gathering(
        6,
        9,
        "Rapat Timpora tingkat Kota Sagaramaya, triwulan IV",
        (7, 12, 14, 16, 5, 18),
        "Ruang Bahari",
        "pengawasan orang asing",
        "Disepakati tujuh tindak lanjut; jadwal operasi gabungan ditetapkan.",
    ),
    Gathering(
        97,
        9,
        "Rapat Timpora tingkat Kota Sagaramaya, triwulan III",
        (7, 12, 14, 16, 5),
        "Ruang Bahari",
        "pengawasan orang asing",
        "Pertukaran data tiap tanggal 5 lewat surel resmi.",
    ),
    Gathering(
        188,
        9,
        "Rapat Timpora tingkat Kota Sagaramaya, triwulan II",
        (7, 12, 16, 5),
        "Aula Kesbangpol",
        "pengawasan orang asing",
        "Pembagian wilayah pengawasan.",
    ),
    Gathering(
        34,
        13,
        "Rapat Timpora Kecamatan Sagara Tengah",
        (26, 12, 14, 42),
        "Kantor Kecamatan",
        "pengawasan orang asing",
        "Ketua RT melaporkan penghuni asing lewat narahubung kecamatan.",
    ),
    Gathering(
        20,
        10,
        "Rakor pencegahan PMI nonprosedural",
        (23, 5, 12, 39, 40),
        "BP3MI Nusa Khayal",
        "pekerja migran",
        "Alur rujukan korban disepakati; poster dicetak bersama.",
    ),
    Gathering(
        48,
        10,
        "Pemadanan data perkawinan campuran dan anak berkewarganegaraan ganda",
        (3, 24, 41),
        "Disdukcapil",
        "perkawinan campuran",
        "Satu lembar petunjuk bersama.",
    ),
    Gathering(
        61,
        14,
        "Pelaporan orang asing oleh hotel (APOA)",
        (52, 51, 9),
        "Hotel Bukit Khayal",
        "pelaporan orang asing",
        "Panduan satu halaman akan disusun.",
    ),
    Gathering(
        75, 9, "Kesiapan layanan paspor jemaah haji", (24, 53, 44), "Kantor Kemenag", "paspor haji", "Kuota khusus dua pekan."
    ),
    Gathering(
        110,
        9,
        "Koordinasi CIQ di Pelabuhan Sagaramaya",
        (22, 19, 20, 21, 55),
        "Kantor KSOP",
        "CIQ pelabuhan",
        "Uji coba jalur bersama.",
    ),
    Gathering(
        12,
        14,
        "Evaluasi Immigration Lounge dengan pengelola mal",
        (56,),
        "Mal Sagara Square",
        "Immigration Lounge",
        "Jam buka Sabtu diperpanjang satu jam.",
    ),
    Gathering(
        140,
        10,
        "Pembentukan Desa Binaan Imigrasi Karang Khayal",
        (27, 39, 11),
        "Balai Desa",
        "desa binaan",
        "Pimpasa diperkenalkan kepada warga.",
    ),
    Gathering(
        27,
        15,
        "Temu media triwulanan",
        (29, 30, 31, 32, 33, 34, 38),
        "Kedai Dermaga",
        "layanan publik",
        "Jadwal layanan akhir tahun dibagikan.",
    ),
    Gathering(
        55,
        10,
        "Izin tinggal mahasiswa asing dengan perguruan tinggi",
        (57, 58),
        "Kampus UNK",
        "izin tinggal",
        "Pelaporan mahasiswa asing tiap semester.",
    ),
)

PROMISES = (
    Promise(24, 5, "Kirim data kedatangan Oktober", 3, True, "suparmi"),
    Promise(30, 12, "Daftar perusahaan pemberi kerja tenaga kerja asing", 5, False, "fadhil"),
    Promise(15, 2, "Balas surat permintaan narasumber TPPO", 23, True, "suparmi"),
    Promise(20, -3, "Lembar petunjuk bersama pencatatan perkawinan campuran", 41, False, "meidy"),
    Promise(6, -3, "Kirim jadwal layanan akhir tahun ke media", 29, True, "cut"),
    Promise(6, 0, "Kirim notula Timpora triwulan IV", 7, True, "meidy"),
    Promise(6, -10, "Tunjuk narahubung pengganti", 3, False, "suparmi"),
    Promise(20, -14, "Cetak poster tawaran kerja palsu", 23, True, "cut"),
    Promise(12, -6, "Perpanjang jam buka lounge hari Sabtu", 56, True, "besse", is_promise=True),
    Promise(27, None, "Kirim foto layanan prioritas", 32, True, "cut"),
    Promise(97, 80, "Nomor narahubung operasi gabungan", 12, True, "suparmi", "done", 83),
    Promise(110, 90, "Denah jalur pemeriksaan bersama", 22, False, "meidy", "done", 92),
    Promise(75, 60, "Kuota khusus paspor jemaah haji", 24, True, "besse", "done", 60, True),
    Promise(140, 120, "Pimpasa mulai bertugas di Karang Khayal", 27, True, "yulianus", "done", 118, True),
    Promise(61, 40, "Panduan satu halaman APOA", 52, True, "fadhil", "done", 31),
    Promise(188, 170, "Peta pembagian wilayah pengawasan", 7, False, "meidy", "done", 160),
    Promise(150, 130, "Balasan atas usulan loket difabel", 46, True, "suparmi", "broken", None, True),
    Promise(120, 100, "Kirim daftar pekerja asing sektor tambang", 50, False, "fadhil", "broken"),
    Promise(90, 70, "Liputan khusus Desa Binaan", 30, False, "cut", "withdrawn"),
    Promise(200, 185, "Jadwal Goes to School semester ini", 59, True, "arjuna", "done", 186),
    Promise(230, 210, "Brosur syarat paspor anak", 43, True, "cut", "done", 212),
    Promise(260, 240, "Data izin tinggal per sektor", 5, True, "yosafat", "done", 239),
)

PROGRAMS = (
    "Eazy Passport",
    "Paspor Simpatik",
    "Immigration Lounge Mal Sagara Square",
    "Desa Binaan Imigrasi",
    "Imigrasi Goes to School",
    "Imigrasi Goes to Campus",
    "Sosialisasi pencegahan TPPO dan TPPM",
    "Temu Mitra Hotel dan Penjamin",
)


def contacts(tiers: dict[int, int | None], topics: dict[int, tuple[str, ...]]) -> Iterator[Contact]:
    """Contacts of a year, oldest first within an organization; numbers of organizations drive everything, so nothing is random."""
    for body, tier in tiers.items():
        if body in NEVER:
            continue
        step = STEP[tier or 3]
        newest = SILENT.get(body, (body * 5) % step)
        for n, days_ago in enumerate(range(newest, DAYS, step)):
            wanted = topics.get(body) or ("layanan publik",)
            topic = wanted[n % len(wanted)]
            lines = SUBJECTS.get(topic, GENERAL) if n % 3 else GENERAL
            channel, direction, summary = lines[(n + body) % len(lines)]
            yield Contact(
                days_ago=days_ago + (1 if n % 2 else 0),
                hour=8 + (body + n) % 8,
                body=body,
                people=1 + (n % 2),
                channel=channel,
                direction=direction,
                summary=summary,
                topic=topic,
                writer=WRITERS[(body + n) % len(WRITERS)],
                letter=f"W.19/HM.02/{1000 + body * 10 + n}" if channel in {Ch.LETTER_IN, Ch.LETTER_OUT} else "",
            )


def workday(day: dt.date) -> dt.date:
    """The day, or the Friday before when it falls on a weekend: an office is closed then."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))
