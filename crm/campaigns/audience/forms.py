"""Forms of the recipient list."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, Length

from crm.bulletins.models import Bulletin
from crm.campaigns.models import Campaign, CampaignKind
from crm.core.forms import BaseForm, LineField, choices, required_message
from crm.segments.models import Segment


class AudienceForm(BaseForm):
    """Which bulletin's subscribers, which segment, or the subscribers who are in the segment."""

    bulletin = SelectField(_l("Subscribers of the bulletin"), coerce=int)
    segment = SelectField(_l("Segment"), coerce=int)

    @classmethod
    def of(cls, campaign: Campaign, bulletins: Sequence[Bulletin], segments: Sequence[Segment]) -> "AudienceForm":
        given = {"bulletin": campaign.bulletin_id or 0, "segment": campaign.segment_id or 0, "version": str(campaign.version)}
        form = cls(data=given)
        form.bulletin.choices = choices([(0, _("No bulletin")), *((each.id, each.name) for each in bulletins)])
        form.segment.choices = choices([(0, _("No segment")), *((each.id, each.name) for each in segments)])
        return form

    def check_for(self, campaign: Campaign) -> bool:
        """A bulletin goes to subscribers alone; anything goes to somebody."""
        if not self.validate():
            return False
        if campaign.kind is CampaignKind.BULLETIN and not self.bulletin.data:
            self.bulletin.errors = [_("A bulletin goes only to people who subscribed. Choose which one it is.")]
        elif not self.bulletin.data and not self.segment.data:
            self.segment.errors = [_("Choose a bulletin or a segment: now this would go to nobody.")]
        return not self.errors


class RecipientExportForm(BaseForm):
    purpose = LineField(_l("What the file is for"), [DataRequired(required_message), Length(max=200)])
