"""Checks before sending, in plain words."""

from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.running import Report, of_content, report, run, stops

__all__ = ["Finding", "Report", "Severity", "of_content", "report", "run", "stops"]
