"""Indonesian wording of the promise guard."""

# ruff: noqa: E501 - a table of wording, one phrase a line

_UNIT = "(?:hari|jam|menit|minggu|pekan|bulan|tahun)(?: (?:kerja|kalender))?"
_WORD = "satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|beberapa"
_N = rf"(?:\d+(?:[.,]\d+)?|{_WORD})(?: (?:belas|puluh|ratus))?(?: (?:{_WORD}))?(?: ?\([\w ]{{1,20}}\))?"
_MONTH = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|jan|feb|mar|apr|jun|jul|agu|ags|sep|okt|nov|des"
_DAY = "senin|selasa|rabu|kamis|jum'?at|sabtu|minggu"
_CLOCK = r"(?:pukul|jam) \d{1,2}(?:[.:]\d{2})?"
_WHEN = (
    rf"{_N} {_UNIT}|{_N} ?[x×] ?\d+ jam|se(?:hari|minggu|pekan|bulan|jam)|(?:hari )?(?:(?:{_DAY}),? )?(?:tanggal )?\d{{1,2}} (?:{_MONTH})\.?(?: \d{{4}})?"
    rf"|(?:tanggal )?\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|tanggal \d{{1,2}}|hari (?:{_DAY}|ini|esok)|besok|lusa|(?:{_DAY})(?: depan)?|(?:minggu|pekan|bulan|tahun) (?:depan|ini)"
    rf"|(?:akhir|awal|pertengahan) (?:pekan|minggu|bulan|tahun|{_MONTH})(?: ini| depan)?(?: \d{{4}})?|(?:{_MONTH})(?: \d{{4}})?|{_CLOCK}|(?:nanti )?(?:sore|malam|siang)(?: ini| nanti)?"
)
_AGENCY = (
    r"pemda|pemkot|pemkab|pemprov|pemerintah (?:daerah|kota|kabupaten|provinsi|pusat)|polri|polisi|kepolisian|pol(?:res|da|sek)\w*|kementerian(?: \w+){1,3}?|kemen\w+"
    r"|dinas(?: \w+){1,4}?|disdukcapil|dukcapil|kejaksaan(?: \w+)?|pengadilan(?: \w+)?|bea cukai|bp[23]mi|kbri|kjri|imigrasi pusat|ditjen(?: \w+)?|menteri(?: \w+)?|gubernur|bupati"
    r"|wali ?kota|dirjen(?: \w+)?|instansi terkait|tni|kpk|dprd?|presiden|kedutaan(?: \w+)?"
)
PARTS = {
    "n": _N,
    "when": _WHEN,
    "unit": _UNIT,
    "agency": _AGENCY,
    "we": r"kami|kita|kantor (?:kami|imigrasi)|imigrasi|pihak kami|petugas kami",
    "your": r"anda|bapak|ibu|bapak/ibu|saudara|pemohon",
}

