"""What tests of the import pages share: files as a browser sends them, and an import brought to a screen."""

import io
import re

CONTACTS = """nama;organisasi;jabatan;telepon;surel
Budi Santoso;Disdukcapil Kota Sagaramaya;Kabid;0812 5550 0142;budi@disdukcapil.example
Suharti;Paguyuban Perkawinan Campuran;Ketua;+62 813 5550 0771;suharti@paguyuban.example
;Radio Gema Pesisir;Penyiar;;
Catatan: daftar ini belum lengkap;;;;
"""
MEETINGS = """Minister,Date,Name of Organisation,Purpose of meeting
Rt Hon Francis Maude MP,Oct-12,Everything Everywhere,Introductory
,,"Alpha Ltd, Beta plc, Gamma Group",Roundtable on growth
,Nov-12,BBC,Interview
"""


def upload(browser, *texts, name="kontak-2026.csv", status=303, **fields):
    """Send files from the first page; each text is a file."""
    files = [
        (io.BytesIO(text if isinstance(text, bytes) else text.encode()), name if n == 0 else f"{n}-{name}")
        for n, text in enumerate(texts)
    ]
    data = {"kind": "auto", "office_id": "3", "year": "", **fields, "files": files}
    return browser.post("/imports/new", data, status=status, content_type="multipart/form-data")


def import_id_of(response):
    return int(re.search(r"/imports/(\d+)", response.headers["Location"]).group(1))


def begun(browser, *texts, **fields):
    """An import with its files, before its columns are matched."""
    return import_id_of(upload(browser, *texts, **fields))


def planned(browser, jobs, *texts, **fields):
    """An import whose rows have their fates, and nothing written."""
    import_id = begun(browser, *texts, **fields)
    browser.post(f"/imports/{import_id}/kind", {"kind": kind_now(browser, import_id), "year": "", "go": "rows"})
    jobs.run_all()
    return import_id


def imported(browser, jobs, *texts, **fields):
    import_id = planned(browser, jobs, *texts, **fields)
    browser.post(f"/imports/{import_id}/run")
    jobs.run_all()
    return import_id


def kind_now(browser, import_id):
    page = browser.get(f"/imports/{import_id}/files").text
    select = re.search(r'<select[^>]*name="kind".*?</select>', page, re.S).group(0)
    return re.search(r'<option selected value="([^"]*)"', select).group(1)


def mapping_form(browser, import_id, file_id=None):
    """The matching page as its form would be sent unchanged."""
    page = browser.get(f"/imports/{import_id}/mapping" + (f"?file={file_id}" if file_id else "")).text
    form = re.search(r'<form class="m-form is-wide".*?</form>', page, re.S).group(0)
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if name and not (kind and kind.group(1) == "checkbox" and " checked" not in tag):
            sent[name.group(1)] = unescape(value.group(1)) if value else "on"
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option (?:value="([^"]*)" selected|selected value="([^"]*)")', body)
        sent[name] = (chosen.group(1) or chosen.group(2) or "") if chosen else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = unescape(body.removeprefix("\n"))
    for key in ("csrf_token", "form_key"):
        sent.pop(key, None)
    return sent


def unescape(text):
    for code, character in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(code, character)
    return text
