"""A file that is written for one answer is closed, whatever becomes of the answer."""

import tempfile

import pytest

from crm.core import downloads


def _written(text=b"a,b\n"):
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closing it is what is tested
    out.write(text)
    return out


def test_the_answer_holds_the_whole_file_and_closes_it(app):
    out = _written(b"x" * 200_000)
    with app.test_request_context():
        answer = downloads.csv_file(out, "senarai.csv")
        assert answer.get_data() == b"x" * 200_000
        assert answer.headers["Content-Disposition"] == "attachment; filename=senarai.csv"
        answer.close()
    assert out.closed


def test_a_file_that_nobody_reads_is_closed_too(app):
    out = _written()
    with app.test_request_context():
        downloads.csv_file(out, "senarai.csv").close()
    assert out.closed


def test_a_file_whose_writing_failed_is_closed():
    out = _written()
    with pytest.raises(LookupError), downloads.closed_on_failure(out):
        raise LookupError
    assert out.closed
