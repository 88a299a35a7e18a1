"""Follow-ups and line markers of both languages (indonesian.md 4.4)."""

from datetime import date

import pytest

from crm.engagements.markers import FollowUpKind, Hint, Precision, Side, State, parse_minutes_line
from tests.engagements.lines import HOLIDAYS, TUESDAY, followup, read


def minutes(line: str, **options):
    return parse_minutes_line(line, now=TUESDAY, holidays=HOLIDAYS, **options)


MARKERS = {
    FollowUpKind.ACTION: [
        "TL",
        "A",
        "tl",
        "T.L.",
        "T.L",
        "tindak lanjut",
        "tindaklanjut",
        "aksi",
        "action",
        "todo",
        "PR",
        "pekerjaan rumah",
        "follow-up",
        "task",
    ],
    FollowUpKind.PROMISE: ["J", "janji", "komitmen", "sanggup", "promise", "commitment"],
    FollowUpKind.DECISION: ["K", "D", "kpts", "keputusan", "kesepakatan", "disepakati", "sepakat", "decision", "agreed"],
    FollowUpKind.QUESTION: ["T", "Q", "tanya", "pertanyaan", "question"],
    FollowUpKind.NOTE: ["C", "cat", "catatan", "NB", "info", "FYI", "note"],
}
ALL = [(word, kind) for kind, words in MARKERS.items() for word in words]


@pytest.mark.parametrize(("word", "kind"), ALL)
def test_a_marker_begins_a_line(word: str, kind: FollowUpKind) -> None:
    for parsed in (
        read(f"{word}: kirim data"),
        minutes(f"{word}: kirim data"),
        minutes(f"- {word}: kirim data"),
        minutes(f"3. {word}: kirim data"),
    ):
        (found,) = parsed.followups
        assert (found.kind, found.text, found.owner.side, parsed.summary.strip(" 3.-")) == (kind, "kirim data", Side.US, "")


@pytest.mark.parametrize(("word", "kind"), ALL)
def test_capitals_do_not_matter_for_a_marker(word: str, kind: FollowUpKind) -> None:
    assert [minutes(f"{w}: kirim").followups[0].kind for w in (word.upper(), word.lower())] == [kind, kind]


@pytest.mark.parametrize(("word", "kind"), [(w, k) for w, k in ALL if w != "T.L."])
def test_a_marker_begins_a_sentence_of_the_text(word: str, kind: FollowUpKind) -> None:
    parsed = read(f"telp Budi: data lengkap. {word}: kirim banner")
    assert (parsed.summary, parsed.followups[0].kind, parsed.followups[0].text) == ("data lengkap.", kind, "kirim banner")


@pytest.mark.parametrize(
    "line",
    [
        "C:\\berkas\\surat",
        "lihat https://a.example/J:x",
        "opsi a: satu",
        "minum vitamin C: penting",
        "pukul 14:30 rapat",
        "hasil: baik",
    ],
)
def test_what_only_looks_like_a_marker_is_text(line: str) -> None:
    parsed = read(line)
    assert (parsed.followups, parsed.summary) == ((), line)


def test_the_name_before_the_colon_promised() -> None:
    parsed = read("rapat Budi @Polres: banner. Budi J: kirim data")
    (found,) = parsed.followups
    assert (found.kind, found.text, found.owner.side) == (FollowUpKind.PROMISE, "kirim data", Side.NAMED)
    assert parsed.people[found.owner.person].name == "Budi"
    assert len(parsed.people) == 1


def test_a_promise_line_of_somebody_else() -> None:
    parsed = minutes("bu Sari J: kirim data paling lambat Jumat")
    (found,) = parsed.followups
    assert (parsed.people[found.owner.person].name, found.text, found.due.on) == ("Sari", "kirim data", date(2026, 11, 27))
    assert parsed.people[found.owner.person].participant is False


def test_our_own_promise_said_in_words() -> None:
    assert minutes("kami J: kirim data").followups[0].owner.side is Side.US


def test_the_head_may_end_in_a_marker() -> None:
    parsed = read("wa Budi janji: kirim data besok")
    (found,) = parsed.followups
    assert (parsed.channel.value, found.kind, found.text, found.due.on) == (
        "whatsapp",
        FollowUpKind.PROMISE,
        "kirim data",
        date(2026, 11, 25),
    )
    assert parsed.people[found.owner.person].name == "Budi"


