"""Whether the writer of a mail is who its From line says, by what the receiving server found. Pure.

As DMARC looks at it: a signature of the writer's domain, or SPF for an envelope of that domain; domains above and below it count too.
"""

import re

_SIGNED = re.compile(r"@([a-z0-9.-]+)\s*:\s*pass\b", re.I)


def is_proved(from_email: str, *, dkim: str, spf: str, envelope_from: str) -> bool:
    """`dkim` as SendGrid tells it, `{@example.org : pass}`; `spf` one word."""
    domain = from_email.rpartition("@")[2].lower()
    signed = [found.lower() for found in _SIGNED.findall(dkim)]
    if spf.strip().lower() == "pass":
        signed.append(envelope_from.rpartition("@")[2].strip(" <>").lower())
    return any(_is_of(domain, other) for other in signed)


def _is_of(domain: str, other: str) -> bool:
    """One domain, or one above the other; a domain of one label owns nobody."""
    upper = min(domain, other, key=len)
    return "." in upper and (domain == other or max(domain, other, key=len).endswith("." + upper))
