"""All checks on a campaign, in the order in which a person goes through them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import orm

from crm.campaigns import audience
from crm.campaigns.checks import day_rules, links, mail_rules, points, promise_rules, writing_rules
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.points import Point, Seen
from crm.campaigns.models import Campaign, Exclusion, SiteUse
from crm.campaigns.writing import rendering
from crm.core.clock import today
from crm.core.db import db
from crm.offices.models import Office

ORDER = {Severity.STOP: 0, Severity.WARN: 1, Severity.NOTE: 2}


@dataclass(frozen=True)
class Report:
    """`findings` have to be looked at, what stops first; `clean` are the points without one; `wrong` how many points have one."""

    findings: list[Finding]
    clean: list[Point]
    wrong: int

    @property
    def passed(self) -> int:
        return sum(not each.waits for each in self.clean)

    @property
    def whole(self) -> int:
        return len(self.clean) + self.wrong


def report(campaign: Campaign, *, counts: Mapping[Exclusion | None, int] | None = None) -> Report:
    """All points as they stand. Without `counts` nothing is said of the audience: for the editor, where the text changes and it does not."""
    seen = _seen(campaign, campaign.draft, counts)
    findings = _of_content(seen) + (_of_audience(counts) if counts is not None else [])
    return Report(_sorted(findings), *points.of(seen, findings))


def run(
    campaign: Campaign, draft: Mapping[str, Any] | None = None, *, counts: Mapping[Exclusion | None, int] | None = None
) -> list[Finding]:
    """What has to be looked at before the campaign is sent: what stops first. `counts` spares asking for the audience again."""
    found = _of_content(_seen(campaign, campaign.draft if draft is None else draft))
    found += _of_audience(audience.counts(campaign) if counts is None else counts)
    return _sorted(found)


def stops(campaign: Campaign) -> list[Finding]:
    """What keeps the campaign from approval and from sending; empty: nothing does."""
    return [each for each in of_content(campaign) if each.severity is Severity.STOP]


def of_content(campaign: Campaign) -> list[Finding]:
    """All but what the audience says."""
    return _sorted(_of_content(_seen(campaign, campaign.draft)))


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: ORDER[each.severity])


def _seen(campaign: Campaign, draft: Mapping[str, Any], counts: Mapping[Exclusion | None, int] | None = None) -> Seen:
    used = sa.select(SiteUse).options(orm.joinedload(SiteUse.item)).where(SiteUse.campaign_id == campaign.id)
    return Seen(
        campaign=campaign,
        draft=draft,
        made=rendering.render_all(campaign, draft),
        uses=db.session.scalars(used).all(),
        trials=links.trials_of(campaign, draft),
        today=today(db.session.get_one(Office, campaign.office_id).timezone),
        counts=counts,
    )


def _of_content(seen: Seen) -> list[Finding]:
    return [
        *writing_rules.findings_once(seen.draft),
        *mail_rules.findings(seen.made, rendering.attachments_of(seen.campaign)),
        *promise_rules.findings(seen.campaign, seen.draft),
        *day_rules.findings(seen.draft, seen.today),
        *links.findings(seen.draft, seen.trials),
        *_of_sources(seen),
        *_of_bulletin(seen.campaign),
    ]


def _of_bulletin(campaign: Campaign) -> list[Finding]:
    """An archived bulletin is no longer sent: its readers do not find it among their preferences any more."""
    bulletin = campaign.bulletin
    if bulletin is None or bulletin.archived_at is None:
        return []
    said = _("The bulletin “%(name)s” is archived. Bring it back, or choose another one.", name=bulletin.name)
    return [Finding("bulletin-archived", Severity.STOP, said)]


def _of_audience(counts: Mapping[Exclusion | None, int]) -> list[Finding]:
    """System addresses get nothing; the writer should know that and who they are."""
    left_out = counts.get(Exclusion.ROLE_ADDRESS, 0)
    if not left_out:
        return []
    said = ngettext(
        "%(num)d system address (abuse@, postmaster@, noreply@) is among the recipients. It gets nothing.",
        "%(num)d system addresses (abuse@, postmaster@, noreply@) are among the recipients. They get nothing.",
        left_out,
    )
    return [Finding("role-addresses", Severity.WARN, said, where="recipients")]


def _of_sources(seen: Seen) -> list[Finding]:
    """Pages that say something else now than when they became a block."""
    parts = (seen.draft.get("languages") or {}).items()
    places = {block["id"]: language for language, part in parts for block in part["blocks"]}
    return [
        Finding(
            code="source-changed",
            severity=Severity.WARN,
            sentence=_("The page “%(title)s” says something else since this block was made of it.", title=use.item.title),
            language=places[use.block_id],
            block_id=use.block_id,
            where="article",
        )
        for use in seen.uses
        if use.item.sha256 != use.sha256 and use.block_id in places
    ]
