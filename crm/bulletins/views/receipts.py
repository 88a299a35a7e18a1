"""A person's consent receipts, to look at and to hand out: Law 27/2022 gives the person a right to them, and us the burden of proof."""

import csv
import io

from flask import Response, make_response
from flask_babel import gettext as _
from flask_login import current_user

from crm.activity import service as activity
from crm.bulletins import queries, wording
from crm.bulletins.models import ConsentReceipt
from crm.bulletins.views.blueprint import bp
from crm.core import scope as scopes
from crm.core.access import Permission, requires
from crm.core.formulas import neutralised
from crm.core.headers import use_policy
from crm.core.pages import get_or_404, render
from crm.stakeholders.models import Stakeholder
from crm.stakeholders.queries import stakeholders_visible_to


@bp.get("/people/<int:stakeholder_id>/receipts")
@requires(Permission.SUBSCRIBERS_READ)
def receipts(stakeholder_id: int) -> Response:
    stakeholder = _find(stakeholder_id)
    return render("bulletins/receipts.html", stakeholder=stakeholder, receipts=queries.receipts_of_stakeholder(stakeholder.id))


@bp.post("/people/<int:stakeholder_id>/receipts-file")
@requires(Permission.SUBSCRIBERS_READ)
def receipts_file(stakeholder_id: int) -> Response:
    """The same as a CSV file. A POST, because each export stands in the record of acts."""
    stakeholder = _find(stakeholder_id)
    rows = queries.receipts_of_stakeholder(stakeholder.id)
    office_id = scopes.current().home_office_id  # a shared organization may be another office's
    activity.record("receipts-exported", stakeholder, by=current_user, office_id=office_id, rows=len(rows))
    return _file(rows, f"receipts-{stakeholder.id}.csv")


@bp.post("/subscriptions/<int:subscription_id>/receipts-file")
@requires(Permission.SUBSCRIBERS_READ)
def subscription_receipts_file(subscription_id: int) -> Response:
    """The receipts of one subscription, for an address that belongs to nobody in the directory."""
    row = get_or_404(queries.subscriptions_visible(), subscription_id)
    rows = [(receipt, row.bulletin.name) for receipt in queries.receipts_of_subscription(row.id)]
    activity.record("receipts-exported", row, by=current_user, rows=len(rows))
    return _file(rows, f"receipts-subscription-{row.id}.csv")


def _file(rows: list[tuple[ConsentReceipt, str]], name: str) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        map(
            str,
            (
                _("Bulletin"),
                _("E-mail address"),
                _("Used for"),
                _("Legal basis"),
                _("How it was given"),
                _("Given at"),
                _("Confirmed at"),
                _("Withdrawn at"),
                _("Version of the wording"),
                _("The exact wording that the person agreed to"),
                _("Evidence"),
                _("Network address"),
                _("Browser"),
            ),
        )
    )
    writer.writerows([neutralised(cell) for cell in _cells(*row)] for row in rows)
    use_policy("file")
    answer = make_response("\ufeff" + out.getvalue())
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(receipt: ConsentReceipt, bulletin: str) -> list[str]:
    moments = (receipt.given_at, receipt.confirmed_at, receipt.withdrawn_at)
    return [
        bulletin,
        receipt.email,
        wording.purpose(receipt.purpose),
        str(wording.BASES[receipt.basis]),
        str(wording.CHANNELS[receipt.channel]),
        *(moment.isoformat() if moment else "" for moment in moments),
        receipt.wording_version,
        receipt.wording,
        receipt.evidence,
        receipt.address,
        receipt.agent,
    ]


def _find(stakeholder_id: int) -> Stakeholder:
    return get_or_404(stakeholders_visible_to(current_user), stakeholder_id)
