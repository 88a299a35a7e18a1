import os
import subprocess
import sys
import threading

import pytest

from crm import bootstrap
from crm.bootstrap import ROOT


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty checkout with an interpreter in its environment, in a folder with a space."""
    root = tmp_path / "our checkout"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name in bootstrap.TEST:
        (root / name).write_text("flask==3.1.3\n")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "VENV", root / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", root / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "TOOLS", root / ".tools")
    return root


def stamp_all():
    for requirements in (bootstrap.RUN, bootstrap.TEST):
        bootstrap.stamp_file(requirements).write_text(bootstrap.stamp(requirements))


def test_an_environment_without_a_stamp_is_not_prepared(checkout):
    assert not bootstrap.is_prepared(bootstrap.RUN)


def test_a_stamped_environment_needs_nothing_more(checkout):
    stamp_all()
    bootstrap.prepare(bootstrap.RUN)
    assert not (checkout / ".tools").exists()


def test_a_changed_test_requirement_leaves_the_product_alone(checkout):
    stamp_all()
    (checkout / "requirements-dev.txt").write_text("pytest==9.9\n")
    assert bootstrap.is_prepared(bootstrap.RUN)
    assert not bootstrap.is_prepared(bootstrap.TEST)


def test_a_changed_requirement_makes_both_anew(checkout):
    stamp_all()
    (checkout / "requirements.txt").write_text("flask==3.2.0\n")
    assert not bootstrap.is_prepared(bootstrap.RUN)
    assert not bootstrap.is_prepared(bootstrap.TEST)


def test_a_moved_checkout_gets_a_new_environment(checkout, monkeypatch):
    stamp_all()
    moved = checkout.rename(checkout.with_name("moved"))
    monkeypatch.setattr(bootstrap, "ROOT", moved)
    monkeypatch.setattr(bootstrap, "VENV", moved / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", moved / ".venv" / "bin" / "python")
    assert not bootstrap.is_prepared(bootstrap.RUN)


def test_an_environment_whose_python_is_gone_is_made_anew(checkout):
    stamp_all()
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert not bootstrap.is_prepared(bootstrap.RUN)


def test_a_second_start_waits_for_the_first_and_finds_its_work_done(checkout, monkeypatch):
    made = []
    monkeypatch.setattr(bootstrap, "_make_environment", lambda requirements: made.append(requirements))
    starts = [threading.Thread(target=bootstrap.prepare, args=[bootstrap.RUN]) for _ in range(4)]
    (checkout / ".tools").mkdir()
    with bootstrap.one_at_a_time(checkout / ".tools" / "environment.lock"):
        for start in starts:
            start.start()
    for start in starts:
        start.join(timeout=20)
    assert len(made) == 1


def test_without_pip_and_without_root_it_says_what_to_install(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap, "_runs", lambda command: False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.SetupFailed, match=r"As root, run: apt-get install python3-venv python3-pip"):
        bootstrap.prepare(bootstrap.RUN)
    assert not bootstrap.is_prepared(bootstrap.RUN)


def test_a_command_that_fails_shows_its_own_words():
    with pytest.raises(bootstrap.SetupFailed, match="the disk is full"):
        bootstrap.run([sys.executable, "-c", "import sys; sys.exit('the disk is full')"])


def test_the_starting_modules_load_with_the_standard_library_alone():
    names = "crm.bootstrap, crm.supervisor, tests.__main__"
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {names}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    assert done.returncode == 0, done.stderr
