"""The examples of the help page. The page shows each with what the grammar really reads."""

from typing import NamedTuple


class Example(NamedTuple):
    """A line to type, its language, and the code of what it shows (the page words it)."""

    line: str
    language: str
    shows: str


_EXAMPLES = (
    Example("telp Budi, Sari @Disdukcapil: data WNA #koordinasi !senin kirim surat", "id", "whole"),
    Example("wa dari bu Lestari @BP3MI td pagi: minta narasumber sosialisasi TPPO #tppo !bsk balas", "id", "incoming"),
    Example("kunj Lurah Karang Maya kmrn jam 2: bahas posko pimpasa. J: kirim banner !H+3", "id", "promise"),
    Example("rapat Budi @Disdukcapil, Kapolres @Polres Senin lalu jam 9 sampai 11: pengawasan orang asing", "id", "several"),
    Example("surat masuk dari Dinas Sosial: permintaan data !tgl 12 siapkan jawaban", "id", "letter"),
    Example("audiensi tim Disdukcapil: layanan paspor simpatik", "id", "unnamed"),
    Example("telp dr. Fitri: jadwal vaksinasi !segera kirim daftar", "id", "urgent"),
    Example("wa Budi: data belum siap !nanti tagih lagi", "id", "waiting"),
    Example("email Tri: pertanyaan soal antrean !3 hari kerja balas", "id", "working_days"),
    Example("telp Budi: hasil rapat !minggu depan kirim notula oleh Sari", "id", "owner"),
    Example("TL: kirim undangan !akhir bulan", "id", "marker_action"),
    Example("Budi J: kirim data paling lambat Jumat depan", "id", "marker_promise"),
    Example("K: rapat berikutnya di Polres", "id", "marker_decision"),
    Example("T: siapa yang menanggung biaya?", "id", "marker_question"),
    Example("C: peserta datang terlambat", "id", "marker_note"),
    Example("call Budi, Sari @Disdukcapil: foreigners' data #coordination !monday send letter", "en", "whole"),
    Example("whatsapp from Ms Lestari @BP3MI this morning: asks for a speaker #training !tomorrow reply", "en", "incoming"),
    Example("visit @Polres yesterday 3pm: joint patrol. J: send the banner !in 3 days", "en", "promise"),
    Example("met Budi and Sari last friday at 2: passport day !end of month prepare report", "en", "several"),
    Example("letter from Dinas Sosial: request for data !12 Dec draft answer", "en", "letter"),
    Example("email Tri: question about the queue !asap reply", "en", "urgent"),
    Example("A: send invitations !next monday", "en", "marker_action"),
    Example("D: next meeting at the police office", "en", "marker_decision"),
    Example("Q: who pays?", "en", "marker_question"),
)


def examples() -> tuple[Example, ...]:
    """Return the examples in the order of the page."""
    return _EXAMPLES
