"""Who a line names: people, posts, titles, organizations, with and without a directory."""

import pytest

from crm.engagements import markers
from crm.engagements.markers import Lexicon
from tests.engagements.lines import read

KNOWN = Lexicon.of(
    people=["Budi", "Lestari Handayaningrat", "Muh. Arsyad Daeng Ngallewa", "Minggu Raharjo"],
    organizations=["Disdukcapil", "Polres Sagaramaya", "Dinas Sosial Kabupaten Bukitmaya", "Karang Taruna Karang Maya"],
)


def names(line: str, **options) -> list[str]:
    return [p.name for p in read(line, **options).people]


@pytest.mark.parametrize("mark", [", ", " & ", " dan ", " sm ", " + ", " and ", "; ", ","])
def test_marks_between_two_people(mark: str) -> None:
    assert names(f"telp Budi{mark}Sari: data") == ["Budi", "Sari"]


@pytest.mark.parametrize("word", ["dengan", "dgn", "sama", "bersama", "with"])
def test_with_whom(word: str) -> None:
    assert names(f"rapat {word} Budi: data") == ["Budi"]


@pytest.mark.parametrize(
    ("typed", "salutation"),
    [
        ("pak", "Bapak"),
        ("bpk", "Bapak"),
        ("bp", "Bapak"),
        ("P.", "Bapak"),
        ("bu", "Ibu"),
        ("Ibu", "Ibu"),
        ("B.", "Ibu"),
        ("Mr", "Bapak"),
        ("Mrs", "Ibu"),
    ],
)
def test_a_form_of_address_that_tells_the_salutation(typed: str, salutation: str) -> None:
    (person,) = read(f"telp {typed} Lestari: data").people
    assert (person.name, person.salutation, person.raw) == ("Lestari", salutation, f"{typed} Lestari")


@pytest.mark.parametrize("typed", "mas mbak bang kak uda uni daeng bli koh cik ustaz gus kiai romo om tante sdr sdri".split())
def test_other_forms_of_address_are_only_how_we_call_them(typed: str) -> None:
    (person,) = read(f"wa {typed} Tri: data").people
    assert (person.name, person.honorific, person.salutation) == ("Tri", typed, None)


@pytest.mark.parametrize(
    ("typed", "before", "name", "after"),
    [
        ("Dr. Ratnaningsih Wulandari, S.H., M.Si.", "Dr.", "Ratnaningsih Wulandari", "S.H., M.Si."),
        ("Drs. H. Syahruni Tarmidi, M.A.P.", "Drs. H.", "Syahruni Tarmidi", "M.A.P."),
        ("AKBP Raditya Wirabumiaji, S.I.K.", "AKBP", "Raditya Wirabumiaji", "S.I.K."),
        ("Letkol Inf. Sugiarto Wiranegarawan", "Letkol Inf.", "Sugiarto Wiranegarawan", ""),
        ("dr. Fitri Anggraeni Halimah", "dr.", "Fitri Anggraeni Halimah", ""),
        ("Sari Puspaningrat SH", "", "Sari Puspaningrat", "SH"),
        ("I Gede Wirasana Pradnya, S.Kom., M.M.", "", "I Gede Wirasana Pradnya", "S.Kom., M.M."),
        ("Rosalina br. Manikam, S.STP.", "", "Rosalina br. Manikam", "S.STP."),
        ("Nur'aini", "", "Nur'aini", ""),
        ("Fadhil Al-Khayyal", "", "Fadhil Al-Khayyal", ""),
        (
            "Hj. Siti Maemunah Zainuddin binti Abdul Muthalib Hasanuddin, S.H.I.",
            "Hj.",
            "Siti Maemunah Zainuddin binti Abdul Muthalib Hasanuddin",
            "S.H.I.",
        ),
        ("Muh. Arsyad Daeng Ngallewa", "", "Muh. Arsyad Daeng Ngallewa", ""),
    ],
)
def test_titles_and_degrees_are_kept_apart(typed: str, before: str, name: str, after: str) -> None:
    people = read(f"telp {typed}: data").people
    assert [(p.titles_before, p.name, p.titles_after) for p in people] == [(before, name, after)]
    assert [p.name for p in read(f"telp {typed}, Budi: data").people] == [name, "Budi"]


