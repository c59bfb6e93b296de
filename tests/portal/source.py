"""Source files as they are asked for sentences: their names, functions and what each name was given."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOLE = re.compile(r"\{\w*\}")
"""The place of a value in a template."""


@dataclass(frozen=True)
class Parameter:
    """A value that a caller gives: its words stand at the calls."""

    function: str
    name: str


Part = str | Parameter
Template = tuple[Part, ...]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One source file: what it defines, and what each name in it was given."""

    path: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Module:
        made = cls(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for node in ast.walk(made.tree):
            made.parents.update((child, node) for child in ast.iter_child_nodes(node))
            if isinstance(node, Function):
                made.functions[node.name] = node
        return made

    def around(self, node: ast.AST) -> Iterator[Function | ast.Module]:
        """The functions a place is in, from the innermost, and at last the file."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, Function | ast.Module):
                yield node

    def constants(self, name: str) -> list[ast.expr]:
        """What the file itself calls by a name in capitals."""
        return [node.value for node in self.tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name]

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.ClassDef):
                return node
        return None


def words_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def returned(function: Function) -> Iterator[ast.expr]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None)


def given(module: Module, name: ast.Name) -> Iterator[tuple[ast.expr, int | None]]:
    """What a name was given in the nearest function that gives it anything, with its place where a tuple is taken apart."""
    for around in module.around(name):
        found: list[tuple[ast.expr, int | None]] = []
        for node in ast.walk(around):
            if isinstance(around, ast.Module) and next(module.around(node), None) is not around:
                continue
            targets = {
                ast.Assign: "targets",
                ast.AnnAssign: "target",
                ast.For: "target",
                ast.comprehension: "target",
                ast.NamedExpr: "target",
            }
            kind = targets.get(type(node))
            if kind is None:
                continue
            given = getattr(node, "iter", None) or getattr(node, "value", None)
            aims = getattr(node, kind)
            for aim in aims if isinstance(aims, list) else [aims]:
                if (
                    isinstance(aim, ast.Name)
                    and aim.id == name.id
                    and given is not None
                    and not isinstance(node, ast.For | ast.comprehension)
                ):
                    found.append((given, None))
                elif isinstance(aim, ast.Tuple) and given is not None:
                    found += [(given, place) for place, one in enumerate(aim.elts) if isinstance(one, ast.Name) and one.id == name.id]
        if found:
            yield from found
            return


def hole(node: ast.expr) -> str:
    return f"{{{named(node) or 'value'}}}"


def named(node: ast.expr) -> str:
    """A name for a value: what it is called in the source."""
    match node:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(attr="value", value=inner) | ast.Subscript(value=inner) | ast.FormattedValue(value=inner):
            return named(inner)
        case ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(func=ast.Name(id="len")):
            return "count"
        case ast.Call(func=ast.Attribute(attr="join"), args=[given, *_]) | ast.Call(func=ast.Name(), args=[given, *_]):
            return named(given)
        case ast.Call(func=ast.Attribute(value=inner)):
            return named(inner)
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            return named(inner)
    return ""


def distinct(template: str) -> str:
    """The template with each of its names once."""
    seen: list[str] = []

    def told_apart(match: re.Match[str]) -> str:
        name = match.group()[1:-1]
        seen.append(name)
        return f"{{{name}}}" if seen.count(name) == 1 else f"{{{'other' if seen.count(name) == 2 else 'third'}_{name}}}"

    return HOLE.sub(told_apart, template)


def shape(template: str) -> str:
    """A template without the names of its values: the same words are one sentence, however their values are called."""
    return HOLE.sub("{}", template)


def product(parts: list[list[Template]]) -> list[Template]:
    return [tuple(itertools.chain.from_iterable(chosen)) for chosen in itertools.product(*parts)]
