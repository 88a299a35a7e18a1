"""All components on one page, in development only. The words on it are samples and are not translated."""

import datetime as dt

from flask import Blueprint, Flask, Response, request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, EmailField, FileField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, Regexp

from crm.core.access import public
from crm.core.forms import BaseForm, LineField, TextField, TickField, choices
from crm.core.pages import render

bp = Blueprint("styleguide", __name__)


class SampleForm(BaseForm):
    name = LineField("Nama organisasi", [InputRequired("Nama belum diisi.")])
    kind = SelectField("Kategori", choices=choices([("agency", "Instansi mitra"), ("media", "Media")]))
    mail = EmailField(
        "Surel resmi",
        [Optional(), Regexp(".+@.+", message="Format surel belum dikenali; contoh: humas@kota.example.")],
        description="Untuk surat dan undangan, bukan surel pribadi.",
    )
    about = TextField("Catatan")
    since = DateField("Bermitra sejak", [Optional()])
    key = BooleanField("Mitra kunci", description="Muncul pada Meja saya bila lama tidak dihubungi.")
    tone = RadioField(
        "Sapaan",
        [InputRequired("Sapaan belum dipilih.")],
        choices=choices([("pak", "Bapak"), ("bu", "Ibu"), ("", "Tanpa sapaan")]),
    )
    topics = TickField("Topik", choices=choices([("1", "data WNA"), ("2", "perkawinan campuran"), ("3", "paspor")]))
    file = FileField("Lampiran")


@bp.get("/styleguide")
@public
def show() -> Response:
    """Draw the page; ?theme=light or dark shows it in that theme, ?faults=no leaves out the form with faults."""
    theme = request.args.get("theme", "")
    fine = SampleForm(formdata=None, data={"name": "Disdukcapil Tanjung Arum", "tone": "pak", "topics": ["1"], "key": True})
    wrong = SampleForm(MultiDict({"wrong-mail": "disdukcapil"}), prefix="wrong", meta={"csrf": False})
    wrong.validate()
    return render(
        "styleguide/show.html",
        form=fine,
        wrong=None if request.args.get("faults") == "no" else wrong,
        theme=theme if theme in {"light", "dark"} else None,
        sample_time=dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC),
    )


def init_app(app: Flask) -> None:
    if app.config["MODE"] == "development":
        app.register_blueprint(bp)