@pytest.mark.parametrize(
    "post",
    ["Lurah Karang Maya", "kapolres", "Kadis", "Kepala Dinas", "camat", "sekda", "kades", "dandim", "kakanim", "kasubbag TU"],
)
def test_a_post_stands_for_its_holder(post: str) -> None:
    (person,) = read(f"kunj {post}: data").people
    assert (person.post, person.name) == (post, "")
    (person,) = read(f"kunj pak {post}: data").people
    assert (person.post, person.honorific) == (post, "pak")


def test_an_acting_holder() -> None:
    (person,) = read("telp Plt. Kadis: data").people
    assert (person.acting, person.post) == ("Plt", "Kadis")


def test_a_telephone_number_stands_for_an_unknown_person() -> None:
    for typed in ("0812 3456 7890", "+62 812-3456-7890", "081234567890", "62812.3456.7890"):
        (person,) = read(f"wa {typed}: minta data").people
        assert (person.phone, person.name) == (typed, "")


def test_an_address_stands_for_an_unknown_person() -> None:
    (person,) = read("email dari humas@polres.example: minta data").people
    assert person.email == "humas@polres.example"
    assert read("email dari humas@polres.example: data").organizations == ()


def test_each_organization_takes_the_names_before_it() -> None:
    parsed = read("rapat Budi, Sari @Disdukcapil, Andi @Polres, Tri: data")
    assert [(p.name, p.group, p.organization) for p in parsed.people] == [
        ("Budi", 0, 0),
        ("Sari", 0, 0),
        ("Andi", 1, 1),
        ("Tri", 2, None),
    ]
    assert [p.name for p in parsed.people_of(0)] == ["Budi", "Sari"]


def test_names_between_two_organizations_belong_to_the_second() -> None:
    parsed = read("rapat Sari @Disdukcapil Budi @Polres: data")
    assert [(p.name, p.organization) for p in parsed.people] == [("Sari", 0), ("Budi", 1)]


def test_an_organization_before_the_only_names() -> None:
    assert read("kunj @Kabar_Sagara pak Budi: data").people[0].organization == 0
    assert read("kunj @Disdukcapil Budi: data", lexicon=KNOWN).people[0].organization == 0
    assert read("kunj @Disdukcapil, Budi: data").people[0].organization is None


@pytest.mark.parametrize(
    "typed",
    [
        '@"Dinas Sosial Kabupaten Bukitmaya"',
        "@Dinas Sosial Kabupaten Bukitmaya",
        "@Dinas_Sosial_Kabupaten_Bukitmaya",
        "Dinas Sosial Kabupaten Bukitmaya",
    ],
)
def test_an_organization_of_several_words(typed: str) -> None:
    assert [o.name for o in read(f"telp Budi, {typed} kemarin: data").organizations] == ["Dinas Sosial Kabupaten Bukitmaya"]


def test_a_line_without_a_colon_takes_the_names_of_the_directory() -> None:
    parsed = read("telp Budi Disdukcapil kemarin data WNA #koordinasi !senin kirim surat", lexicon=KNOWN)
    assert [(p.name, p.organization) for p in parsed.people] == [("Budi", 0)]
    assert (parsed.event.on.day, parsed.summary, parsed.topics[0].name, parsed.followups[0].text) == (
        23,
        "data WNA",
        "koordinasi",
        "kirim surat",
    )


def test_a_known_name_in_the_middle_of_a_line_without_a_colon_stays_in_the_sentence() -> None:
    parsed = read("bahas data dengan lestari handayaningrat dan Polres Sagaramaya", lexicon=KNOWN)
    assert ([p.name for p in parsed.people], [o.name for o in parsed.organizations]) == (
        ["lestari handayaningrat"],
        ["Polres Sagaramaya"],
    )
    assert parsed.summary == "bahas data dengan lestari handayaningrat dan Polres Sagaramaya"


def test_without_directory_and_colon_bare_words_are_text() -> None:
    parsed = read("telp Budi data WNA")
    assert (parsed.people, parsed.summary, parsed.channel.value) == ((), "Budi data WNA", "call")