def test_a_bare_date_after_a_promise_is_its_due_date() -> None:
    (found,) = read("kunj Lurah Karang Maya: bahas posko. J: kirim banner !H+3").followups
    assert (found.kind, found.text, found.due.on) == (FollowUpKind.PROMISE, "kirim banner", date(2026, 11, 27))


def test_a_task_after_a_promise_is_a_follow_up_of_its_own() -> None:
    first, second = read("telp Budi: data. J: kirim banner !besok telp lagi").followups
    assert (first.kind, first.due, second.kind, second.text, second.verb) == (
        FollowUpKind.PROMISE,
        None,
        FollowUpKind.ACTION,
        "telp lagi",
        "call",
    )


def test_several_follow_ups_end_where_the_next_begins() -> None:
    parsed = read("telp Budi: data !senin kirim surat !besok balas #tppo sisa teks !lusa cek")
    assert [(f.text, f.due.on.day) for f in parsed.followups] == [("kirim surat", 30), ("balas", 25), ("cek", 26)]
    assert [t.name for t in parsed.topics] == ["tppo"]
    assert parsed.summary == "data tppo sisa teks"


def test_a_new_line_ends_a_follow_up() -> None:
    parsed = read("telp Budi: data !senin kirim surat\nbaris kedua\nTL: balas")
    assert ([f.text for f in parsed.followups], parsed.summary) == (["kirim surat", "balas"], "data\nbaris kedua")


@pytest.mark.parametrize(
    "line", ["telp Budi: terima kasih!", "telp Budi: bagus!!", "telp Budi: siap! terima kasih", "telp Budi: hore !"]
)
def test_an_exclamation_is_no_follow_up(line: str) -> None:
    assert read(line).followups == ()


VERBS = {
    "send": ["kirim", "krm", "send"],
    "reply": ["balas", "bls", "reply"],
    "contact": ["hubungi"],
    "call": ["telp lagi", "tlp balik", "call back"],
    "confirm": ["konfirmasi", "konfirm"],
    "check": ["cek"],
    "prepare": ["siapkan"],
    "make": ["buat"],
    "invite": ["undang"],
    "schedule": ["jadwalkan"],
    "remind": ["ingatkan"],
    "report": ["laporkan"],
    "forward": ["teruskan"],
    "coordinate": ["koordinasikan"],
    "meet": ["rapatkan"],
    "print": ["cetak"],
    "update": ["update"],
    "collect": ["tagih"],
}


@pytest.mark.parametrize(("word", "verb"), [(w, v) for v, words in VERBS.items() for w in words])
def test_verbs_open_a_task(word: str, verb: str) -> None:
    found = followup(f"besok {word} daftar")
    assert (found.verb, found.text, found.owner.side) == (verb, f"{word} daftar", Side.US)


@pytest.mark.parametrize("word", ["tunggu", "menunggu", "wait for"])
def test_waiting_is_the_partners_task(word: str) -> None:
    found = followup(f"besok {word} daftar")
    assert (found.verb, found.owner.side, found.state) == ("wait", Side.THEM, State.OPEN)
    assert followup(f"{word} daftar").state is State.WAITING


@pytest.mark.parametrize("word", ["selesai", "sdh", "done", "beres", "ok", "closed", "clear"])
def test_done_closes(word: str) -> None:
    found = followup(f"{word} kirim surat")
    assert (found.state, found.text, found.due) == (State.DONE, "kirim surat", None)
    assert minutes(f"TL {word}: kirim surat").followups[0].state is State.DONE


def test_a_task_said_to_be_done_in_the_text_is_only_proposed() -> None:
    parsed = read("telp Budi: TL selesai kirim surat")
    assert parsed.followups == ()
    assert [(p.code, p.text) for p in parsed.proposals] == [(Hint.CLOSES, "TL selesai kirim surat")]
    assert parsed.summary == "TL selesai kirim surat"


