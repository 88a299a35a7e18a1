"""Handing out files: as a download, to people who may see what the file hangs on; pictures of mails to everybody who has their address."""

from typing import IO

from flask import Blueprint, Response, abort, send_file

from crm.core.access import Permission, may, requires
from crm.core.headers import keep_for_ever, use_policy
from crm.core.pages import get_or_404
from crm.files import disk, queries, subjects
from crm.files.models import StoredFile

bp = Blueprint("files", __name__, url_prefix="/files")


@bp.get("/<int:file_id>")
@requires(Permission.FILES_READ)
def show(file_id: int) -> Response:
    stored = get_or_404(queries.files_visible(), file_id)
    if not _subject_is_visible(stored):
        abort(404)
    source = _opened(stored)
    use_policy("file")
    answer = send_file(
        source,
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
        max_age=0,
        conditional=False,
        etag=False,
    )
    answer.headers["Content-Length"] = str(stored.byte_count)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _opened(stored: StoredFile) -> IO[bytes]:
    try:
        return disk.open_stored(stored.storage_key)
    except disk.NoSuchFile:
        abort(404)


def picture_for_everybody(stored: StoredFile | None) -> Response:
    """A picture that whoever calls found by a proved address: what is behind such an address never changes, so it is kept for ever."""
    if stored is None:
        abort(404)
    source = _opened(stored)
    use_policy("file")
    keep_for_ever()
    return send_file(source, mimetype=stored.media_type, etag=stored.sha256)


def _subject_is_visible(stored: StoredFile) -> bool:
    kind = subjects.find(stored.subject_kind)
    return kind is not None and may(kind.permission) and kind.is_visible(stored.subject_id)