@pytest.mark.parametrize(("line", "name"), [("telp bu Lestari minta data", "Lestari"), ("telp Budi @Polres minta data", "Budi")])
def test_without_a_colon_an_addressed_name_is_certain(line: str, name: str) -> None:
    parsed = read(line)
    assert ([p.name for p in parsed.people], parsed.summary) == ([name], "minta data")


def test_a_known_name_wins_over_a_day() -> None:
    parsed = read("telp Minggu Raharjo: data", lexicon=KNOWN)
    assert ([p.name for p in parsed.people], parsed.event.explicit) == (["Minggu Raharjo"], False)


def test_a_line_that_is_only_text() -> None:
    for line in ("hasil rapat minggu lalu: semua baik", "data sudah lengkap", "kirim surat"):
        parsed = read(line)
        assert (parsed.people, parsed.organizations, parsed.summary) == ((), (), line)


def test_a_name_before_a_colon_needs_no_channel() -> None:
    parsed = read("Budi Santosa: minta data")
    assert ([p.name for p in parsed.people], parsed.channel, parsed.direction.value, parsed.summary) == (
        ["Budi Santosa"],
        None,
        "in",
        "minta data",
    )


def test_what_the_head_does_not_explain_goes_to_the_summary() -> None:
    parsed = read("telp Budi soal paspor: sudah lengkap")
    assert (parsed.summary, [p.name for p in parsed.people]) == ("soal paspor: sudah lengkap", ["Budi"])


def test_a_mention_in_the_text_is_no_participant() -> None:
    parsed = read("telp Budi @Disdukcapil: kirim data ke @Polres besok")
    assert [(o.name, o.participant) for o in parsed.organizations] == [("Disdukcapil", True), ("Polres", False)]
    assert parsed.summary == "kirim data ke Polres besok"


def test_a_topic_within_the_sentence_stays_a_word_of_it() -> None:
    parsed = read("telp Budi: minta data #wna bulan ini #koordinasi #tppo")
    assert ([t.name for t in parsed.topics], parsed.summary) == (["wna", "koordinasi", "tppo"], "minta data wna bulan ini")


@pytest.mark.parametrize("typed", ["#koordinasi", "#Koordinasi.", "(#koordinasi)", "#koordinasi,"])
def test_topics_lose_their_punctuation(typed: str) -> None:
    assert [t.name.casefold() for t in read(f"telp Budi: data {typed}").topics] == ["koordinasi"]


@pytest.mark.parametrize("typed", ["#12", "no.#12", "a#b", "#", "# a", "##"])
def test_numbers_and_bare_signs_are_no_topics(typed: str) -> None:
    assert read(f"telp Budi: data {typed}").topics == ()


def test_a_topic_of_two_words() -> None:
    assert [t.name for t in read('telp Budi: data #"izin tinggal" #desa_binaan').topics] == ["izin tinggal", "desa binaan"]


def test_candidates_are_what_the_directory_is_asked_for() -> None:
    found = markers.candidates("telp Budi, bu Lestari Handayaningrat @Disdukcapil: data WNA !senin kirim oleh Sari")
    assert {"budi", "lestari handayaningrat", "disdukcapil", "sari"} <= set(found)
    assert "data wna" not in found
    assert len(found) < 200


def test_the_index_of_an_owner_points_to_somebody() -> None:
    parsed = read("telp Budi: data !senin kirim surat oleh Sari !lusa cek @Polres")
    first, second = parsed.followups
    assert (parsed.people[first.owner.person].name, parsed.organizations[second.owner.organization].name) == ("Sari", "Polres")
    assert [p.participant for p in parsed.people] == [True, False]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("@Lensa Maya", "Lensa Maya"),
        ("@lensa maya", "lensa maya"),
        ("@dinas sosial kota", "dinas sosial kota"),
        ("@SMK Negeri 9 Sagaramaya", "SMK Negeri 9 Sagaramaya"),
        ("@Polres pak Andi", "Polres"),
        ("@Polres 2 jam", "Polres"),
        ("@Polres Senin lalu", "Polres"),
    ],
)
def test_in_the_head_an_organization_goes_on_until_a_comma_a_time_or_a_name(typed: str, name: str) -> None:
    assert [o.name for o in read(f"telp Budi {typed}: data").organizations] == [name]


def test_in_the_text_an_organization_is_one_word() -> None:
    assert read("telp Budi: kirim ke @Kabar besok").organizations[0].name == "Kabar"


