"""What stands around the blocks of every mail and can't be taken out: the office's head, its address, why one gets this, how to stop it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.offices.letterhead import Logo

TRAP_PATH = "/campaigns/pictures/none"  # a hidden link that no person sees: who follows it is a machine
PRIVACY_PATH = "/personal-data/{code}?lang={language}"  # what the office keeps about its receivers
TRAP = "trap"  # what stands as its block in the list of links

WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "subscribed": "Anda menerima surel ini karena berlangganan %(list)s.",
        "notice": "Surel ini dikirim %(office)s kepada Anda dalam rangka tugas pelayanan publik.",
        "contact": "Anda menerima surel ini karena alamat Anda tercatat sebagai kontak %(office)s.",
        "preferences": "Atur langganan Anda",
        "unsubscribe": "Berhenti berlangganan",
        "stop": "Berhenti menerima surel seperti ini",
        "browser": "Lihat surel ini di peramban",
        "privacy": "Pelindungan data pribadi",
        "when": "Waktu",
        "what": "Acara",
        "phone": "Telepon",
        "agenda": "Agenda",
        "read": "Baca selengkapnya: %(title)s",
        "test": "[UJI] ",
    },
    "en": {
        "subscribed": "You receive this e-mail because you subscribed to %(list)s.",
        "notice": "%(office)s sends you this e-mail as part of its public tasks.",
        "contact": "You receive this e-mail because your address is among the contacts of %(office)s.",
        "preferences": "Manage your subscriptions",
        "unsubscribe": "Unsubscribe",
        "stop": "Stop receiving e-mails like this",
        "browser": "View this e-mail in the browser",
        "privacy": "Personal data protection",
        "when": "When",
        "what": "What",
        "phone": "Phone",
        "agenda": "Agenda",
        "read": "Read more: %(title)s",
        "test": "[TEST] ",
    },
}


@dataclass(frozen=True)
class Frame:
    """The frame of a mail in one language. `base_url` is where the office's pages are reached from outside, without a slash at its end."""

    office: str
    line: str = ""  # under the office's name: the bulletin, or the lines above the office in its letterhead
    address: str = ""
    contact: str = ""
    list_name: str = ""  # of the bulletin; empty: not sent to subscribers
    is_notice: bool = False  # official: anybody may be among its readers
    base_url: str = ""
    code: str = ""  # of the office
    logo: Logo | None = None  # in place of the office's name
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # of our pictures, by their address in a draft

    def why(self, language: str) -> str:
        """As the legal basis is: consent of subscribers, a public task, or else that the office knows the address."""
        words = WORDS[language]
        if self.list_name:
            return words["subscribed"] % {"list": self.list_name}
        return words["notice" if self.is_notice else "contact"] % {"office": self.office}

    def stop(self, language: str) -> str:
        return WORDS[language]["unsubscribe" if self.list_name else "stop"]

    def privacy_url(self, language: str) -> str:
        return self.base_url + PRIVACY_PATH.format(code=self.code, language=language)

    def absolute(self, address: str) -> str:
        """A picture of ours by its whole address."""
        return f"{self.base_url}{address}" if address.startswith("/") else address

    @property
    def trap_url(self) -> str:
        return f"{self.base_url}{TRAP_PATH}"
