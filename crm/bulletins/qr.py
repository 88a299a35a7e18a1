"""QR codes as pictures. Pure."""

import io
from typing import Any


def svg(text: str) -> bytes:
    """Scalable, for print: error correction M reads with a logo's worth of dirt on it."""
    return _drawn(text, "svg", xmldecl=True, svgclass=None, lineclass=None, light="#fff")


def _made(text: str) -> Any:
    import segno  # noqa: PLC0415 - loaded by who needs it: 1.5 MB of every process otherwise

    return segno.make(text, error="m", micro=False)


def png(text: str) -> bytes:
    """About 1,000 pixels wide."""
    code = _made(text)
    scale = max(8, 1000 // code.symbol_size()[0])
    return _drawn(text, "png", scale=scale, light="#fff")


def _drawn(text: str, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    _made(text).save(out, kind=kind, border=4, **how)
    return out.getvalue()