PHRASES = r"""
1 ~ certainty ~ 3 ~ pasti ~ pada umumnya
2 ~ certainty ~ 3 ~ dipastikan ~ diperkirakan
3 ~ certainty ~ 3 ~ <we> (?:akan |dapat |selalu )?(?:me)?(?:pastikan|mastikan) ~ kami upayakan
4 ~ certainty ~ 3 ~ sudah pasti ~ menurut rencana
5 ~ certainty ~ 3 ~ (?:ter|di)jamin ~ diupayakan
6 ~ certainty ~ 3 ~ (?:kami|kita) (?:akan |dapat |bisa |selalu |berani )?(?:men)?jamin|(?:kantor kami|kantor imigrasi|imigrasi) menjamin ~ kami upayakan
7 ~ certainty ~ 3 ~ jaminan (?:dari )?kami|jaminan kantor ~ upaya kami
8 ~ certainty ~ 3 ~ (?:ber)?garansi ~ menurut ketentuan yang berlaku
9 ~ certainty ~ 3 ~ 100 ?%|(?:100|seratus) persen ~ menurut ketentuan yang berlaku
10 ~ certainty ~ 2 ~ tidak mungkin \w+|mustahil \w+ ~ -
11 ~ certainty ~ 2 ~ tanpa (?:ragu|keraguan) ~ ''
12 ~ certainty ~ 2 ~ (?:tidak perlu|jangan|tidak usah) (?:khawatir|kuatir|cemas) ~ ''
13 ~ certainty ~ 2 ~ tenang saja ~ ''
14 ~ certainty ~ 1 ~ dapat dipercaya sepenuhnya ~ ''
15 ~ time ~ 3 ~ selambat[- ]?lambatnya (?:pada |dalam |tanggal |hari )*<when> ~ -
16 ~ time ~ 3 ~ paling (?:lambat|lama) (?:pada |dalam |tanggal |hari )*<when> ~ -
17 ~ time ~ 3 ~ (?:di)?dalam (?:waktu |tempo |jangka waktu )(?:paling lama |maksimal )?(?:<n> <unit>|se(?:hari|minggu|pekan|bulan|jam)) ~ -
18 ~ time ~ 3 ~ (?:di)?dalam (?:waktu )?<n> ?[x×] ?\d+ ?jam|<n> ?[x×] ?24 ?jam ~ -
19 ~ time ~ 3 ~ hari ini juga|detik ini juga|saat ini juga ~ setelah berkas lengkap
20 ~ time ~ 3 ~ (?:sore|malam|siang) ini (?:sudah |pasti |akan )*(?:selesai|jadi|terbit|beres)|(?:besok|lusa) (?:sudah |pasti |akan )+(?:selesai|jadi|terbit|beres) ~ diselesaikan setelah berkas lengkap
21 ~ time ~ 3 ~ sebelum (?:tanggal )?<when>,? (?:sudah|pasti|akan) (?:pasti )?(?:selesai|jadi|terbit|beres|rampung) ~ -
22 ~ time ~ 2 ~ tepat waktu ~ menurut jadwal yang direncanakan
23 ~ time ~ 1 ~ sesuai (?:dengan )?jadwal ~ menurut rencana
24 ~ time ~ 2 ~ mulai (?:pada |tanggal )*<when>,? akan (?:mulai )?(?:ber|di)?(?:laku|lakukan|buka|terapkan|berlaku)\w* ~ -
25 ~ time ~ 3 ~ (?:<n> (?:hari|jam|menit)|sehari|sejam) (?:langsung )?(?:jadi|selesai)|langsung jadi|bisa ditunggu ~ diselesaikan setelah berkas lengkap
26 ~ time ~ 3 ~ (?:selesai|jadi|terbit|rampung|beres) dalam (?:waktu )?(?:<n>(?: <unit>)?|se(?:hari|minggu|pekan|bulan|jam)) ~ -
27 ~ speed ~ 2 ~ secepatnya|secepat mungkin|selekasnya ~ sesuai kelengkapan berkas
29 ~ speed ~ 2 ~ sesegera mungkin ~ sesuai kelengkapan berkas
28 ~ speed ~ 2 ~ (?:dengan )?segera ~ setelah berkas lengkap
30 ~ speed ~ 2 ~ dalam waktu (?:dekat|singkat|sesingkat-singkatnya|secepatnya) ~ menurut rencana
31 ~ speed ~ 2 ~ tidak (?:akan )?lama lagi ~ menurut rencana
32 ~ speed ~ 2 ~ secepat kilat|super cepat|kilat ~ sesuai kelengkapan berkas
33 ~ speed ~ 3 ~ tanpa (?:perlu |harus )?(?:menunggu|antre|antri|mengantre|mengantri|antrean|antrian) ~ dengan antrean yang lebih teratur
34 ~ outcome ~ 3 ~ (?:pasti|akan) (?:kami )?(?:disetujui|setujui) ~ diputus setelah pemeriksaan
35 ~ outcome ~ 3 ~ (?:akan|pasti) (?:kami )?(?:di)?(?:kabulkan|penuhi) ~ diputus setelah pemeriksaan
36 ~ outcome ~ 3 ~ pasti (?:terbit|diterbitkan)|akan (?:kami )?(?:di)?terbitkan|akan terbit ~ diputus setelah pemeriksaan
37 ~ outcome ~ 3 ~ (?:dipastikan|pasti) (?:lolos|lulus) ~ diputus setelah pemeriksaan
38 ~ outcome ~ 3 ~ tidak akan (?:kami )?(?:di)?tolak ~ diputus setelah pemeriksaan
39 ~ outcome ~ 3 ~ pasti (?:men)?dapat(?:kan)?|pasti kebagian(?: kuota)? ~ dapat mengajukan permohonan
40 ~ outcome ~ 2 ~ (?:paspor|data|dokumen|berkas) <your> (?:tetap |pasti )?aman ~ -
41 ~ outcome ~ 3 ~ (?:masalah|keluhan|kendala|urusan) (?:<your> )?(?:akan|pasti) (?:segera )?(?:selesai|tuntas|beres|diselesaikan|teratasi) ~ sudah kami sampaikan kepada unit yang berwenang
42 ~ outcome ~ 2 ~ akan (?:segera |kami )*(?:di)?perbaiki ~ sudah kami sampaikan kepada unit yang berwenang
43 ~ outcome ~ 3 ~ tidak akan (?:pernah )?(?:terulang|terjadi lagi) ~ sudah kami tangani
44 ~ outcome ~ 2 ~ akan (?:kami )?(?:di)?tambah(?:kan)? kuota(?:nya)?|kuota(?:nya)? akan (?:kami )?(?:di)?tambah ~ -
45 ~ undertaking ~ 3 ~ (?:kami|kita|saya) (?:ber)?janji|janji kami ~ kami upayakan
46 ~ undertaking ~ 2 ~ (?:kami|kita) berkomitmen|komitmen kami ~ kami berupaya
47 ~ undertaking ~ 2 ~ (?:kami|kita) (?:selalu )?siap (?:\w+ )?(?:menindaklanjuti|membantu|melayani|memproses|menyelesaikan) ~ -
48 ~ undertaking ~ 2 ~ akan (?:segera )?(?:kami|kita|di) ?tindak ?lanjuti|kami akan (?:segera )?menindak ?lanjuti ~ sudah kami teruskan kepada unit yang berwenang
49 ~ undertaking ~ 2 ~ akan (?:segera )?kami kirim(?:kan)?|kami akan (?:segera )?(?:me)?(?:kirim|ngirim)(?:kan|imkan)? ~ -
50 ~ undertaking ~ 2 ~ akan (?:segera )?kami (?:hubungi|kabari|telepon|informasikan)|kami akan (?:segera )?(?:menghubungi|hubungi|mengabari|kabari|menelepon) ~ -
51 ~ undertaking ~ 2 ~ akan (?:segera )?kami sampaikan (?:ke(?:pada)? )(?:pimpinan|atasan|kepala kantor)|kami akan (?:segera )?(?:me(?:nyampaikan|neruskan)|sampaikan) (?:\w+ ){0,2}ke(?:pada)? (?:pimpinan|atasan|kepala kantor) ~ -
52 ~ undertaking ~ 1 ~ (?:akan )?kami (?:usahakan|upayakan)|kami akan (?:berusaha|berupaya|mengusahakan|mengupayakan) ~ -
53 ~ undertaking ~ 1 ~ mohon (?:di)?tunggu kabar(?:nya)?(?: dari kami)? ~ -
54 ~ undertaking ~ 3 ~ (?:kami )?(?:ber)?tanggung ?jawab penuh ~ kami tangani sesuai kewenangan
55 ~ undertaking ~ 2 ~ (?:kami |kita )?(?:sanggup|menyanggupi) ~ kami upayakan
56 ~ always ~ 2 ~ selalu ~ pada umumnya
57 ~ always ~ 2 ~ tidak pernah ~ -
58 ~ always ~ 2 ~ (?:semua|seluruh|setiap) pemohon|(?:semua|seluruh) (?:masyarakat|warga|orang) ~ pemohon yang memenuhi syarat
59 ~ always ~ 3 ~ tanpa (?:ter)?kecuali(?:an)? ~ bagi pemohon yang memenuhi syarat
60 ~ always ~ 2 ~ setiap saat|kapan (?:saja|pun)|24 jam (?:nonstop|non-stop|penuh|sehari) ~ pada jam layanan
61 ~ always ~ 1 ~ (?:di )?mana (?:saja|pun) ~ -
62 ~ always ~ 2 ~ seumur hidup|selamanya ~ menurut ketentuan yang berlaku
63 ~ always ~ 2 ~ nol (?:pengaduan|keluhan|kesalahan)|zero \w+ ~ -
64 ~ money ~ 2 ~ gratis|cuma-cuma ~ tarifnya menurut aturan
65 ~ money ~ 2 ~ tanpa (?:di(?:pungut|kenakan) )?biaya|bebas biaya|tidak (?:di(?:pungut|kenakan|kenai) )biaya ~ tarifnya menurut aturan
66 ~ money ~ 2 ~ hanya rp\.? ?[\d.,]+|cukup (?:bayar|membayar) rp\.? ?[\d.,]+ ~ -
67 ~ money ~ 3 ~ (?:biaya|tarif)(?:nya)? tidak akan (?:di)?naik(?:kan)? ~ tarif mengikuti aturan yang berlaku
68 ~ money ~ 3 ~ (?:uang|biaya|dana) (?:<your> )?(?:akan |pasti )?(?:kami )?(?:kembali|dikembalikan|kembalikan|diganti|ganti)|ganti rugi|garansi uang kembali ~ -
69 ~ money ~ 2 ~ termurah|paling murah ~ sesuai tarif resmi
70 ~ privilege ~ 3 ~ khusus untuk (?:bapak/ibu|bapak|ibu|anda|saudara) ~ bagi pemohon yang memenuhi syarat
71 ~ privilege ~ 3 ~ (?:akan )?kami (?:prioritaskan|dahulukan|utamakan)|(?:akan |pasti )?didahulukan ~ kami layani menurut urutan
72 ~ privilege ~ 2 ~ jalur (?:khusus|cepat|belakang) ~ layanan prioritas menurut aturan
73 ~ privilege ~ 3 ~ (?:akan )?kami (?:bantu )?percepat|kami bantu mempercepat ~ kami proses menurut urutan
74 ~ privilege ~ 3 ~ bisa diatur|gampang itu|itu gampang ~ -
75 ~ privilege ~ 2 ~ hubungi saya langsung|langsung (?:hubungi|wa|telepon) saya ~ hubungi layanan informasi kami
76 ~ privilege ~ 3 ~ pengecualian (?:khusus )?(?:untuk|bagi) \w+ ~ -
82 ~ others ~ 3 ~ (?:polisi|kepolisian|polri|aparat) (?:akan|pasti) (?:segera )?(?:menangkap|menahan) ~ -
78 ~ others ~ 3 ~ (?:pelaku|tersangka)(?:nya)? (?:akan|pasti) (?:di)?hukum|(?:akan|pasti) dideportasi|pasti dihukum ~ diproses menurut hukum
79 ~ others ~ 3 ~ (?:bapak |ibu )?(?:menteri|dirjen|direktur jenderal|presiden|gubernur)(?: \w+)? (?:sudah|telah) (?:setuju|menyetujui) ~ -
80 ~ others ~ 2 ~ akan diresmikan (?:langsung )?oleh \w+ ~ -
81 ~ others ~ 2 ~ (?:sudah|telah) disepakati (?:oleh )?(?:semua|seluruh) pihak ~ -
83 ~ others ~ 3 ~ (?:pemerintah daerah|pemda|pemkot|pemkab|pemprov) (?:akan|pasti) (?:menanggung|membiayai|membayar) ~ -
77 ~ others ~ 2 ~ <agency> akan \w+ ~ -
84 ~ superlative ~ 1 ~ terbaik|tercepat|nomor satu|(?:yang )?pertama di (?:indonesia|asia|dunia) ~ -
85 ~ superlative ~ 2 ~ bebas (?:dari )?(?:pungli|calo|korupsi|kkn)|anti[- ]?korupsi ~ -
86 ~ superlative ~ 2 ~ paling aman|teraman ~ -
87 ~ superlative ~ 2 ~ tanpa celah ~ ''
"""

