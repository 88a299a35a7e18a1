"""Files as people send them, and as attackers do."""

import io
import struct
import zipfile
import zlib

from PIL import Image

CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
HOMES = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
ODF = {"odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet"}


def office_file(kind, *, body=b"<root/>", extra=None):
    """A small package of the kind; extra maps member names to their bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        if kind in ODF:
            package.writestr(zipfile.ZipInfo("mimetype"), ODF[kind])
            package.writestr("content.xml", body)
        else:
            package.writestr("[Content_Types].xml", CONTENT_TYPES)
            package.writestr(HOMES[kind], body)
        for name, data in (extra or {}).items():
            package.writestr(name, data)
    return out.getvalue()


def picture(kind="jpg", *, size=(40, 20), exif=True, mode="RGB"):
    image = Image.new(mode, size, "red" if mode == "RGB" else 0)
    if mode == "RGB":
        image.putpixel((0, 0), (0, 0, 255))
    out = io.BytesIO()
    options = {}
    if exif:
        data = Image.Exif()
        data[0x0112] = 6  # lies on its side
        data[0x010F] = "CameraMaker"
        data.get_ifd(0x8825)[2] = (6.0, 12.0, 30.0)
        options["exif"] = data
    image.save(out, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[kind], **options)
    return out.getvalue()


def huge_png(width=40_000, height=40_000):
    """A PNG of a few bytes whose header promises 1.6 thousand million pixels."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
EML = b"From: Budi <budi@example.org>\r\nTo: humas@example.org\r\nSubject: Data WNA\r\n\r\nTerlampir.\r\n"

GOOD = {
    "a.pdf": PDF,
    "a.docx": office_file("docx"),
    "a.xlsx": office_file("xlsx"),
    "a.pptx": office_file("pptx"),
    "a.odt": office_file("odt"),
    "a.ods": office_file("ods"),
    "a.jpg": picture("jpg"),
    "a.JPEG": picture("jpg"),
    "a.png": picture("png"),
    "a.webp": picture("webp"),
    "a.txt": "Rapat, koordinasi – selesai\n".encode(),
    "utf16.csv": "nama;alamat\nBudi;Jalan\n".encode("utf-16"),
    "a.csv": b"nama;alamat\nBudi;Jalan\n",
    "a.eml": EML,
    "a.ics": ICS,
}
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF = b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//" + b"\x00" * 40
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200
BOMB = office_file("xlsx", extra={"xl/worksheets/sheet1.xml": b"<row/>" * (13 * 1024 * 1024)})
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>'
EXTERNAL = b'<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>'
