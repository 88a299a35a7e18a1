import io
import random
import time
import tracemalloc

import pytest
from PIL import Image

from crm.files import content, names, pictures
from crm.files.refusals import FileRefused, Refusal
from tests.files import factories as made


def judge(tmp_path, name, data):
    kind = content.kind_of(names.ending_of(name))
    path = tmp_path / "sent"
    path.write_bytes(data)
    content.check(kind, path)
    if kind in content.PICTURES:
        pictures.redraw(kind, path, tmp_path / "redrawn")
    return kind


@pytest.mark.parametrize("name", sorted(made.GOOD))
def test_each_kind_on_the_list_is_taken(tmp_path, name):
    assert judge(tmp_path, name, made.GOOD[name]) in content.MEDIA_TYPES


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.xhtml", "a.xml", "a.pHaR", "a.pdf.html", "a.gif", "a.exe", "a.docm", "a.js", "a", "a.", "pdf"]
)
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(FileRefused) as refused:
        judge(tmp_path, name, made.PDF)
    assert refused.value.why is Refusal.KIND


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", made.HTML),
        ("a.jpg", made.GIF),
        ("a.webp", made.picture("png")),
        ("a.pdf", made.HTML),
        ("a.pdf", b"<html>%PDF-1.7"),
        ("a.txt", made.EXE),
        ("a.txt", made.PDF),
        ("a.csv", made.office_file("xlsx")),
        ("a.csv", b"nama\x00alamat"),
        ("a.ics", made.HTML),
        ("a.eml", made.HTML),
        ("a.docx", made.office_file("xlsx")),
        ("a.docx", b"PK\x03\x04" + b"\x00" * 100),
        ("a.docx", made.PDF),
        ("a.odt", made.office_file("ods")),
        ("a.ods", made.office_file("docx")),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(tmp_path, name, data):
    with pytest.raises(FileRefused) as refused:
        judge(tmp_path, name, data)
    assert refused.value.why is Refusal.CONTENT


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(FileRefused) as refused:
        judge(tmp_path, "a.txt", b"")
    assert refused.value.why is Refusal.EMPTY


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_picture_loses_its_place_and_camera_and_stands_upright(tmp_path, kind):
    assert b"CameraMaker" in made.picture(kind)
    judge(tmp_path, f"a.{kind}", made.picture(kind))
    redrawn = tmp_path / "redrawn"
    assert b"CameraMaker" not in redrawn.read_bytes()
    with Image.open(redrawn) as picture:
        assert picture.size == (20, 40)
        assert not picture.getexif()
        assert not picture.getexif().get_ifd(0x8825)
        assert not {"exif", "xmp", "comment"} & picture.info.keys()


def test_scripts_behind_a_picture_are_gone(tmp_path):
    judge(tmp_path, "a.png", made.picture("png") + made.HTML)
    assert b"script" not in (tmp_path / "redrawn").read_bytes()


def test_a_moving_picture_keeps_its_frames(tmp_path):
    out = io.BytesIO()
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=200)
    judge(tmp_path, "a.webp", out.getvalue())
    with Image.open(tmp_path / "redrawn") as picture:
        assert picture.n_frames == 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "I;16"])
def test_png_of_every_mode_is_redrawn(tmp_path, mode):
    judge(tmp_path, "a.png", made.picture("png", mode=mode, exif=False))
    assert (tmp_path / "redrawn").stat().st_size


def test_a_giant_picture_is_refused_before_it_is_decoded(tmp_path):
    tracemalloc.start()
    begun = time.perf_counter()
    with pytest.raises(FileRefused) as refused:
        judge(tmp_path, "a.png", made.huge_png())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.why is Refusal.PICTURE_TOO_LARGE
    assert peak < 5_000_000
    assert time.perf_counter() - begun < 2


def test_a_cut_picture_is_refused(tmp_path):
    with pytest.raises(FileRefused) as refused:
        judge(tmp_path, "a.jpg", made.picture("jpg", size=(400, 400))[:900])
    assert refused.value.why is Refusal.PICTURE_BROKEN


def refused_package(tmp_path, data, name="a.xlsx"):
    with pytest.raises(FileRefused) as refused:
        judge(tmp_path, name, data)
    return refused.value.why


def test_a_bomb_is_refused_from_its_directory(tmp_path):
    assert len(made.BOMB) < 400_000
    assert refused_package(tmp_path, made.BOMB) is Refusal.PACKAGE_UNSAFE


def test_ten_thousand_members_are_refused(tmp_path):
    many = made.office_file("xlsx", extra={f"xl/{n}.bin": b"" for n in range(10_000)})
    assert refused_package(tmp_path, many) is Refusal.PACKAGE_UNSAFE