@pytest.mark.parametrize("words", ["oleh Sari", "PIC Sari", "PIC: bu Sari", "PJ Sari", "@Sari"])
def test_who_does_it(words: str) -> None:
    parsed = read(f"rapat Sari, Budi @Polres: data !senin kirim surat {words}")
    (found,) = parsed.followups
    assert (found.text, found.owner.side, parsed.people[found.owner.person].name) == ("kirim surat", Side.NAMED, "Sari")
    assert len(parsed.people) == 2


@pytest.mark.parametrize("words", ["via Sari", "dgn Sari", "with Sari"])
def test_with_whom_it_is_done_stays_in_the_task(words: str) -> None:
    parsed = read(f"telp Sari: data !senin cek berkas {words}")
    (found,) = parsed.followups
    assert (found.text, parsed.people[found.owner.person].name) == (f"cek berkas {words}", "Sari")


@pytest.mark.parametrize("words", ["via email", "via wa", "dgn surat"])
def test_by_what_it_is_done_is_nobody(words: str) -> None:
    assert followup(f"senin kirim data {words}").owner.side is Side.US


def test_an_organization_may_own_a_task() -> None:
    parsed = read("rapat Budi @Polres: data !senin kirim surat @Polres")
    assert parsed.organizations[parsed.followups[0].owner.organization].name == "Polres"
    assert len(parsed.organizations) == 1


@pytest.mark.parametrize(
    ("words", "text", "on"),
    [
        ("kirim surat senin", "kirim surat", date(2026, 11, 30)),
        ("kirim surat paling lambat 12 Des", "kirim surat", date(2026, 12, 12)),
        ("kirim surat sebelum Jumat", "kirim surat", date(2026, 11, 27)),
        ("send letter by friday", "send letter", date(2026, 11, 27)),
        ("paling lambat Jumat kirim surat", "kirim surat", date(2026, 11, 27)),
    ],
)
def test_the_date_may_stand_last(words: str, text: str, on: date) -> None:
    found = followup(words)
    assert (found.text, found.due.on) == (text, on)


@pytest.mark.parametrize(
    "words", ["kirim notula rapat kemarin", "cek laporan Senin lalu", "kirim laporan bulan depan", "kirim laporan 2025"]
)
def test_a_date_of_something_else_stays_in_the_task(words: str) -> None:
    found = followup(words)
    assert (found.text, found.due) == (words, None)


def test_urgent_may_stand_last() -> None:
    found = followup("senin kirim surat segera")
    assert (found.text, found.urgent, found.due.on) == ("kirim surat", True, date(2026, 11, 30))


@pytest.mark.parametrize("words", ["insyaallah", "insya Allah", "diusahakan", "kami coba", "hopefully"])
def test_a_polite_no_is_never_a_promise(words: str) -> None:
    (found,) = minutes(f"J: {words} kirim data").followups
    assert (found.kind, found.uncertain) == (FollowUpKind.ACTION, True)
    (implied,) = read(f"telp Budi: {words} data dikirim. Lalu pulang").followups
    assert (implied.kind, implied.uncertain, implied.implied, implied.text) == (
        FollowUpKind.ACTION,
        True,
        True,
        f"{words} data dikirim",
    )


def test_we_will_try_is_ours() -> None:
    assert read("telp Budi: kami coba kirim").followups[0].owner.side is Side.US
    assert read("telp Budi: insyaallah dikirim").followups[0].owner.side is Side.THEM


def test_word_without_a_date_waits_for_the_partner_and_is_asked_again() -> None:
    for line in ("telp Budi: nanti dikabari", "telp Budi: data !nanti dikabari", "met Budi: will let us know"):
        (found,) = read(line).followups
        assert (found.owner.side, found.state, found.review_on) == (Side.THEM, State.WAITING, date(2026, 12, 1))


def test_ready_said_by_a_partner_is_only_proposed() -> None:
    assert [p.code for p in read("wa Budi: siap kirim data").proposals] == [Hint.PROMISE]
    assert read("wa Budi: kami siap kirim data").proposals == ()
    assert read("wa Budi: siap kirim data").followups == ()


@pytest.mark.parametrize(("sign", "code"), [("👍", Hint.AGREED), ("✅", Hint.DONE)])
def test_signs_are_only_proposals(sign: str, code: Hint) -> None:
    parsed = read(f"wa Budi: data {sign}")
    assert ([p.code for p in parsed.proposals], parsed.followups, parsed.summary) == ([code], (), f"data {sign}")


