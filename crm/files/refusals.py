"""Why a file is not taken: named, so that the page can say it in the reader's language."""

from enum import StrEnum


class Refusal(StrEnum):
    KIND = "kind"
    CONTENT = "content"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    PICTURE_TOO_LARGE = "picture-too-large"
    PICTURE_BROKEN = "picture-broken"
    PACKAGE_UNSAFE = "package-unsafe"


class FileRefused(Exception):
    """The file was not stored, and nothing of it is left."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why
