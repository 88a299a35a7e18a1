"""What runs by itself says when in words that the engine understands: one that it does not stops the clock of all others."""

from huey import crontab

from crm.core import jobs


def test_every_minute_that_a_job_names_is_one(app):
    named = {name: job.minute for name, job in jobs.registered().items() if job.minute is not None}
    assert len(named) > 10
    for minute in named.values():
        crontab(minute=minute)
