"""Mail as Inbound Parse posts it."""

import json
from email.message import EmailMessage

BOUNDARY = "xYzZY"
DOMAIN = "jawab.mitra.example"
SECRET = "pintu-rahasia-0123456789abcdef"
INBOUND = f"/hooks/sendgrid/inbound/{SECRET}"


def a_mail(*, sender="siti@dinas.example", to=f"humas@{DOMAIN}", subject="Re: Layanan paspor", text="Terima kasih.\n", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = headers.pop("message_id", "<satu@dinas.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def form(**fields):
    """multipart/form-data of fields that may be bytes of any charset."""
    parts = []
    for name, value in fields.items():
        data = value if isinstance(value, bytes) else str(value).encode()
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def raw_form(mail=None, *, to=f"humas@{DOMAIN}", sender="siti@dinas.example", **fields):
    """With send_raw: the whole message in one field."""
    envelope = json.dumps({"to": [to] if isinstance(to, str) else to, "from": sender})
    return form(
        email=a_mail() if mail is None else mail,
        envelope=envelope,
        **{"SPF": "pass", "dkim": "{@dinas.example : pass}", **fields},
    )


def post(client, body, path=INBOUND, **given):
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}", **given)
