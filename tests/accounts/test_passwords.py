import threading
import time

import pytest

from crm.accounts import passwords
from crm.accounts.passwords import Weakness
from tests.world import PASSWORD, PASSWORD_HASH


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("laut biru", Weakness.SHORT),
        ("x" * 201, Weakness.LONG),
        ("Password1234", Weakness.COMMON),
        ("qwerty123456", Weakness.COMMON),
        ("selamatpagi!!", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
        ("abcdefghijklmn", Weakness.COMMON),
        ("987654321098", Weakness.COMMON),
        ("suparmi12345678", Weakness.PERSONAL),
        ("laut biru tenang sekali", None),
        ("kuda terbang di atas awan", None),
        ("onlylowercaseletterswithoutsense", None),
    ],
)
def test_weakness_is_length_or_being_guessable_never_kinds_of_characters(password, weakness):
    assert passwords.weakness_of(password, about=("suparmi@kanim.example", "Suparmi")) is weakness


def test_list_of_common_passwords_has_at_least_three_thousand():
    assert len(passwords.common_passwords()) >= 3_000


def test_hash_fits_only_its_password():
    made = passwords.make_hash(PASSWORD)
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(made, PASSWORD)
    assert not passwords.matches(made, PASSWORD + "x")
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


def test_same_letters_typed_differently_are_one_password():
    assert passwords.matches(passwords.make_hash("cafe\u0301 di tepi laut"), "caf\u00e9 di tepi laut")


def test_hash_of_other_parameters_is_renewed():
    assert not passwords.needs_rehash(PASSWORD_HASH)
    assert passwords.needs_rehash(PASSWORD_HASH.replace("t=2", "t=1"))


# AU-03: at most two hashes at once; the third waits half a second at most and is then told to come back.
def test_third_at_once_is_told_to_come_back():
    with passwords._turn(), passwords._turn():
        began = time.monotonic()
        with pytest.raises(passwords.TooManyAtOnce):
            passwords.matches(PASSWORD_HASH, PASSWORD)
        assert time.monotonic() - began < 2


def test_turns_are_given_back():
    results = []

    def check():
        try:
            results.append(passwords.matches(PASSWORD_HASH, PASSWORD))
        except passwords.TooManyAtOnce:
            results.append(None)

    threads = [threading.Thread(target=check) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert True in results
    assert passwords.matches(PASSWORD_HASH, PASSWORD)
