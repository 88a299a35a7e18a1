"""Pictures are drawn anew: upright, without place, camera and whatever else was tucked into the file."""

from pathlib import Path

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

# Ours is the limit, and it is looked at before any pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


def redraw(kind: str, source: Path, target: Path) -> None:
    """Write a clean copy. Raises FileRefused for a picture that is too large or can't be drawn."""
    try:
        with Image.open(source, formats=(_FORMATS[kind],)) as picture:
            frames = getattr(picture, "n_frames", 1)
            width, height = picture.size
            if max(width, height) > LONGEST_SIDE or width * height * frames > MOST_PIXELS:
                raise FileRefused(Refusal.PICTURE_TOO_LARGE)
            _save(kind, [_clean(picture, frame) for frame in range(frames)], target)
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


def _save(kind: str, frames: list[Image.Image], target: Path) -> None:
    first, *rest = frames
    if kind == "jpg" and first.mode not in {"L", "RGB", "CMYK"}:
        first = first.convert("RGB")
    options = dict(_OPTIONS[kind])
    if rest:
        options |= {"save_all": True, "append_images": rest, "duration": [frame.info.get("duration", 100) for frame in frames]}
        options["loop"] = first.info.get("loop", 0)
    if "icc_profile" in first.info:
        options["icc_profile"] = first.info["icc_profile"]
    first.save(target, format=_FORMATS[kind], **options)
