"""Sixty organizations of the demo: number, name, short forms, parent, and how well each is known."""

from dataclasses import dataclass

from crm.stakeholders.models import Category as C


@dataclass(frozen=True)
class Body:
    """`tier` as in the product; `office` owns it; the shared ones are seen by all offices."""

    number: int
    name: str
    category: C
    short: str = ""
    parent: int | None = None
    tier: int | None = 2
    influence: int | None = None
    interest: int | None = None
    topics: tuple[str, ...] = ()
    office: str = "SGR"
    is_shared: bool = False
    address: str = ""
    website: str = ""


A, M, K, B, U = C.PARTNER_AGENCY, C.MEDIA, C.COMMUNITY_GROUP, C.BUSINESS, C.ACADEMIA
KOTA = "Kota Sagaramaya"

BODIES = (
    Body(1, "Pemerintah Kota Sagaramaya", A, "Pemkot", None, 1, 5, 4, ("layanan publik",), website="https://sagaramaya.example"),
    Body(2, f"Sekretariat Daerah {KOTA}", A, "Setda", 1, 2, 4, 3),
    Body(
        3,
        f"Dinas Kependudukan dan Pencatatan Sipil {KOTA}",
        A,
        "Disdukcapil",
        1,
        1,
        4,
        5,
        ("data WNA", "perkawinan campuran"),
        address="Jl. Teluk Khayal 14, Kota Sagaramaya",
    ),
    Body(
        4,
        "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Wanamaya",
        A,
        "Disdukcapil",
        None,
        2,
        3,
        4,
        ("data WNA",),
        office="WNM",
    ),
    Body(5, f"Dinas Tenaga Kerja {KOTA}", A, "Disnaker", 1, 1, 4, 4, ("tenaga kerja asing", "TPPO")),
    Body(
        6, "Dinas Tenaga Kerja dan Transmigrasi Kabupaten Bukitmaya", A, "Disnakertrans", None, 2, 3, 3, ("tenaga kerja asing",)
    ),
    Body(7, f"Badan Kesatuan Bangsa dan Politik {KOTA}", A, "Kesbangpol", 1, 1, 4, 4, ("pengawasan orang asing",)),
    Body(8, f"Satuan Polisi Pamong Praja {KOTA}", A, "Satpol PP", 1, 3, 3, 2),
    Body(9, f"Dinas Pariwisata {KOTA}", A, "Dispar", 1, 2, 3, 3, ("pelaporan orang asing",)),
    Body(10, f"DPMPTSP {KOTA}", A, "DPMPTSP", 1, 3, 3, 3),
    Body(11, "Dinas Sosial Kabupaten Bukitmaya", A, "Dinsos", None, 2, 2, 3, ("TPPO",)),
    Body(12, "Polres Sagaramaya", A, "Polres", None, 1, 5, 4, ("pengawasan orang asing", "TPPO"), is_shared=True),
    Body(13, "Polres Wanamaya", A, "", None, 1, 5, 4, ("pengawasan orang asing",), office="WNM"),
    Body(14, "Kodim 9999/Sagaramaya", A, "Kodim", None, 2, 4, 2, ("pengawasan orang asing",)),
    Body(15, "Lanal Sagaramaya", A, "Lanal", None, 2, 4, 2),
    Body(16, "Kejaksaan Negeri Sagaramaya", A, "Kejari", None, 2, 4, 3, ("pengawasan orang asing",)),
    Body(17, f"BNN {KOTA}", A, "BNN", None, 3, 3, 2),
    Body(18, "BIN Daerah Nusa Khayal", A, "Binda", None, 3, 4, 2),
    Body(19, "KPPBC Sagaramaya", A, "Bea Cukai", None, 2, 3, 3, ("CIQ pelabuhan",)),
    Body(20, "Balai Kekarantinaan Kesehatan Sagaramaya", A, "BKK", None, 2, 3, 3, ("CIQ pelabuhan",)),
    Body(21, "Balai Karantina Hewan, Ikan, dan Tumbuhan Nusa Khayal", A, "Karantina", None, 3, 2, 3, ("CIQ pelabuhan",)),
    Body(22, "KSOP Sagaramaya", A, "Syahbandar", None, 2, 4, 4, ("CIQ pelabuhan",)),
    Body(23, "BP3MI Nusa Khayal", A, "BP3MI", None, 1, 4, 5, ("pekerja migran", "TPPO"), is_shared=True),
    Body(24, f"Kantor Kementerian Agama {KOTA}", A, "Kemenag", None, 1, 4, 4, ("paspor haji", "perkawinan campuran")),
    Body(25, "Lapas Sagaramaya", A, "Lapas", None, 3, 2, 2),
    Body(26, "Kecamatan Sagara Tengah", A, "", 1, 2, 2, 3, ("pengawasan orang asing",)),
    Body(27, "Desa Karang Khayal, Kabupaten Bukitmaya", A, "", None, 1, 2, 5, ("desa binaan", "TPPO")),
    Body(28, "Ombudsman Perwakilan Nusa Khayal", A, "Ombudsman", None, 2, 4, 3, ("layanan publik",)),
    Body(29, "Harian Kabar Sagara", M, "Kabar Sagara", None, 1, 4, 4, website="https://kabarsagara.example"),
    Body(30, "SagaraPos", M, "", None, 1, 4, 3, website="https://sagarapos.example"),
    Body(31, "Lensa Maya", M, "", None, 2, 3, 3),
    Body(32, "TV Nusa Khayal", M, "NKTV", None, 2, 4, 3),
    Body(33, "Radio Suara Maya FM", M, "Suara Maya", None, 2, 3, 4),
    Body(34, "Kantor Berita Cakrawala, Biro Nusa Khayal", M, "Cakrawala", None, 2, 4, 3),
    Body(35, "Tabloid Dermaga", M, "", None, 3, 2, 2),
    Body(36, "Pers Kampus Gema Khayal", M, "", 57, 3, 1, 3),
    Body(37, "akun warga @infosagaramaya", M, "", None, 2, 3, 4, ("layanan publik",)),
    Body(38, "Perkumpulan Wartawan Sagaramaya", M, "PWS", None, 2, 3, 3),
    Body(39, "Paguyuban Keluarga Pekerja Migran Karang Khayal", K, "", None, 1, 2, 5, ("pekerja migran", "desa binaan")),
    Body(40, "Yayasan Lentera Pulang", K, "", None, 1, 3, 5, ("TPPO", "pekerja migran")),
    Body(41, "Forum Keluarga Perkawinan Campuran Nusa Khayal", K, "", None, 2, 2, 5, ("perkawinan campuran",)),
    Body(42, "Karang Taruna Karang Maya", K, "", None, 3, 1, 3),
    Body(43, "PKK Kecamatan Sagara Tengah", K, "PKK", None, 3, 1, 2),
    Body(44, "Pondok Pesantren Darul Khayal", K, "", None, 2, 3, 4, ("paspor haji", "Eazy Passport")),
    Body(45, f"Forum Gereja {KOTA}", K, "", None, 3, 2, 2),
    Body(46, "Himpunan Penyandang Disabilitas Sagaramaya", K, "", None, 2, 2, 4, ("layanan publik",)),
    Body(47, "Klub Warga Asing Sagaramaya", K, "", None, 2, 2, 4, ("izin tinggal",)),
    Body(48, "Himpunan Pemandu Wisata Pulau Maya", K, "", None, 3, 1, 2),
    Body(49, "PT Samudra Khayal Logistik", B, "", None, 3, 2, 2),
    Body(50, "PT Nikel Maya Sentosa", B, "", None, 2, 4, 3, ("tenaga kerja asing", "izin tinggal")),
    Body(51, "Hotel Bukit Khayal", B, "", None, 3, 1, 2, ("pelaporan orang asing",)),
    Body(52, "Asosiasi Hotel Sagaramaya", B, "", None, 2, 3, 4, ("pelaporan orang asing",)),
    Body(53, "Biro Umrah Safar Maya", B, "", None, 3, 2, 3, ("paspor haji",)),
    Body(54, "P3MI Karya Khayal", B, "", None, 2, 2, 3, ("pekerja migran",)),
    Body(55, "PT Pelabuhan Sagaramaya Terpadu", B, "", None, 2, 3, 3, ("CIQ pelabuhan",)),
    Body(56, "Mal Sagara Square", B, "", None, 1, 2, 4, ("Immigration Lounge",)),
    Body(
        57, "Universitas Nusa Khayal, Kantor Urusan Internasional", U, "UNK", None, 2, 3, 4, ("izin tinggal", "mahasiswa asing")
    ),
    Body(58, "Politeknik Pelayaran Sagaramaya", U, "Poltekpel", None, 3, 2, 2),
    Body(59, "SMK Negeri 9 Sagaramaya", U, "", None, 3, 1, 3, ("Goes to School",)),
    Body(
        60,
        "Rumah Detensi Imigrasi Nusa Khayal",
        C.OWN_UNIT,
        "Rudenim",
        None,
        2,
        3,
        3,
        ("pengawasan orang asing",),
        office="KNK",
        is_shared=True,
    ),
)
