"""SendGrid's own published vectors verify, and nothing else does (ML-07, F31)."""

import datetime as dt
import json
import time

import pytest

from crm.mail.hooks import signatures
from crm.mail.hooks.signatures import is_fresh, is_genuine, public_keys


@pytest.fixture(scope="session")
def vector(shared):
    return json.loads((shared / "sendgrid" / "webhook-vectors.json").read_text())


@pytest.fixture(scope="session")
def check(vector):
    moment = dt.datetime.fromtimestamp(int(vector["timestamp"]), dt.UTC)

    def verify(**changed):
        given = {
            "setting": vector["public_key"],
            "signature": vector["signature"],
            "timestamp": vector["timestamp"],
            "body": vector["payload"].encode(),
            "now": moment,
            **changed,
        }
        return is_genuine(given.pop("setting"), **given)

    return verify


def test_the_published_vector_verifies(check):
    assert check()


def test_the_published_wrong_key_signature_timestamp_and_payload_do_not(check, vector):
    assert not check(setting=vector["wrong_public_key"])
    assert not check(signature=vector["wrong_signature"])
    assert not check(timestamp=str(int(vector["timestamp"]) + 1))
    assert not check(body=vector["payload"].replace("hello", "hallo").encode())


def test_the_line_end_at_the_end_is_part_of_what_is_signed(check, vector):
    assert vector["payload"].endswith("\r\n")
    assert not check(body=vector["payload"].rstrip().encode())
    assert not check(body=json.dumps(json.loads(vector["payload"])).encode() + b"\r\n")


@pytest.mark.parametrize("position", [0, 1, 40, -3])
def test_one_changed_byte_is_seen(check, vector, position):
    body = bytearray(vector["payload"].encode())
    body[position] ^= 1
    assert not check(body=bytes(body))


@pytest.mark.parametrize(
    "signature", [None, "", "not base64!", "AAAA", "MEUCIG=", "é" * 20, "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDW"]
)
def test_what_is_no_signature_is_refused_without_an_error(check, signature):
    assert not check(signature=signature)


@pytest.mark.parametrize("timestamp", [None, "", "soon", "-1", "1600112502.5", "९९९", "9" * 40, " 1600112502"])
def test_what_is_no_timestamp_is_refused_without_an_error(check, timestamp):
    assert not check(timestamp=timestamp)


def test_a_signature_is_good_for_a_day_and_ten_minutes_both_ways():
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

    def at(**by):
        return str(int((now + dt.timedelta(**by)).timestamp()))

    assert is_fresh(at(hours=-24, minutes=-9), now)
    assert not is_fresh(at(hours=-25), now)
    assert is_fresh(at(hours=24), now)
    assert not is_fresh(at(hours=25), now)


def test_either_key_is_taken_while_one_is_renewed(check, vector):
    for both in (f"{vector['wrong_public_key']} {vector['public_key']}", f"{vector['public_key']},{vector['wrong_public_key']}"):
        assert check(setting=both)
    body = vector["public_key"]
    armour = f"-----BEGIN PUBLIC KEY-----\n{body[:64]}\n{body[64:]}\n-----END PUBLIC KEY-----\n"
    assert check(setting=armour)


def test_no_key_is_no_permission(check):
    assert not check(setting="")


def test_a_key_that_is_none_is_named():
    with pytest.raises(signatures.WrongKey):
        public_keys("bm90IGEga2V5")


def test_verifying_takes_less_than_a_millisecond(check):
    check()
    took = []
    for _try in range(50):
        begun = time.process_time()
        check()
        took.append(time.process_time() - begun)
    assert sorted(took)[25] < 0.001, f"{sorted(took)[25] * 1000:.3f} ms"
