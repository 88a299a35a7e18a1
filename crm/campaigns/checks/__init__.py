"""Checks before sending, in plain words."""

from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.running import of_content, run, stops

__all__ = ["Finding", "Severity", "of_content", "run", "stops"]
