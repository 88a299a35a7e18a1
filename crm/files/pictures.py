"""Pictures are drawn anew: upright, without place, camera and whatever else was tucked into the file."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from crm.files.refusals import FileRefused, Refusal

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
_OPTIONS: dict[str, dict[str, object]] = {
    "jpg": {"quality": 90, "optimize": True},
    "png": {},
    "webp": {"quality": 90, "method": 4},
}

_LIGHTER = (80, 70, 60)  # qualities that are tried for a picture that is too heavy
_COLOURS = 256


@dataclass(frozen=True)
class Frame:
    """What a picture is made to fit: never wider or higher, and as light as it becomes without looking bad.

    `for_mail`: as JPEG or PNG, because Outlook draws no WebP.
    """

    width: int
    height: int = LONGEST_SIDE
    light_bytes: int = 300_000
    for_mail: bool = False


# Ours is the limit, and it is looked at before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


def redraw(kind: str, source: Path, target: Path, fits: Frame | None = None) -> str:
    """Write a clean copy, made to fit a frame if one is given; give the kind that it has now.

    Raises FileRefused for a picture that is too large or can't be drawn.
    """
    try:
        with Image.open(source, formats=(_FORMATS[kind],)) as picture:
            frames = getattr(picture, "n_frames", 1)
            width, height = picture.size
            if max(width, height) > LONGEST_SIDE or width * height * frames > MOST_PIXELS:
                raise FileRefused(Refusal.PICTURE_TOO_LARGE)
            cleaned = [_clean(picture, frame) for frame in range(frames)]
            if fits is not None and fits.for_mail and kind == "webp":
                kind, cleaned = _for_mail(cleaned[0])
            if fits is None:
                _save(kind, cleaned, target)
            else:
                _save_light(kind, [_scaled(each, fits) for each in cleaned], target, fits)
            return kind
    except UnidentifiedImageError as error:
        raise FileRefused(Refusal.CONTENT) from error
    except OSError as error:
        if error.errno is not None:  # the disk, not the picture
            raise
        raise FileRefused(Refusal.PICTURE_BROKEN) from error
    except (
        SyntaxError,
        ValueError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        MemoryError,
    ) as error:
        # Pillow's decoders answer broken files with any of these.
        raise FileRefused(Refusal.PICTURE_BROKEN) from error


def _clean(picture: Image.Image, frame: int) -> Image.Image:
    """A frame turned upright, with its colour profile and timing and nothing else of what it said about itself."""
    if frame or getattr(picture, "n_frames", 1) > 1:
        picture.seek(frame)
    upright = ImageOps.exif_transpose(picture)
    drawn = upright.copy()
    drawn.info = {key: upright.info[key] for key in ("icc_profile", "transparency", "duration", "loop") if key in upright.info}
    return drawn


def _for_mail(picture: Image.Image) -> tuple[str, list[Image.Image]]:
    """The kind that every mail program draws, and the picture for it: what can be seen through stays so."""
    is_whole = not picture.has_transparency_data or picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    drawn = picture.convert("RGB" if is_whole else "RGBA")
    drawn.info = {key: value for key, value in picture.info.items() if key == "icc_profile"}
    return ("jpg" if is_whole else "png"), [drawn]


def size_of(source: IO[bytes]) -> tuple[int, int] | None:
    """Width and height by the head of a picture that we drew; no pixel is decoded."""
    try:
        with Image.open(source, formats=tuple(_FORMATS.values())) as picture:
            return picture.size
    except (OSError, SyntaxError, ValueError):
        return None


def _scaled(picture: Image.Image, fits: Frame) -> Image.Image:
    by = min(fits.width / picture.width, fits.height / picture.height, 1)
    if by == 1:
        return picture
    size = max(1, round(picture.width * by)), max(1, round(picture.height * by))
    whole = picture
    if picture.mode == "P" or "transparency" in picture.info:  # colours by number can't be mixed
        whole = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    made = whole.resize(size, Image.Resampling.LANCZOS)
    made.info = {key: value for key, value in picture.info.items() if key != "transparency"}
    return made


def _save_light(kind: str, frames: list[Image.Image], target: Path, fits: Frame) -> None:
    """A PNG that is too heavy gets fewer colours, a photograph less detail; one that moves stays as it is."""
    _save(kind, frames, target)
    if kind == "png" and len(frames) == 1 and target.stat().st_size > fits.light_bytes:
        few = frames[0].convert("RGBA").quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
        drawn = io.BytesIO()
        few.save(drawn, format="PNG", optimize=True)
        if drawn.tell() < target.stat().st_size:
            target.write_bytes(drawn.getvalue())
    for quality in _LIGHTER if kind != "png" else ():
        if target.stat().st_size <= fits.light_bytes:
            return
        _save(kind, frames, target, quality)


def _save(kind: str, frames: list[Image.Image], target: Path, quality: int | None = None) -> None:
    first, *rest = frames
    if kind == "jpg" and first.mode not in {"L", "RGB", "CMYK"}:
        first = first.convert("RGB")
    options = {**_OPTIONS[kind], **({"quality": quality} if quality else {})}
    if rest:
        options |= {"save_all": True, "append_images": rest, "duration": [frame.info.get("duration", 100) for frame in frames]}
        options["loop"] = first.info.get("loop", 0)
    if "icc_profile" in first.info:
        options["icc_profile"] = first.info["icc_profile"]
    first.save(target, format=_FORMATS[kind], **options)
