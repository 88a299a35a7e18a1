"""What was posted to us, kept as it came, and the worker woken. Understanding it is the drain's work."""

from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import wake
from crm.core.text import told
from crm.mail.models import HookPost, PostKind

TOO_LARGE = "too-large"


def keep(kind: PostKind, body: bytes, *, content_type: str = "", error: str = "") -> HookPost:
    """Store a POST in the caller's transaction. One that came with an error (too large to keep) waits for nobody."""
    post = HookPost(
        kind=kind,
        received_at=now(),
        content_type=told(content_type, 200),
        body=body,
        error=error,
        done_at=now() if error else None,
    )
    db.session.add(post)
    db.session.flush()
    if not error:
        wake("mail.drain_hooks")
    return post