HINTS = {
    "certainty": ["Menurut ketentuan yang berlaku, …", "Pada umumnya …", "Berdasarkan data per (tanggal), …"],
    "time": [
        "Batas waktu menurut aturan: (tanggal) (N hari kerja sejak berkas lengkap).",
        "Kami perkirakan (tanggal); bila berubah, kami beri tahu.",
    ],
    "speed": ["Kami kabari perkembangannya pada (tanggal).", "Waktu penyelesaian bergantung pada kelengkapan berkas."],
    "outcome": [
        "Permohonan diputus setelah pemeriksaan.",
        "Kami sampaikan kepada unit yang berwenang.",
        "Langkah yang sudah kami ambil: …",
    ],
    "undertaking": ["Laporan Anda sudah kami teruskan kepada {unit} pada (tanggal) (nomor …)."],
    "always": ["… pada hari kerja pukul …", "… bagi pemohon yang memenuhi syarat"],
    "money": ["Tarif resmi menurut {aturan}: Rp… . Di luar itu tidak ada pungutan."],
    "privilege": ["Layanan prioritas tersedia bagi lansia, penyandang disabilitas, ibu hamil, dan balita."],
    "others": [
        "Kewenangan ada pada {instansi}; kami sudah berkoordinasi pada (tanggal).",
        "Perkara dalam proses; kami tidak mendahului putusan.",
    ],
    "superlative": ["Sebutkan faktanya dengan sumber dan tanggal."],
}

