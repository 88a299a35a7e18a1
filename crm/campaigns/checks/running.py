"""All checks on a campaign, in the order in which a person goes through them."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import orm

from crm.campaigns import audience
from crm.campaigns.checks import day_rules, links, mail_rules, promise_rules, writing_rules
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.models import Campaign, Exclusion, SiteUse
from crm.campaigns.writing import rendering
from crm.core.clock import today
from crm.core.db import db
from crm.offices.models import Office

ORDER = {Severity.STOP: 0, Severity.WARN: 1, Severity.NOTE: 2}


def run(
    campaign: Campaign, draft: Mapping[str, Any] | None = None, *, counts: Mapping[Exclusion | None, int] | None = None
) -> list[Finding]:
    """What has to be looked at before the campaign is sent: what stops first. `counts` spares asking for the audience again."""
    found = _of_content(campaign, campaign.draft if draft is None else draft)
    found += _of_audience(audience.counts(campaign) if counts is None else counts)
    return sorted(found, key=lambda each: ORDER[each.severity])


def stops(campaign: Campaign) -> list[Finding]:
    """What keeps the campaign from approval and from sending; empty: nothing does."""
    return [each for each in _of_content(campaign, campaign.draft) if each.severity is Severity.STOP]


def of_content(campaign: Campaign) -> list[Finding]:
    """All but what the audience says: for the editor, where the text changes and the audience does not."""
    return sorted(_of_content(campaign, campaign.draft), key=lambda each: ORDER[each.severity])


def _of_content(campaign: Campaign, draft: Mapping[str, Any]) -> list[Finding]:
    zone = db.session.get_one(Office, campaign.office_id).timezone
    return [
        *writing_rules.findings_once(draft),
        *mail_rules.findings(rendering.render_all(campaign, draft), rendering.attachments_of(campaign)),
        *promise_rules.findings(campaign, draft),
        *day_rules.findings(draft, today(zone)),
        *links.findings(campaign, draft),
        *_of_sources(campaign, draft),
    ]


def _of_audience(counts: Mapping[Exclusion | None, int]) -> list[Finding]:
    """Addresses of a function get nothing; the writer should know that and who they are."""
    left_out = counts.get(Exclusion.ROLE_ADDRESS, 0)
    if not left_out:
        return []
    said = ngettext(
        "%(num)d address of a function (abuse@, postmaster@, noreply@) is among the recipients. It gets nothing.",
        "%(num)d addresses of functions (abuse@, postmaster@, noreply@) are among the recipients. They get nothing.",
        left_out,
    )
    return [Finding("role-addresses", Severity.WARN, said, where="recipients")]


def _of_sources(campaign: Campaign, draft: Mapping[str, Any]) -> list[Finding]:
    """Pages that say something else now than when they became a block."""
    places = {block["id"]: language for language, part in (draft.get("languages") or {}).items() for block in part["blocks"]}
    used = db.session.scalars(sa.select(SiteUse).options(orm.joinedload(SiteUse.item)).where(SiteUse.campaign_id == campaign.id))
    return [
        Finding(
            code="source-changed",
            severity=Severity.WARN,
            sentence=_("The page “%(title)s” says something else since this block was made of it.", title=use.item.title),
            language=places[use.block_id],
            block_id=use.block_id,
            where="article",
        )
        for use in used
        if use.item.sha256 != use.sha256 and use.block_id in places
    ]
