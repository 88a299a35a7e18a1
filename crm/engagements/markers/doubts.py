"""Names that mean two things: asked about, never guessed."""

from crm.engagements.markers.draft import Draft
from crm.engagements.markers.model import Ask, Organization


def ask_about(draft: Draft, organization: Organization) -> None:
    """Ask about a name that means two organizations, or a city and a regency of one name."""
    words = draft.cursor.words
    key = organization.name.casefold()
    choices = words["organization_choices"].word(key)
    if choices:
        draft.ask(Ask.AMBIGUOUS_ABBREVIATION, organization.span, choices=tuple(choices))
    parts = key.split()
    twin = parts and parts[-1] in words.sets["twin_regions"]
    if twin and not any(part.strip(".") in words.sets["twin_words"] for part in parts[:-1]):
        region = organization.name.split()[-1]
        draft.ask(Ask.CITY_OR_REGENCY, organization.span, choices=(f"Kota {region}", f"Kabupaten {region}"))