# Short forms and slips, written out before matching.
SHORT = {
    "psti": "pasti", "pst": "pasti", "pastii": "pasti", "sgera": "segera", "sgr": "segera", "segra": "segera", "djamin": "dijamin", "dijmin": "dijamin",
    "dijamn": "dijamin", "akn": "akan", "tdk": "tidak", "tak": "tidak", "gak": "tidak", "ga": "tidak", "nggak": "tidak", "enggak": "tidak", "ngga": "tidak",
    "blm": "belum", "utk": "untuk", "dlm": "dalam", "hr": "hari", "scepatnya": "secepatnya", "secptnya": "secepatnya", "slalu": "selalu", "sllu": "selalu",
    "kmi": "kami", "kmai": "kami", "dipastikn": "dipastikan", "slambat": "selambat", "lambat2nya": "lambatnya", "gratiss": "gratis", "grtis": "gratis",
    "sdh": "sudah", "udah": "sudah", "dg": "dengan", "dgn": "dengan", "tgl": "tanggal", "bpk": "bapak", "jgn": "jangan", "selsai": "selesai", "jadwl": "jadwal",
}  # fmt: skip

NEGATION = r"(?:tidak|belum|bukan|bukanlah|tanpa|jangan)"
FILLER = (
    r"(?:dapat|bisa|boleh|mampu|akan|ada|kami|kita|serta|lagi|begitu|perlu|untuk|memberi|memberikan|merupakan|berarti|sebuah|suatu|secara|pernah|dalam|posisi"
    r"|sepenuhnya|dengan|serta-merta|mungkin|berani|otomatis|selalu|semuanya|semua|hal|yang|ini|itu)"
)

