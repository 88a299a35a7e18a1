"""How answers to promises are called in the record of acts."""

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words

add_words(
    verbs={
        "promise-softened": _l("Promise in a text softened"),
        "promise-attached": _l("Commitment attached to a sentence"),
        "promise-kept": _l("Sentence with a promise kept"),
        "begun-from-site": _l("Bulletin made of the site's news"),
    },
    kinds={},
    fields={},
    values={},
)
