"""Sites on loopback for the tests of feeds."""

import io

from PIL import Image

from tests.security.fetching_server import Answer, says


def picture(colour: str = "navy", kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, kind)
    return out.getvalue()


def feed(*items: tuple[str, str], extra: str = "") -> Answer:
    """An RSS feed of items (number, title), newest first; each leads to /<number>."""
    said = "".join(
        f"<item><guid>{number}</guid><title>{title}</title><link>/{number}</link><description>Ringkasan {title}.</description>"
        f'<enclosure url="/{number}.jpg" type="image/jpeg" length="1"/>{extra}</item>'
        for number, title in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Situs</title><language>id</language>{said}</channel></rss>'
    return says(body.encode(), media_type="application/rss+xml; charset=utf-8")


def picture_answer() -> Answer:
    return says(picture(), media_type="image/jpeg")


def page(title: str, *, image: str = "", feed_url: str = "") -> Answer:
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed_url}">' if feed_url else ""
    body = f'<html lang="id"><title>{title}</title><meta property="og:image" content="{image}">{link}<body>x'
    return says(body.encode())