# (numbers or None for all, pattern over the whole sentence): where it holds, those phrases mean something else.
EXCEPTIONS = [
    (
        (3,),
        r"(?:kami|kita)[^.;]{0,20}(?:me)?(?:pastikan|mastikan)(?: bahwa)? (?:anda|bapak|ibu|saudara|pemohon|keberadaan|kehadiran|apakah)\b",
    ),
    ((1, 2), r"pastikan (?:anda|bapak|ibu|saudara|bahwa anda)\b(?![^.]*\bdipastikan\b)(?![^.]*\bpasti\b)"),
    ((5, 6), r"\b(?:penjamin|surat (?:penjaminan|jaminan)|jaminan (?:kesehatan|keimigrasian)|orang asing yang dijamin)\b"),
    ((5,), r"(?:undang-undang|uud|konstitusi|hukum)[^.]{0,40}dijamin|dijamin (?:oleh )?(?:undang-undang|uud|konstitusi|hukum)"),
    ((45,), r"\bjanji temu\b"),
    (
        (56,),
        r"\b(?:semoga|mudah-mudahan|doa kami|kami doakan)\b|\b(?:sehat|sukses|bahagia|salam|lancar) selalu\b|\bselalu (?:sehat|dalam lindungan|diberi|diberkahi)\b",
    ),
    (
        (56,),
        r"^\W*selalu (?:bawa|periksa|cek|simpan|gunakan|jaga|pastikan|waspada)\b|\b(?:mohon|harap|agar|supaya|silakan)\b[^.]{0,40}\bselalu\b",
    ),
    ((57,), r"\bjika[^.]{0,20}tidak pernah\b|\bbelum tidak pernah\b"),
    ((28,), r"\bsifat ?: ?(?:sangat )?segera\b|\buntuk segera (?:disiarkan|dimuat|diterbitkan)\b|\bsegera disiarkan\b"),
    ((27, 28, 29), r"\b(?:mohon|harap|silakan|diharapkan|diimbau|diminta|dimohon|agar|supaya|hendaknya)\b"),
    (
        (28,),
        r"\bsegera(?:lah)? (?:hubungi|lapor|laporkan|lengkapi|datang|datangi|daftar|daftarkan|isi|kirim|kirimkan|perbarui|unduh|cek|periksa|ambil|urus|konfirmasi|ganti|bawa)\b",
    ),
    ((32,), r"\b(?:petir|pesan|gempa|berita) kilat\b|\bkilat khusus\b|\bpos kilat\b"),
    ((61, 60), r"\bbukan (?:di )?(?:mana|kapan)\b"),
    ((68,), r"\b(?:kembali(?:kan)?) (?:ke|kepada) kas negara\b"),
    ((72,), r"\bjalur khusus (?:pejalan|sepeda|bus|disabilitas|lansia|difabel|pemadam)\b"),
    ((76,), r"\b(?:tidak ada|tanpa) pengecualian\b"),
    (
        (58,),
        r"\b(?:kepada|mengajak|mengimbau|mengundang|terima kasih)[^.]{0,30}\b(?:semua|seluruh|setiap) (?:masyarakat|warga|orang|pemohon)\b",
    ),
    ((84,), r"\b(?:semoga|doa|salam|ucapan|kerja sama|kado)[^.]{0,30}\bterbaik\b|\byang terbaik (?:untuk|bagi)\b"),
]
# A date by which the reader has to do something is no promise of ours.
READER = (
    r"\b(?:mohon(?! maaf)|dimohon|harap|diharap|silakan|(?<!kami )(?<!kita )(?:daftarkan|konfirmasi|kirim|kirimkan|lengkapi|serahkan|unggah|bawa|isi|kembalikan)"
    r"|(?:anda|bapak/ibu|peserta|wartawan|media|pemohon|calon pemohon) (?:wajib|harus|perlu|diminta|diharapkan|dimohon|diimbau)|diharapkan|diminta) "
    r"(?:[\w/-]+[ ,]+){0,8}?(?:paling (?:lambat|lama)|selambat|sebelum|dalam waktu)"
)
RULE = (
    r"\b(?:undang-undang|uu|peraturan|pp|permen\w*|perpres|keppres|kepmen\w*|keputusan|perda|pergub|perwali|permenkumham|surat edaran|pasal)\b[^;]{0,80}?"
    r"(?:\b(?:nomor|no\.?)\s*\w*[\w./-]*\d|\d+/\d{4}|\b\d+ tahun \d{4})"
)
SPOKEN = r"\b(?:kata|ujar|tutur|ucap|tegas|jelas|ungkap|imbuh|menurut|tulis|papar)(?:nya)?\b"
OURS = r"\b(?:kami|kepala kantor|kakanim|kepala seksi|kasi|humas|petugas kami|juru bicara kami|kepala kanim|kepala bidang)\b"
