"""The offices and staff of the demo: everything here is invented."""

from dataclasses import dataclass

from crm.accounts.permissions import Role


@dataclass(frozen=True)
class DemoOffice:
    code: str
    name: str
    parent: str | None
    timezone: str
    address: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Staff:
    """A member of staff; `signs_in` gets a password that is printed."""

    key: str
    name: str
    post: str
    role: Role
    office: str = "SGR"
    signs_in: bool = False


WIB, WITA = "Asia/Jakarta", "Asia/Makassar"

OFFICES = (
    DemoOffice("DJI", "Direktorat Jenderal Imigrasi", None, WIB),
    DemoOffice("KNK", "Kantor Wilayah Ditjen Imigrasi Nusa Khayal", "DJI", WIB),
    DemoOffice(
        "SGR",
        "Kantor Imigrasi Kelas I TPI Sagaramaya",
        "KNK",
        WIB,
        "Jl. Cakrawala Khayal No. 1, Karang Maya, Sagara Tengah, Kota Sagaramaya 00100, Telepon (0999) 555 0100",
        "WhatsApp 0840 0000 0100, humas@kanim-sagaramaya.example",
    ),
    DemoOffice(
        "WNM",
        "Kantor Imigrasi Kelas II TPI Wanamaya",
        "KNK",
        WITA,
        "Jl. Rimba Khayal No. 7, Wanamaya 00200",
        "humas@kanim-wanamaya.example",
    ),
    DemoOffice("RDN", "Rumah Detensi Imigrasi Nusa Khayal", "KNK", WIB),
)

STAFF = (
    Staff("ratna", "Dr. Ratnaningsih Wulandari, S.H., M.Si.", "Kepala Kantor", Role.MANAGER, signs_in=True),
    Staff("syahruni", "Drs. H. Syahruni Tarmidi, M.A.P.", "Kasubbag Tata Usaha", Role.MANAGER),
    Staff("wirasana", "I Gede Wirasana Pradnya, S.Kom., M.M.", "Kasi Tikim", Role.MANAGER),
    Staff("togar", "Togar Halomoan Simarsoit, S.H.", "Kasi Inteldakim", Role.OFFICER),
    Staff("besse", "Andi Besse Nurhidayanti, S.Tr.Im., M.H.", "Kasi Lantaskim", Role.OFFICER),
    Staff("yosafat", "Yosafat Kambuwai, S.I.P.", "Kasi Intaltuskim", Role.OFFICER),
    Staff("euis", "Euis Komariah Sukmawati, S.I.Kom.", "Kasubsi Informasi dan Komunikasi", Role.MANAGER),
    Staff("suparmi", "Suparmi", "Petugas Humas", Role.OFFICER, signs_in=True),
    Staff("fadhil", "Fadhil Al-Khayyal, S.I.Kom.", "Petugas Humas, siaran pers", Role.OFFICER),
    Staff("meidy", "Meidy Wongkarau, A.Md.", "Petugas Humas, rapat dan notula", Role.OFFICER),
    Staff("cut", "Cut Nurlaila Zahrani, S.Sos.", "Petugas Humas, media sosial", Role.OFFICER),
    Staff("arjuna", "Arjuna Putra Mahardika Wibisana", "Petugas Humas (PPPK)", Role.OFFICER),
    Staff("maemunah", "Hj. Siti Maemunah Zainuddin binti Abdul Muthalib Hasanuddin, S.H.I.", "Petugas PPID", Role.OFFICER),
    Staff("elsye", "Elsye Noya Latuherang", "Petugas pengaduan", Role.OFFICER),
    Staff("daniel", "Daniel Palimbongga, S.Kom.", "Pranata Komputer", Role.ADMINISTRATOR, signs_in=True),
    Staff("meihwa", "Lim Mei Hwa, S.E.", "Bendahara", Role.VIEWER, signs_in=True),
    Staff("syafrizal", "Syafrizal Chaniagara, S.E., M.M.", "Kepala Urusan Keuangan", Role.VIEWER),
    Staff("rukmini", "Rukmini", "Kepala Urusan Umum", Role.OFFICER),
    Staff("rohmat", "Rohmat bin Sanusi", "Arsiparis", Role.OFFICER),
    Staff("yulianus", "Yulianus Tingang Lawai", "Pimpasa Desa Karang Khayal", Role.OFFICER),
    Staff("goreti", "Maria Goreti Bere Nahakou", "Pimpasa Desa Bukit Semu", Role.OFFICER),
    Staff("hosnan", "Moh. Hosnan Fawaidi, S.H.", "Penyidik (PPNS)", Role.OFFICER),
    Staff("baiq", "Baiq Nurmala Sasmitari, S.Tr.Im.", "Pejabat Imigrasi TPI", Role.OFFICER),
    Staff("sriyani", "Ni Luh Sriyani Kencanawati", "Petugas loket paspor", Role.OFFICER),
    Staff("wagiman", "Wagiman", "Petugas layanan Immigration Lounge", Role.OFFICER),
    Staff("nyoman", "Nyoman Arthawiguna, S.H., M.H.", "Kepala Kantor Wilayah", Role.VIEWER, "KNK", signs_in=True),
    Staff("kasmirah", "Kasmirah", "Petugas Humas", Role.OFFICER, "WNM", signs_in=True),
    Staff("laode", "Laode Samsir Amolengga, S.E.", "Kepala Kantor", Role.MANAGER, "WNM"),
)

DOMAINS = {
    "SGR": "kanim-sagaramaya.example",
    "WNM": "kanim-wanamaya.example",
    "KNK": "kanwil-nusakhayal.example",
    "DJI": "imigrasi.example",
}


def email_of(person: Staff) -> str:
    return f"{person.key}@{DOMAINS[person.office]}"
