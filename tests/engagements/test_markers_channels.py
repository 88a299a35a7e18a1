"""Every channel and direction word of both languages (indonesian.md 4.1, 4.2)."""

import pytest

from crm.engagements.markers import Channel, Direction
from tests.engagements.lines import read

CHANNELS = {
    Channel.CALL: "telepon telpon telp tlp tlpn tel call ditelpon nelpon hubungi misscall voice called phone phoned",
    Channel.WHATSAPP: "WhatsApp WA wa whatsap wasap chat japri pc VN message text",
    Channel.MET: "bertemu ketemu ktemu jumpa temu ngobrol sowan audiensi met",
    Channel.VISIT: "kunjungan kunj kunker visit datangi anjangsana silaturahmi monev lapangan sidak visited",
    Channel.OFFICE_VISIT: "datang tamu mampir walk-in",
    Channel.LETTER: "surat srt nodin ND undangan tembusan faks letter memo",
    Channel.EMAIL: "surel email e-mail mail imel emailed",
    Channel.MEETING: "rapat rpt rakor koordinasi FGD zoom gmeet meet teams vicon daring meeting",
    Channel.VIDEO_CALL: "vidcall VC",
    Channel.INSTAGRAM: "IG instagram DM",
    Channel.FACEBOOK: "FB facebook",
    Channel.X: "X twitter",
    Channel.TIKTOK: "tiktok",
    Channel.YOUTUBE: "youtube",
    Channel.SOCIAL: "medsos komentar komen live",
    Channel.EVENT: "acara sosialisasi sos upacara pelantikan HUT peresmian pameran talkshow event ceremony",
    Channel.MEDIA: "wawancara doorstop konfirmasi konpers interview",
    Channel.COUNTER: "loket CS helpdesk counter",
}
PHRASES = {
    "jalur pribadi": Channel.WHATSAPP,
    "DM WA": Channel.WHATSAPP,
    "grup WA": Channel.WHATSAPP,
    "WAG": Channel.WHATSAPP,
    "tatap muka": Channel.MET,
    "ke kantor": Channel.VISIT,
    "kunjungan masuk": Channel.OFFICE_VISIT,
    "terima tamu": Channel.OFFICE_VISIT,
    "walk in": Channel.OFFICE_VISIT,
    "nota dinas": Channel.LETTER,
    "zoom meeting": Channel.MEETING,
    "siaran radio": Channel.EVENT,
    "jumpa pers": Channel.MEDIA,
    "pengaduan langsung": Channel.COUNTER,
    "video call": Channel.VIDEO_CALL,
    "WA call": Channel.CALL,
    "site visit": Channel.VISIT,
    "press conference": Channel.MEDIA,
    "dropped by": Channel.OFFICE_VISIT,
}
ALL = [(word, channel) for channel, words in CHANNELS.items() for word in words.split()] + list(PHRASES.items())


@pytest.mark.parametrize(("word", "channel"), ALL)
def test_the_first_word_is_the_channel(word: str, channel: Channel) -> None:
    parsed = read(f"{word} Budi: data WNA")
    assert (parsed.channel, parsed.summary, [p.name for p in parsed.people]) == (channel, "data WNA", ["Budi"])


@pytest.mark.parametrize(("word", "channel"), ALL)
def test_capitals_do_not_matter_for_a_channel(word: str, channel: Channel) -> None:
    assert read(f"{word.upper()} Budi: x").channel is read(f"{word.lower()} Budi: x").channel is channel


@pytest.mark.parametrize(
    ("word", "detail"),
    [
        ("misscall", "unanswered"),
        ("missed call", "unanswered"),
        ("grup WA", "group"),
        ("WAG", "group"),
        ("WA call", "whatsapp"),
        ("sowan", "sowan"),
        ("audiensi", "audience"),
        ("undangan", "invitation"),
        ("tembusan", "copy"),
        ("zoom", "online"),
    ],
)
def test_some_words_say_more_than_the_channel(word: str, detail: str) -> None:
    assert read(f"{word} Budi: data").channel_details == (detail,)