def test_an_organization_without_the_sign_parts_from_the_name_before_it() -> None:
    for line in ("telp bu Yeni DPMPTSP: data", "telp bu Yeni dari DPMPTSP: data"):
        parsed = read(line)
        assert [(p.name, p.organization) for p in parsed.people] == [("Yeni", 0)]
        assert [o.name for o in parsed.organizations] == ["DPMPTSP"]


def test_a_known_person_may_carry_the_sign() -> None:
    for line in ("telp @Budi @Disdukcapil: data", "telp Sari: data ke @Budi", "telp Sari @Disdukcapil: data !besok kirim @Budi"):
        parsed = read(line, lexicon=KNOWN)
        assert "Budi" in [p.name for p in parsed.people]
        assert "Budi" not in [o.name for o in parsed.organizations]


def test_an_organization_at_the_end_of_the_text_is_that_of_the_people() -> None:
    parsed = read("telp Budi: data WNA @Disdukcapil")
    assert ([(p.name, p.organization) for p in parsed.people], parsed.organizations[0].participant, parsed.summary) == (
        [("Budi", 0)],
        True,
        "data WNA",
    )


def test_a_number_or_address_after_a_name_is_how_to_reach_that_person() -> None:
    (person,) = read("telp Budi (0812 3456 7890): minta data").people
    assert (person.name, person.phone) == ("Budi", "0812 3456 7890")
    (person,) = read("email Budi budi@polres.example: minta data").people
    assert (person.name, person.email) == ("Budi", "budi@polres.example")
    assert len(read("telp Budi, 0812 3456 7890: data").people) == 2


@pytest.mark.parametrize("word", ["dkk", "dkk.", "et al"])
def test_and_others_names_nobody(word: str) -> None:
    assert names(f"wa Budi, {word} @Polres: data") == ["Budi"]


@pytest.mark.parametrize("word", ["internal", "warga", "pemohon"])
def test_common_words_are_nobodys_name(word: str) -> None:
    parsed = read(f"rapat {word}: bahas data")
    assert (parsed.people, parsed.summary) == ((), f"{word} bahas data")


@pytest.mark.parametrize("typed", ["no. B/123/XI/2026", "nomor W.11.IMI.IMI.1-GR.03.05", "no 123/DS/2026"])
def test_a_letter_has_a_number(typed: str) -> None:
    parsed = read(f"surat dari Polres {typed} tgl 20: undangan")
    assert (parsed.reference, parsed.event.on.day, [o.name for o in parsed.organizations], parsed.people) == (
        typed.split(" ", 1)[1],
        20,
        ["Polres"],
        (),
    )


@pytest.mark.parametrize(
    ("typed", "summary"),
    [("data #a, #b.", "data."), ("data (#a)", "data"), ("#a data", "a data"), ("data #a; lanjut", "data lanjut")],
)
def test_topics_leave_no_stray_marks(typed: str, summary: str) -> None:
    assert read(f"telp Budi: {typed}").summary == summary


def test_of_two_names_over_one_stretch_the_first_read_is_coloured() -> None:
    known = Lexicon.of(people=["Sari Polres"])
    parsed = read("bahas data @Sari Polres", lexicon=known)
    assert [(kind and kind.value, text) for kind, text in parsed.mirror()] == [
        (None, "bahas data "),
        ("organization", "@Sari"),
        (None, " Polres"),
    ]


def test_an_organization_in_brackets_is_whom_the_name_speaks_for() -> None:
    parsed = read("telp Budi (Disdukcapil), Sari (Polres): data")
    assert [(p.name, p.organization) for p in parsed.people] == [("Budi", 0), ("Sari", 1)]


def test_an_organization_named_twice_is_one() -> None:
    parsed = read("kunj Ombudsman @Ombudsman: data")
    assert [o.name for o in parsed.organizations] == ["Ombudsman"]


@pytest.mark.parametrize("word", ["di", "pada", "at"])
def test_where_it_was_is_an_organization(word: str) -> None:
    parsed = read(f"sosialisasi {word} SMK Negeri 9 kmrn: 120 siswa")
    assert ([o.name for o in parsed.organizations], parsed.people, parsed.event.on.day) == (["SMK Negeri 9"], (), 23)
