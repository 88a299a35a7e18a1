"""What is told at start stands once, however many applications a process makes."""

import importlib
import pkgutil
import sys

import pytest
from flask import Flask

import crm
from crm.core.registers import Once
from crm.wiring import connect


def registers():
    """Every register of a module, with how much it holds."""
    for found in pkgutil.walk_packages(crm.__path__, "crm."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("crm.")]
    return {
        (module.__name__, name): len(value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Once)
    }


def test_the_same_again_changes_nothing_and_nothing_else_puts_in():
    register = Once()
    for entry in ("a", "b", "a"):
        assert register.add(entry) == entry
    assert register == ["a", "b"]
    for way in (register.append, register.extend):
        with pytest.raises(TypeError):
            way("a")


def test_a_second_application_of_a_process_tells_nothing_twice(app):
    before = registers()
    assert len(before) >= 7
    assert all(before.values())
    connect(Flask("another"))
    assert registers() == before