@pytest.mark.parametrize("line", ["Budi surat: data", "data surat rapat telp", "bahas surat rapat", "Sari dan surat"])
def test_only_the_first_word_can_be_the_channel(line: str) -> None:
    assert read(line).channel is None


def test_a_later_channel_word_stays_in_the_summary() -> None:
    parsed = read("telp Budi: surat rapat wa")
    assert (parsed.channel, parsed.summary) == (Channel.CALL, "surat rapat wa")


@pytest.mark.parametrize(
    ("typed", "channel"), [("telpp", Channel.CALL), ("suratt", Channel.LETTER), ("kunjjungan", Channel.VISIT)]
)
def test_doubled_letters_do_not_matter(typed: str, channel: Channel) -> None:
    assert read(f"{typed} Budi: data").channel is channel


IN_WORDS = ["dari", "dr", "dri", "masuk", "terima", "diterima", "<", "from", "received"]
OUT_WORDS = ["ke", "kpd", "kepada", "untuk", "utk", "keluar", "kirim", ">", "to", "sent"]


@pytest.mark.parametrize("word", IN_WORDS)
def test_words_that_say_they_turned_to_us(word: str) -> None:
    parsed = read(f"wa {word} Budi: data")
    assert (parsed.direction, parsed.direction_explicit, parsed.summary) == (Direction.IN, True, "data")
    assert [p.name for p in parsed.people] == ["Budi"]


@pytest.mark.parametrize("word", OUT_WORDS)
def test_words_that_say_we_turned_to_them(word: str) -> None:
    parsed = read(f"wa {word} Budi: data")
    assert (parsed.direction, parsed.direction_explicit, parsed.summary) == (Direction.OUT, True, "data")
    assert [p.name for p in parsed.people] == ["Budi"]


@pytest.mark.parametrize("word", ["ditelpon", "ditelepon", "dihubungi", "undangan", "tembusan", "loket", "pengaduan langsung"])
def test_channels_that_say_they_turned_to_us(word: str) -> None:
    assert read(f"{word} Budi: data").direction is Direction.IN


@pytest.mark.parametrize("verb", ["minta data", "tanya syarat", "mengadu antrean", "asks for data", "requested a speaker"])
def test_a_first_verb_of_the_summary_says_they_turned_to_us(verb: str) -> None:
    assert read(f"wa Budi: {verb}").direction is Direction.IN


def test_what_we_told_them_went_out() -> None:
    assert read("datang Budi: kami sampaikan syarat baru").direction is Direction.OUT


def test_a_typed_direction_wins_over_the_first_verb() -> None:
    assert read("wa ke Budi: minta data").direction is Direction.OUT


@pytest.mark.parametrize("word", ["telp", "wa", "email", "surat"])
def test_calls_chats_and_letters_go_out_when_nothing_is_said(word: str) -> None:
    parsed = read(f"{word} Budi: data")
    assert (parsed.direction, parsed.direction_explicit) == (Direction.OUT, False)


@pytest.mark.parametrize("word", ["kunj", "rapat", "datang", "bertemu", "acara"])
def test_visits_and_meetings_have_no_direction(word: str) -> None:
    assert read(f"{word} Budi: data").direction is None


@pytest.mark.parametrize(
    ("line", "direction"),
    [
        ("surat Polres masuk: data", Direction.IN),
        ("terima surat dari Budi: data", Direction.IN),
        ("kirim wa ke Budi: data", Direction.OUT),
    ],
)
def test_the_direction_may_stand_elsewhere_in_the_head(line: str, direction: Direction) -> None:
    parsed = read(line)
    assert (parsed.direction, parsed.summary) == (direction, "data")
    assert parsed.channel in (Channel.LETTER, Channel.WHATSAPP)


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("IG komentar", Channel.INSTAGRAM),
        ("komen FB", Channel.FACEBOOK),
        ("komentar youtube", Channel.YOUTUBE),
        ("komen tiktok", Channel.TIKTOK),
    ],
)
def test_a_comment_keeps_its_medium(word: str, channel: Channel) -> None:
    parsed = read(f"{word} dari @infosagaramaya: keluhan")
    assert (parsed.channel, parsed.channel_details, parsed.people) == (channel, ("comment",), ())
