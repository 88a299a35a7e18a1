"""A hundred people of the demo: forty with a story, sixty who make lists honest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Somebody:
    """`written` is the name as on paper, degrees included; `post` in the organization of that number."""

    written: str
    post: str
    body: int
    salutation: str = ""
    called: str = ""
    beat: str = ""
    months: int | None = None  # in the post since so many months


NAMED = (
    Somebody("Hartono Wirasmitra, S.STP., M.Si.", "Kepala Dinas", 3, "Bapak"),
    Somebody("Sari Puspaningrat, S.Kom.", "Kabid Pencatatan Sipil", 3, "Ibu"),
    Somebody("Budi", "Operator SIAK", 3, "Bapak"),
    Somebody("Sukesih", "Kasi Pindah Datang", 4, "Ibu"),
    Somebody("Dra. Hj. Norhasanah Basriyah, M.M.", "Kepala Dinas", 5, "Ibu"),
    Somebody("Albertus Wain Maukeli", "Kabid Penempatan", 6, "Bapak"),
    Somebody("Ir. Poltak Parlindungan Manurai", "Kepala Badan", 7, "Bapak"),
    Somebody("Ahmad Zulkarnaini", "Kabid Kewaspadaan Nasional", 7, "Bapak"),
    Somebody("Sutrisman", "Kepala Satuan", 8, "Bapak"),
    Somebody("Putu Ayu Candrawatari, S.S.T.Par.", "Kabid Promosi", 9, "Ibu"),
    Somebody("Yeni Kusumadewanti, S.E.", "Kabid Perizinan", 10, "Ibu"),
    Somebody("Tarsisius Nggadasi", "Kepala Dinas", 11, "Bapak"),
    Somebody("AKBP Raditya Wirabumiaji, S.I.K.", "Kapolres", 12, "Bapak", months=2),
    Somebody("Iptu Desi Ratnaduhitari, S.H.", "Kanit PPA", 12, "Ibu"),
    Somebody("Kompol Mangara Sitohangan", "Wakapolres", 13, "Bapak"),
    Somebody("Letkol Inf. Sugiarto Wiranegarawan", "Dandim", 14, "Bapak"),
    Somebody("Mayor Laut (P) Frengky Souhokau", "Pasintel", 15, "Bapak"),
    Somebody("Nurul Izzati Ramadhanti, S.H., M.H.", "Kasi Intelijen", 16, "Ibu"),
    Somebody("dr. Fitri Anggraeni Halimah", "Ketua Tim Kerja Pengawasan", 20, "Ibu"),
    Somebody("Zainal", "Analis", 18, "Bapak"),
    Somebody("Gunawan Tanuwidjaya Khoe", "Kasi Penyuluhan", 19, "Bapak"),
    Somebody("drh. Kadek Suryaningratih", "Penanggung jawab pos pelabuhan", 21, "Ibu"),
    Somebody("Capt. Hendrik Pattiwaelo, M.Mar.", "Kepala KSOP", 22, "Bapak"),
    Somebody("Lestari Handayaningrat, S.Psi.", "Kepala BP3MI", 23, "Ibu"),
    Somebody("Muh. Arsyad Daeng Ngallewa", "Pengantar Kerja", 23, "Bapak"),
    Somebody("H. Abdul Ghofur Muzakkiy, Lc.", "Kasi Haji dan Umrah", 24, "Bapak"),
    Somebody("Rosalina br. Manikam, S.STP.", "Camat", 26, "Ibu"),
    Somebody("Marthen Lada Wouka", "Kepala Desa", 27, "Bapak"),
    Somebody("Kinanti Laras Prameswarini", "Wartawan", 29, "", "", "layanan publik"),
    Somebody("Ucok Parningotani", "Redaktur pelaksana", 30, "Bapak", "", "hukum"),
    Somebody("Tri", "Wartawan", 31, "", "", "kota"),
    Somebody("Vania Oktavianti Lie", "Produser berita", 32, "Ibu", "", "berita pagi"),
    Somebody("Julkifli Ode Manea", "Penyiar", 33, "Bapak", "Bang Jul", "bincang pagi"),
    Somebody("Gregorius Raharjadi", "Kepala Biro", 34, "Bapak", "", "nasional"),
    Somebody("Suminah", "Ketua", 39, "Ibu"),
    Somebody("Sr. Klara Yustina Briawan", "Direktur", 40, "Suster"),
    Somebody("Aurelia Hartantio-Müller", "Ketua", 41, "Ibu"),
    Somebody("K.H. Mas'ud Khoiruddini", "Pengasuh", 44, "Kiai"),
    Somebody("عبد الرحمن الخيالي", "Sekretaris", 47, ""),
    Somebody("Prof. Dr. Ir. Widyastuti Ramlanwati, M.Sc.", "Kepala Kantor Urusan Internasional", 57, "Ibu"),
)

# The former holder of a post whose history stays there, and a true double for the watch on doubles.
FORMER_KAPOLRES = Somebody("AKBP Bonifasius Tarukallo, S.I.K.", "Kapolres", 12, "Bapak")
DOUBLE_OF_SARI = Somebody("Sari Dukcapil", "", 3)

_FIRST = (
    "Agus",
    "Dewi",
    "Rahmat",
    "Yuliana",
    "Hendra",
    "Mulyani",
    "Fransiskus",
    "Nurhayati",
    "Bambang",
    "Ratih",
    "Syamsul",
    "Theresia",
)
_SECOND = (
    "Prawiranata",
    "Lumbantari",
    "Kartanegari",
    "Wongsodipuri",
    "Tandiarrang",
    "Sasmitaputri",
    "Harapanta",
    "Ngadimanto",
    "Purwakanti",
    "Siregarta",
)
_POSTS = ("Sekretaris", "Staf humas", "Narahubung", "Kepala Seksi", "Analis", "Bendahara")


def others(count: int) -> list[Somebody]:
    """The same people every time: names by counting, posts and organizations in turn. Twelve first and ten second names give sixty pairs."""
    made = []
    for n in range(count):
        name = f"{_FIRST[n % len(_FIRST)]} {_SECOND[n % len(_SECOND)]}"
        body = (n * 17) % 59 + 1
        made.append(Somebody(name, _POSTS[n % len(_POSTS)], body, "Ibu" if n % 2 else "Bapak"))
    return made
