"""Making calls, several at a time: one thread plans, claims, builds bodies and records, the others hand them over and wait for answers.

No transaction is open while a call is made, and one thread alone writes: on SQLite nobody waits for the lock of another. Bodies are built
in that thread too: what computes beside it takes turns with it, and each turn costs more than the time that the database leaves.
"""

import contextlib
import datetime as dt
import gc
import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.sending import recording, schedule, states, taking
from crm.campaigns.sending.calls import Built, Copy, TooLarge
from crm.campaigns.sending.taking import Later, Taken
from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.clock import now
from crm.core.db import db, is_sqlite
from crm.core.threads import with_app
from crm.mail import answers, gateway, service
from crm.mail.answers import Result

log = structlog.get_logger(__name__)
SCOPE = scopes.system_scope("send campaigns")
SWITCH = 0.001  # seconds: who waits for the database gets its turn back soon, while others build bodies
GARBAGE = (
    5000  # objects more than before: a person is two for a moment, and at 700 a tenth of the time went into looking for circles
)
COPIES = 4  # texts of campaigns kept at a time


@dataclass(frozen=True)
class Answer:
    """What came of a call: nothing to record where the claim was given up before it was made."""

    result: Result | None
    sha256: str = ""
    without: frozenset[int] = (
        frozenset()
    )  # who was claimed and stands not in the body: places that a refusal names count without them


class Courier:
    """Sends what is ready, of all running campaigns in turn."""

    def __init__(self, carrier: gateway.Transport, *, at_once: int | None = None) -> None:
        self.carrier = carrier
        self.owner = service.worker_name()
        self.at_once = at_once or most_at_once()
        self.copies: dict[int, Copy] = {}
        self.again_at: dt.datetime | None = None

    def run(self, is_over: Callable[[], bool] = lambda: False) -> dt.datetime | None:
        """Work till nothing can be sent now. Gives when to look again; None when there is nothing left."""
        flying: dict[Future[Answer], Taken] = {}
        sys.setswitchinterval(SWITCH)
        gc.freeze()  # the application: else it is gone through again and again, whenever a few thousand people were read
        with _less_searching(), ThreadPoolExecutor(self.at_once, thread_name_prefix="call") as pool:
            while True:
                if not is_over():
                    self._fill(pool, flying)
                if not flying:
                    return self.again_at
                done, _waiting = wait(flying, return_when=FIRST_COMPLETED)
                self._record([(flying.pop(one), _answer_of(one)) for one in done])

    def _fill(self, pool: ThreadPoolExecutor, flying: dict[Future[Answer], Taken]) -> None:
        """Claim calls till all threads have one, a campaign after the other."""
        self.again_at = None
        turn = running_ids()
        while turn and len(flying) < self.at_once:
            campaign_id = turn.pop(0)
            taken = self._take(campaign_id, self.at_once - len(flying) if not turn else 1)
            if isinstance(taken, Later):
                self.again_at = min(taken.at, self.again_at or taken.at)
            elif taken:
                turn.append(campaign_id)
                for one in taken:
                    self._begin(pool, flying, self.copies[campaign_id], one)

    def _begin(self, pool: ThreadPoolExecutor, flying: dict[Future[Answer], Taken], copy: Copy, taken: Taken) -> None:
        """A guarded call needs a number of SendGrid's before it is built, so all of it is left to a thread that may wait."""
        if taken.send_at is not None:
            flying[pool.submit(with_app(build_and_make_call), self.carrier, copy, taken)] = taken
            return
        try:
            built = build_call(self.carrier, copy, taken)
        except Exception:  # the database failed: the lease of this call ends, and what came of the others is written down
            log.exception("call broke off before it was made", batch=taken.batch_id)
            return
        if built is not None:
            flying[pool.submit(with_app(make_call), self.carrier, taken, built)] = taken

    def _take(self, campaign_id: int, calls: int) -> list[Taken] | Later:
        def attempt() -> list[Taken] | Later:
            with transaction.unit(SCOPE):
                if not self._copy(campaign_id):
                    return []
                with_values = not self.copies[campaign_id].names <= {"name"}
                return taking.take(campaign_id, owner=self.owner, calls=calls, with_values=with_values)

        return transaction.retrying(attempt)

    def _copy(self, campaign_id: int) -> bool:
        """Whether the text can be read. A campaign whose text, sender or file can't be waits for a person; the others go on."""
        if campaign_id in self.copies:
            return True
        while len(self.copies) >= COPIES:
            del self.copies[next(iter(self.copies))]
        try:
            self.copies[campaign_id] = Copy(db.session.get_one(Campaign, campaign_id))
        except (OSError, LookupError, ValueError, StopIteration):
            log.exception("campaign can't be read", campaign=campaign_id)
            if (campaign := states.locked(campaign_id)) is not None:
                states.pause(campaign, "not-built")
            return False
        return True

    def _record(self, answered: list[tuple[Taken, Answer]]) -> None:
        """SQLite writes all that came meanwhile at once; on PostgreSQL each by itself, so that nobody waits for another in a circle."""
        for some in [answered] if is_sqlite() else [[one] for one in answered]:
            self._record_some(some)

    def _record_some(self, answered: list[tuple[Taken, Answer]]) -> None:
        """If it can't be written, the leases end and the calls are in doubt."""

        def attempt() -> None:
            with transaction.unit(SCOPE), recording.together([taken for taken, _answer in answered]):
                for taken, answer in sorted(answered, key=lambda pair: pair[0].batch_id):
                    if answer.result is not None:
                        recording.record(taken.without(answer.without), answer.result, sha256=answer.sha256)

        try:
            transaction.retrying(attempt)
        except Exception:
            log.exception("answers not recorded", batches=[taken.batch_id for taken, _answer in answered])


