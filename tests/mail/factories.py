"""Messages as features send them."""

from crm.mail import service


def send(office, to="wagiman@dinas.example", **fields):
    values = {
        "purpose": "account-invitation",
        "subject": "Undangan",
        "text": "Buka http://localhost/tautan\n",
        "html": "<p>Buka</p>",
    }
    return service.send(to=to, office_id=office.id, **{**values, **fields})
