"""What the benchmark of audiences asks, as somebody who knows the tables would write it in one statement."""

from dataclasses import dataclass

from crm.campaigns.audience.addresses import ROLES

TOOK_PART = (
    "s.id in (select p.stakeholder_id from participations p join engagements e on e.id = p.engagement_id where e.kind = 'meeting'"
    " and p.role <> 'host' and (p.has_attended is null or p.has_attended) and p.occurred_on between '2026-01-01' and '2026-11-24'"
    " and p.office_id = 1)"
)
ADDRESS = "join contact_points c on c.stakeholder_id = s.id and c.kind = 'email'"
FIRST_ADDRESS = (
    "(select c.value from contact_points c where c.stakeholder_id = s.id and c.kind = 'email' and c.is_private is false"
    " order by c.position, c.id limit 1)"
)
ODD = "email not like '_%@_%._%' or " + " or ".join(
    f"email like '{like}'" for like in ("%@%@%", "% %", "%,%", "%;%", "%<%", "%>%")
)
BOX = {"sqlite": "substr(email, 1, instr(email, '@') - 1)", "postgresql": "split_part(email, '@', 1)"}
REFUSED = "from suppressions x where x.email = f.email and x.list_key = '' and x.lifted_at is null"
GRAVEST = "case x.reason when 'complained' then 0 when 'unsubscribed' then 1 when 'bounced' then 2 else 3 end"
TIRED = (
    "exists (select 1 from deliveries n where n.email = f.email limit 1 offset 3) and (select count(*) from deliveries d join campaigns k"
    " on k.id = d.campaign_id where d.email = f.email and d.accepted_at >= '2026-10-25 02:00:00' and k.kind = 'notice') >= 4"
)


@dataclass(frozen=True)
class ByHand:
    """Statements for a segment of people with the topic (`in`) or without it (`not in`) who took part in a meeting this year."""

    dialect: str
    word: str

    @property
    def where(self) -> str:
        topic = f"s.id {self.word} (select t.stakeholder_id from stakeholder_topics t where t.topic_id = 1)"
        return f"s.office_id = 1 and s.archived_at is null and s.kind = 'person' and {topic} and {TOOK_PART}"

    @property
    def count(self) -> str:
        return f"select count(*) from stakeholders s where {self.where}"

    @property
    def page(self) -> str:
        return f"{self.list} limit 51"

    @property
    def emails(self) -> str:
        return f"select c.value from stakeholders s {ADDRESS} where {self.where} order by c.value"

    @property
    def list(self) -> str:
        return f"select s.id, s.name, c.value from stakeholders s {ADDRESS} where {self.where} order by s.id"

    @property
    def counts(self) -> str:
        """Reason (NULL: nothing speaks against it), how many, and how many different addresses."""
        return f"{self._told} select why, count(*), count(distinct email) from told group by why"

    @property
    def everybody(self) -> str:
        place = "row_number() over (partition by email, why is null order by id)"
        return f"{self._told} select id, name, email, case when why is null and {place} > 1 then 'duplicate' else why end from told order by id"

    @property
    def _told(self) -> str:
        roles = ", ".join(f"'{role}'" for role in ROLES)
        reasons = (
            ("f.id in (select q.id from people q where q.do_not_contact_at is not null)", "'do-not-contact'"),
            ("email is null", "'no-address'"),
            (ODD, "'invalid-address'"),
            (f"{BOX[self.dialect]} in ({roles})", "'role-address'"),
            (f"exists (select 1 {REFUSED})", f"(select x.reason {REFUSED} order by {GRAVEST} limit 1)"),
            (TIRED, "'fatigue'"),
        )
        why = " ".join(f"when {criterion} then {reason}" for criterion, reason in reasons)
        return (
            f"with f as materialized (select s.id, s.name, {FIRST_ADDRESS} as email from stakeholders s where {self.where}),"
            f" told as materialized (select f.id, f.name, f.email, case {why} end as why from f)"
        )