@contextlib.contextmanager
def _less_searching() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _answer_of(call: Future[Answer]) -> Answer:
    """Nothing to record where the database failed before the call: its lease ends, and what came of the others is written down."""
    try:
        return call.result()
    except Exception:
        log.exception("call broke off before it was made")
        return Answer(None)


def running_ids() -> list[int]:
    """Campaigns that may send."""
    with transaction.unit(SCOPE):
        found = sa.select(Campaign.id).where(Campaign.state == CampaignState.RUNNING).order_by(Campaign.scheduled_at, Campaign.id)
        return list(db.session.scalars(found))


def most_at_once() -> int:
    """The outbox of SQLite takes one call at a time: it is the same file that we write to."""
    return 1 if gateway.is_local() and is_sqlite() else settings.get("SEND_CALLS")


def build_and_make_call(carrier: gateway.Transport, copy: Copy, taken: Taken) -> Answer:
    built = build_call(carrier, copy, taken)
    return make_call(carrier, taken, built) if built is not None else Answer(None)


def build_call(carrier: gateway.Transport, copy: Copy, taken: Taken) -> Built | None:
    """The body, outside any transaction; None where the call is not made, which is on record then."""
    try:
        built = _built(carrier, copy, taken)
    except TooLarge:
        with transaction.unit(SCOPE):
            recording.too_large(taken)
        return None
    except Exception:
        log.exception("call not built", batch=taken.batch_id)
        with transaction.unit(SCOPE):
            recording.not_built(taken)
        return None
    return built if built is not None and built.body is not None else None


def make_call(carrier: gateway.Transport, taken: Taken, built: Built) -> Answer:
    """Hand the body over. Runs in a thread of its own, outside any transaction."""
    assert built.body is not None
    if taken.is_stale():
        with transaction.unit(SCOPE):
            recording.not_made(taken)
        return Answer(None)
    try:
        result = carrier.send(built.body, reference=taken.mark, attempt=taken.attempt, office_id=taken.office_id)
    except Exception:
        log.exception("call broke off", batch=taken.batch_id)
        result = answers.lost("connection-lost")
    log.info("call made", batch=taken.batch_id, people=len(taken.people), outcome=result.outcome.value, status=result.http_status)
    return Answer(result, hashlib.sha256(built.body).hexdigest(), built.left_out)


def _built(carrier: gateway.Transport, copy: Copy, taken: Taken) -> Built | None:
    """The body; None when the claim was lost or nobody is left."""
    scheduling: dict[str, object] = {}
    if taken.send_at is not None:
        hold = carrier.new_hold()
        with transaction.unit(SCOPE):  # on record before the call: without a number it surely was not made
            if hold is None:
                recording.wait_for_hold(taken)
                return None
            if not recording.note(taken, guard_id=hold):
                return None
        scheduling = {"send_at": int(taken.send_at.timestamp()), "batch_id": hold}
    if taken.is_alone:
        built = copy.build_alone(taken.variant, taken.mark, taken.people[0], **scheduling)
    else:
        built = copy.build(taken.variant, taken.mark, taken.people, **scheduling)
    if built.alone or built.broken:
        with transaction.unit(SCOPE):
            if not recording.set_aside(taken, alone=built.alone, broken=built.broken):
                return None
    return built


class Sender:
    """The courier in a thread of the worker's process, so that a campaign that takes hours keeps no other job from running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something may be ready. One courier a process, however often it is called."""
        with self._lock:
            self._woken.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=with_app(self._work), name="courier")
                self._thread.start()

    def _work(self) -> None:
        while not _is_over():
            self._woken.clear()
            again_at = None
            with contextlib.suppress(Exception):
                again_at = _run_logged()
            if not self._wait(again_at):
                return

    def _wait(self, again_at: dt.datetime | None) -> bool:
        """Whether there is more to do. Ends the thread only while nobody can be waking it."""
        seconds = 0.0 if again_at is None else min(max((again_at - now()).total_seconds(), 0.05), 30)
        while seconds > 0 and not _is_over():
            if self._woken.wait(min(seconds, 1.0)):
                return True
            seconds -= 1.0
        with self._lock:
            if again_at is None and not self._woken.is_set():
                self._thread = None
                return False
        return not _is_over()


def _run_logged() -> dt.datetime | None:
    try:
        again_at = Courier(gateway.transport()).run(_is_over)
        _finish()
        return again_at
    except Exception:
        log.exception("courier stopped")
        raise


def _finish() -> None:
    """What was the last of its campaign ends it now, and not with the next minute."""
    for campaign_id in running_ids():
        with transaction.unit(SCOPE):
            campaign = states.locked(campaign_id)
            if campaign is not None and campaign.state is CampaignState.RUNNING:
                schedule.finish_if_done(campaign)


def _is_over() -> bool:
    """Whether the process is being stopped: calls under way are still waited for."""
    return not threading.main_thread().is_alive()


sender = Sender()
