"""How people abbreviate (indonesian.md 4.5): normal for matching, never rewritten."""

import json
from importlib.resources import files

import pytest

from crm.engagements import markers
from tests.engagements.lines import read

SHORT = {
    "yang": "yg",
    "dengan": "dgn",
    "untuk": "utk unt",
    "karena": "krn karna",
    "dari": "dri",
    "kepada": "kpd",
    "supaya": "spy",
    "terhadap": "thd",
    "tentang": "ttg",
    "tersebut": "tsb",
    "tanggal": "tgl",
    "bulan": "bln",
    "tahun": "thn",
    "hari": "hr",
    "minggu": "mgg",
    "sudah": "sdh udh udah",
    "belum": "blm blum",
    "akan": "akn",
    "bisa": "bs bsa",
    "harus": "hrs",
    "jadi": "jd jdi",
    "mohon": "mhn",
    "tolong": "tlg",
    "terus": "trs",
    "lagi": "lg lgi",
    "dulu": "dl",
    "saja": "aja",
    "juga": "jg",
    "banget": "bgt",
    "kalau": "klo kl kalo",
    "bagaimana": "gmn bgm",
    "kenapa": "knp",
    "kapan": "kpn",
    "di mana": "dmn",
    "berapa": "brp",
    "sama": "sm",
    "saya": "sy",
    "kami": "km kmi",
    "teman": "tmn teman2 teman²",
    "tidak": "tdk gak ga gk nggak ngga tak",
    "bukan": "bkn",
    "jangan": "jgn",
    "undangan": "undangan2",
    "pagi": "pg pagi2 pagi²",
    "besok": "bsk bsok besookk BESOK",
    "jumat": "jum'at Jum’at",
}


@pytest.mark.parametrize(("full", "short"), [(full, short) for full, words in SHORT.items() for short in words.split()])
def test_short_forms_mean_the_full_word(full: str, short: str) -> None:
    assert markers.full_word(short) == full


@pytest.mark.parametrize("word", ["Budi", "Anna", "Hanni", "Disdukcapil", "Muhammad", "x", "", "2", "²"])
def test_other_words_stay(word: str) -> None:
    assert markers.full_word(word) == word.casefold().replace("²", "2")


def test_what_was_typed_is_never_rewritten() -> None:
    parsed = read("telp Budi: yg sdh dikirim blm lgkp, tmn² dtg !bsk krm srt utk bpk")
    assert (parsed.summary, parsed.followups[0].text) == ("yg sdh dikirim blm lgkp, tmn² dtg", "krm srt utk bpk")


@pytest.mark.parametrize(
    "post",
    "kakanim,ka kanim,kasubag,kasubbag,kabid,kasubsi,kakanwil,sekda,kadis,kaban,kapolres,kapolsek,dandim,danramil,camat,lurah,kades,kadus".split(
        ","
    ),
)
def test_short_posts(post: str) -> None:
    assert [p.post for p in read(f"telp {post}: data").people] == [post]
    assert [p.post for p in read(f"telp pak {post.upper()}: data").people] == [post.upper()]


def test_both_languages_have_the_same_kinds_of_words() -> None:
    kinds = []
    for language in ("id", "en"):
        data = json.loads(files("crm.engagements.markers").joinpath("words", f"{language}.json").read_text(encoding="utf-8"))
        kinds.append(set(data))
    optional = {"quarter_past", "quarter_to", "this_before", "next_before", "last_before"}
    assert kinds[0] ^ kinds[1] <= optional
