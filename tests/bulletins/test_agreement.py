"""The wording that the public agrees to is kept with its version: they change together or not at all."""

import pytest

from crm.bulletins import agreement

WORDS = {
    ("BL-1", "id"): (
        "Saya setuju Kanim X memakai alamat surel dan nama saya hanya untuk mengirim buletin yang saya pilih.",
        "Saya juga setuju kunjungan saya ke tautan dalam buletin dicatat untuk memperbaiki isinya.",
        "Buletin yang dicentang berarti: saya setuju Kanim X memakai alamat surel saya untuk mengirimnya.",
    ),
    ("BL-1", "en"): (
        "I agree that Kanim X uses my e-mail address and name only to send the bulletins that I chose.",
        "I also agree that my visits to links in the bulletins are recorded to improve them.",
        "A ticked bulletin means: I agree that Kanim X uses my e-mail address to send it.",
    ),
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_words_of_a_version_never_change(app, language):
    with app.app_context():
        said = (
            agreement.bulletin_sentence("Kanim X", language),
            agreement.clicks_sentence(language),
            agreement.return_sentence("Kanim X", language),
        )
    assert said == WORDS[agreement.VERSION, language]
