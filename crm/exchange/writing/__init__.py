"""From intents to records, a batch at a time. With `is_dry` everything is decided and nothing is written."""

from crm.exchange.writing.batch import Outcome, Run, write_batch

__all__ = ["Outcome", "Run", "write_batch"]
