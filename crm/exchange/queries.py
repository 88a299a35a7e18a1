"""Questions about imports: which there are, what became of their rows, which kinds of list an office knows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core import pagination
from crm.core.db import db
from crm.exchange.codes import Fate, Refusal
from crm.exchange.directory import organizations_named
from crm.exchange.models import Export, Import, ImportFile, ImportRow, SavedProfile
from crm.exchange.profile import Profile
from crm.exchange.profile_format import built_in_profiles, load_built_in, parse_profile
from crm.stakeholders.matching import organization_key

BUILT_IN, SAVED = "b", "s"


def imports_visible_to(_user: User) -> sa.Select[Import]:
    """Imports of the offices in scope."""
    return sa.select(Import)


def imports_page(user: User, *, after: str | None) -> pagination.Page[Import]:
    """Newest first. Raises pagination.BadCursor."""
    statement = imports_visible_to(user).order_by(Import.id.desc()).limit(pagination.PAGE_ROWS + 1)
    if after:
        values = pagination.decode_cursor(after, (pagination.read_id,))
        statement = statement.where(pagination.after((Import.id,), values, descending=True))
    return pagination.cut(db.session.scalars(statement).all(), pagination.PAGE_ROWS, lambda import_: (import_.id,))


def file_names(import_ids: Collection[int]) -> dict[int, list[str]]:
    """Names of the files of each import, in their order."""
    found: dict[int, list[str]] = {import_id: [] for import_id in import_ids}
    statement = sa.select(ImportFile.import_id, ImportFile.name).where(ImportFile.import_id.in_(import_ids))
    for import_id, name in db.session.execute(statement.order_by(ImportFile.import_id, ImportFile.position)):
        found[import_id].append(name)
    return found


def names_of_users(user_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {user_id for user_id in user_ids if user_id}
    return dict(db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted))).all())  # type: ignore[arg-type]


def counts_of(import_: Import) -> dict[Fate, int]:
    """Rows by fate as they are at this moment, every fate named."""
    statement = sa.select(ImportRow.fate, sa.func.count()).where(ImportRow.import_id == import_.id).group_by(ImportRow.fate)
    found = dict(db.session.execute(statement).all())  # type: ignore[arg-type]
    return {fate: found.get(fate, 0) for fate in Fate}


def rows_page(
    import_: Import, *, fate: Fate | None, after: str | None, size: int = pagination.PAGE_ROWS
) -> pagination.Page[ImportRow]:
    """Rows in the order of the files. Raises pagination.BadCursor."""
    key = (ImportRow.file_id, ImportRow.row_number, ImportRow.id)
    statement = sa.select(ImportRow).where(ImportRow.import_id == import_.id).order_by(*key).limit(size + 1)
    if fate is not None:
        statement = statement.where(ImportRow.fate == fate)
    if after:
        statement = statement.where(pagination.after(key, pagination.decode_cursor(after, (pagination.read_id,) * 3)))
    rows = db.session.scalars(statement).all()
    return pagination.cut(rows, size, lambda row: (row.file_id, row.row_number, row.id))


# Kinds of list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KindOfList:
    """A profile to choose: one that comes with Mitra, or one that an office saved."""

    choice: str
    profile: Profile
    saved: SavedProfile | None = None


def kinds_of_list() -> list[KindOfList]:
    """Those that offices in scope saved, then the built-in ones. A saved one that can no longer be read is left out."""
    return [*_saved(), *(KindOfList(f"{BUILT_IN}:{key}", load_built_in(key)) for key in built_in_profiles())]


def _saved() -> list[KindOfList]:
    found = []
    for row in saved_profiles():
        try:
            found.append(KindOfList(f"{SAVED}:{row.id}", parse_profile(row.body), row))
        except Refusal:
            continue  # the page of saved lists shows it, with the reason
    return found


def saved_profiles_visible() -> sa.Select[SavedProfile]:
    return sa.select(SavedProfile).order_by(SavedProfile.title, SavedProfile.id)


def saved_profiles() -> Sequence[SavedProfile]:
    return db.session.scalars(saved_profiles_visible()).all()


def saved_profile_with_key(office_id: int, key: str) -> SavedProfile | None:
    return db.session.scalar(sa.select(SavedProfile).where(SavedProfile.office_id == office_id, SavedProfile.key == key))


def organizations_among(texts: Sequence[str]) -> set[str]:
    """Which texts are the whole name of exactly one organization in sight."""
    wanted = [text for text in texts if organization_key(text)]
    return {text for text, found in organizations_named(wanted).items() if found.is_sure}


# Exports --------------------------------------------------------------------------------------------------------------


def exports_of(user: User) -> sa.Select[Export]:
    """A person's own exports: what one may see in a file another may not."""
    return sa.select(Export).where(Export.created_by_id == user.id)