def test_members_that_share_their_bytes_are_refused(tmp_path):
    """As in 42.zip's later cousins: many directory entries point at one member."""
    data = bytearray(made.office_file("docx", extra={"word/big.bin": bytes(range(256)) * 400}))
    at = data.rindex(b"PK\x01\x02")
    entry = bytes(data[at : data.rindex(b"PK\x05\x06")])
    end = bytearray(data[data.rindex(b"PK\x05\x06") :])
    copies = 200
    end[8:10] = end[10:12] = (3 + copies).to_bytes(2, "little")
    end[12:16] = (int.from_bytes(end[12:16], "little") + copies * len(entry)).to_bytes(4, "little")
    overlapping = bytes(data[: data.rindex(b"PK\x05\x06")]) + entry * copies + bytes(end)
    assert refused_package(tmp_path, overlapping, "a.docx") is Refusal.PACKAGE_UNSAFE


@pytest.mark.parametrize("body", [made.LAUGHS, made.EXTERNAL, made.LAUGHS.decode().encode("utf-16"), b"<!-- x -->" * 9000])
@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.ods"])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path, name, body):
    kind = name.rpartition(".")[2]
    assert refused_package(tmp_path, made.office_file(kind, body=body), name) is Refusal.PACKAGE_UNSAFE
    assert refused_package(tmp_path, made.office_file(kind, extra={"docProps/x.rels": body}), name) is Refusal.PACKAGE_UNSAFE


def test_macros_under_a_name_without_are_refused(tmp_path):
    assert (
        refused_package(tmp_path, made.office_file("docx", extra={"word/vbaProject.bin": b"x"}), "a.docx")
        is Refusal.PACKAGE_UNSAFE
    )


FRAME = pictures.Frame(1_200)


def noise(size, mode="RGB"):
    return Image.frombytes(mode, size, random.Random(1).randbytes(size[0] * size[1] * len(mode)))


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_picture_for_a_frame_is_no_wider_than_it_and_keeps_its_shape(tmp_path, kind):
    noise((2_400, 60)).save(tmp_path / "a", pictures._FORMATS[kind])
    pictures.redraw(kind, tmp_path / "a", tmp_path / "b", FRAME)
    with (tmp_path / "b").open("rb") as source:
        assert pictures.size_of(source) == (1_200, 30)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_small_picture_is_not_made_larger(tmp_path, kind):
    noise((40, 20)).save(tmp_path / "a", pictures._FORMATS[kind])
    pictures.redraw(kind, tmp_path / "a", tmp_path / "b", FRAME)
    with (tmp_path / "b").open("rb") as source:
        assert pictures.size_of(source) == (40, 20)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_heavy_picture_becomes_lighter(tmp_path, kind):
    Image.effect_mandelbrot((1_200, 900), (-2, -1, 1, 1), 100).convert("RGB").save(tmp_path / "plain", "PNG")
    blend = Image.blend(Image.open(tmp_path / "plain"), noise((1_200, 900)), 0.2)
    blend.save(tmp_path / "a", pictures._FORMATS[kind], **({"quality": 95} if kind != "png" else {}))
    pictures.redraw(kind, tmp_path / "a", tmp_path / "without")
    pictures.redraw(kind, tmp_path / "a", tmp_path / "b", FRAME)
    assert (tmp_path / "b").stat().st_size < 0.8 * (tmp_path / "without").stat().st_size


@pytest.mark.parametrize(
    ("mode", "colour", "drawn"), [("RGB", "red", "JPEG"), ("RGBA", (255, 0, 0, 255), "JPEG"), ("RGBA", (255, 0, 0, 90), "PNG")]
)
def test_a_webp_for_a_mail_becomes_what_outlook_draws(tmp_path, mode, colour, drawn):
    Image.new(mode, (40, 20), colour).save(tmp_path / "a", "WEBP", lossless=True)
    kind = pictures.redraw("webp", tmp_path / "a", tmp_path / "b", pictures.Frame(1_200, for_mail=True))
    with Image.open(tmp_path / "b") as picture:
        assert (picture.format, pictures._FORMATS[kind], picture.size) == (drawn, drawn, (40, 20))
        alpha = picture.convert("RGBA").getpixel((5, 5))[3]
    assert alpha == (90 if drawn == "PNG" else 255)


def test_a_webp_that_moves_stands_still_in_a_mail(tmp_path):
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a", "WEBP", save_all=True, append_images=frames[1:], duration=200)
    assert pictures.redraw("webp", tmp_path / "a", tmp_path / "b", pictures.Frame(1_200, for_mail=True)) == "jpg"


def test_a_phone_photograph_for_a_mail_is_upright_and_says_nothing_of_its_place(tmp_path):
    (tmp_path / "a").write_bytes(made.picture("jpg"))
    pictures.redraw("jpg", tmp_path / "a", tmp_path / "b", pictures.Frame(10))
    with Image.open(tmp_path / "b") as picture:
        assert picture.size == (10, 20)
        assert not picture.getexif()
