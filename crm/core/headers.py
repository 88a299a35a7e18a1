"""The four content-security policies and the headers that every answer carries; pinned by tests/security/test_headers.py."""

import secrets

from flask import Flask, Response, g, request

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'self'; manifest-src 'self'; frame-ancestors 'none'"
)
PREVIEW = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
EMBED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
FILE = "sandbox; default-src 'none'"

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def common(app: Flask) -> dict[str, str]:
    secure = str(app.config["PUBLIC_BASE_URL"]).startswith("https://")
    return {**COMMON, "Content-Security-Policy": PAGE, **({"Strict-Transport-Security": HSTS} if secure else {})}


def use_policy(name: str) -> None:
    """Choose `preview`, `embed` or `file` for this answer instead of `page`."""
    g.content_policy = name


def keep_for(seconds: int) -> None:
    """This answer is the same for everybody who speaks the language: it may be kept for a while by whoever stands between."""
    g.kept_for = seconds


def style_nonce() -> str:
    """For pages whose editor brings a style sheet of its own (Trix): the word that the page policy lets that one in by."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    return str(g.style_nonce)


def keep_for_ever() -> None:
    """This answer is the same for everybody and never changes: programs that show mails may keep it."""
    g.is_immutable = True


def init_app(app: Flask) -> None:
    headers = common(app)

    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        chosen = {"preview": PREVIEW, "file": FILE, "embed": EMBED.format(ancestors=app.config.get("EMBED_ANCESTORS", "'none'"))}
        policy = g.get("content_policy")
        if policy:
            response.headers["Content-Security-Policy"] = chosen[policy]
        elif g.get("style_nonce"):
            response.headers["Content-Security-Policy"] = PAGE.replace(
                "style-src 'self'", f"style-src 'self' 'nonce-{g.style_nonce}'"
            )
        if g.get("is_immutable"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        elif not request.path.startswith("/static/") and "kept_for" not in g:
            response.headers["Cache-Control"] = "no-store"  # also where a file was sent, which says no-cache by itself
            response.vary.add("Cookie")
        if "kept_for" in g:
            response.headers["Cache-Control"] = f"public, max-age={g.kept_for}"
        return response

    app.after_request(add)
