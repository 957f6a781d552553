"""The grammar of permissions."""

import ast
import inspect
import re

from jukinet.domain import permissions
from jukinet.domain.permissions import Permission

GRAMMAR = re.compile(r"(register|network|supply|audit|node):[a-z]+:[a-z]+")


def test_every_permission_obeys_the_grammar_and_is_named_after_its_value():
    for permission in Permission:
        assert GRAMMAR.fullmatch(permission.value)
        assert permission.name == permission.value.replace(":", "_").upper()


def test_every_permission_says_what_it_allows():
    body = next(
        node for node in ast.parse(inspect.getsource(permissions)).body if isinstance(node, ast.ClassDef)
    ).body
    kinds = [type(node) for node in body[1:]]
    assert kinds == [ast.Assign, ast.Expr] * len(Permission)
