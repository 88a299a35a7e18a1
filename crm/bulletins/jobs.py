"""What bulletins do by themselves."""

from crm.bulletins.feeds import jobs as feed_jobs

__all__ = ["feed_jobs"]