def test_precision_of_a_week_reaches_the_follow_up() -> None:
    found = followup("minggu depan kirim surat")
    assert (found.due.precision, found.due.starts_on, found.due.on) == (Precision.WEEK, date(2026, 11, 30), date(2026, 12, 4))


def test_minutes_have_no_head() -> None:
    parsed = minutes("Kapolres menyampaikan: patroli bersama @Polres #pora")
    assert (parsed.summary, parsed.channel, parsed.direction, [t.name for t in parsed.topics]) == (
        "Kapolres menyampaikan: patroli bersama Polres",
        None,
        None,
        ["pora"],
    )


def test_a_line_of_minutes_with_everything() -> None:
    parsed = minutes("TL: siapkan undangan PIC Sari !12 Des")
    (found,) = parsed.followups
    assert (found.text, parsed.people[found.owner.person].name, found.due.on) == ("siapkan undangan", "Sari", date(2026, 12, 12))


@pytest.mark.parametrize(
    "line",
    ["TL Budi: kirim data", "TL (Budi): kirim data", "Budi TL: kirim data", "J Budi: kirim data", "TL bu Budi: kirim data"],
)
def test_whose_it_is_may_stand_beside_the_marker(line: str) -> None:
    for parsed in (read(line), minutes(line)):
        (found,) = parsed.followups
        assert (found.text, parsed.people[found.owner.person].name) == ("kirim data", "Budi")


def test_a_marker_after_a_comma_begins_a_clause() -> None:
    parsed = read("telp Budi @Disdukcapil data WNA lengkap, J: kirim surat besok")
    assert (parsed.summary, parsed.followups[0].text, parsed.followups[0].owner.side) == (
        "data WNA lengkap",
        "kirim surat",
        Side.US,
    )


@pytest.mark.parametrize("words", ["PIC Sari senin kirim", "@Sari senin kirim", "oleh Sari Senin kirim", "PJ sari senin kirim"])
def test_the_owner_may_stand_first(words: str) -> None:
    parsed = read(f"rapat Sari: data !{words}")
    (found,) = parsed.followups
    assert (found.text, found.due.on, parsed.people[found.owner.person].name) == ("kirim", date(2026, 11, 30), "Sari")
    assert len(parsed.people) == 1


def test_to_whom_something_is_sent_is_not_whose_task_it_is() -> None:
    parsed = read("telp Budi: data !kirim surat ke @Polres besok")
    (found,) = parsed.followups
    assert (found.text, found.owner.side, found.due.on) == ("kirim surat ke Polres", Side.US, date(2026, 11, 25))
    assert [(o.name, o.participant) for o in parsed.organizations] == [("Polres", False)]


@pytest.mark.parametrize("words", ["besok", "lusa!", "besok oleh kami", "12 Des."])
def test_a_date_without_a_task_is_asked_about(words: str) -> None:
    parsed = read(f"telp Budi: data !{words}")
    assert (parsed.followups[0].text, [q.code.value for q in parsed.questions]) == ("", ["missing_task"])


def test_waiting_with_a_date_at_the_end() -> None:
    found = followup("tunggu kabar dari Sari senin")
    assert (found.text, found.due.on, found.state, found.owner.side) == (
        "tunggu kabar dari Sari",
        date(2026, 11, 30),
        State.OPEN,
        Side.THEM,
    )


def test_a_bullet_is_no_summary() -> None:
    for line in ("* J: kirim data", "- J: kirim data", "• J: kirim data"):
        assert minutes(line).summary == ""


def test_an_owner_who_stays_in_the_task_is_coloured_within_it() -> None:
    parsed = read("telp Budi: data !senin cek dgn Sari lalu kirim ke @Polres berkasnya")
    assert [(kind.value, text) for kind, text in parsed.mirror() if kind][2:] == [
        ("marker", "!"),
        ("due", "senin"),
        ("task", "cek"),
        ("owner", "dgn Sari"),
        ("task", "lalu kirim ke"),
        ("organization", "@Polres"),
        ("task", "berkasnya"),
    ]
