"""What the packages promise: public lists, and error trees as their docstrings draw them."""

import inspect
import re

import pytest

import glossary
import glossary.errors
import service.errors
from service.settings import Settings


def test_the_public_list_is_sorted_and_complete():
    public = {
        name for name, value in vars(glossary).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert glossary.__all__ == sorted(glossary.__all__)
    assert set(glossary.__all__) == public - {"annotations"}


@pytest.mark.parametrize("module", [glossary.errors, service.errors])
def test_the_drawn_error_tree_is_the_real_one(module):
    drawn = re.findall(r"^[│├└─ ]*(\w+Error) ", module.__doc__, re.MULTILINE)
    defined = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Exception)]
    assert drawn == [cls.__name__ for cls in defined if cls.__module__ == module.__name__]
    codes = [cls.code for cls in defined]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("module", [glossary.errors, service.errors])
def test_the_tree_draws_each_error_below_its_base(module):
    above = {}
    for line in module.__doc__.splitlines():
        found = re.match(r"^([│├└─ ]*)(\w+Error) ", line)
        if found:
            depth = len(found.group(1)) // 4
            above[depth] = found.group(2)
            base = getattr(module, found.group(2)).__mro__[1].__name__
            assert base == (above[depth - 1] if depth else "Exception")


def test_every_setting_is_described_with_a_default():
    for name, field in Settings.model_fields.items():
        assert field.description.endswith("."), name
        assert not field.is_required(), name
