"""QR codes as pictures. Pure."""

import io

import segno


def svg(text: str) -> bytes:
    """Scalable, for print: error correction M reads with a logo's worth of dirt on it."""
    return _drawn(text, "svg", xmldecl=True, svgclass=None, lineclass=None, light="#fff")


def png(text: str) -> bytes:
    """About 1,000 pixels wide."""
    code = segno.make(text, error="m", micro=False)
    scale = max(8, 1000 // code.symbol_size()[0])
    return _drawn(text, "png", scale=scale, light="#fff")


def _drawn(text: str, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind=kind, border=4, **how)
    return out.getvalue()
