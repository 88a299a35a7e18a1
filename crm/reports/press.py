"""The program that typesets: data as JSON on standard input, a PDF on standard output.

It runs as a process of its own (`paper.typeset`), since Typst takes some 45 MB that a web worker would keep for good,
and so that an odd document can be stopped. It imports nothing of the application.
"""

import json
import sys
from pathlib import Path

import typst

HERE = Path(__file__).parent


def press(template: str, data: str, *, is_tagged: bool) -> bytes:
    papers = HERE / "papers"
    return typst.compile(
        str(papers / template),
        root=str(papers),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=["ua-1"] if is_tagged else None,
    )


def main(template: str) -> None:
    """First byte 1: tagged for screen readers; 0: plain, since some character is in none of the fonts."""
    data = sys.stdin.buffer.read().decode()
    json.loads(data)  # refuse here what the template could only choke on
    try:
        pdf, mark = press(template, data, is_tagged=True), b"1"
    except typst.TypstError as refusal:
        if "PDF/UA" not in str(refusal):
            raise
        pdf, mark = press(template, data, is_tagged=False), b"0"
    sys.stdout.buffer.write(mark + pdf)


if __name__ == "__main__":
    main(sys.argv[1])
