"""Every sentence with which the services refuse, read from their source: what reaches a person in a problem.

A sentence is followed from where a problem is made back to where its words stand: through names, branches, the arguments of
helpers, and what functions of the same file return. An f-string becomes a template with a hole for each value.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from tests.portal.borrowed_sentences import borrowed
from tests.portal.source import HOLE, ROOT, Function, Module, Parameter, Part, Template, distinct, given, hole, product, returned, words_of

PACKAGES = ("kit", "contracts", "services/appraisal", "services/supervision", "services/notification", "services/portal", "workflows")

CODE = re.compile(r"[a-z]+_[a-z_]+|[a-z]+[:-]\{\w+\}|\w+\[\{\w+\}\]")
"""What a helper is given that is no sentence: a field's name, or the id of something."""

MAKERS: dict[str, tuple[str, ...]] = {
    "FieldError": ("path", "message", "mend"),
    "InputError": ("path", "message", "mend"),
    "UnreadableFileError": ("path", "message", "mend"),
    "TimeError": ("index", "field", "message", "mend"),
    "DecisionError": ("detail",),
    "NotYet": ("detail",),
    "Refused": ("why", "instead"),
}
"""What a refusal is made of besides problems, with the names of its parts in their order."""
SENTENCES = frozenset({"detail", "title", "message", "mend", "why", "instead"})
"""The parts that are sentences."""
VALIDATED = ("schemas", "contracts/cycle.py", "kit/re_emit.py")
"""Where a ``ValueError`` is a finding about what somebody sent: Pydantic hands its words on."""


@dataclass
class Collector:
    """Follows sentences through one package and keeps what it found, with the place it stands at."""

    modules: list[Module]
    problems: frozenset[str]
    found: dict[str, str] = field(default_factory=dict)
    helpers: dict[tuple[str, str], set[Template]] = field(default_factory=dict)
    """The parameters of helpers that become a part of a sentence, with the words their callers give."""

    def collect(self) -> dict[str, str]:
        """Go on until no new helper comes to light."""
        known = -1
        while known != (known := sum(len(words) for words in self.helpers.values()) + len(self.helpers) + len(self.found)):
            for module in self.modules:
                for node in ast.walk(module.tree):
                    if isinstance(node, ast.Call):
                        self._call(module, node)
                    elif isinstance(node, ast.ClassDef):
                        self._class(module, node)
        return self.found

    def _class(self, module: Module, node: ast.ClassDef) -> None:
        bases = {ast.unparse(base) for base in node.bases}
        for item in node.body:
            if node.name in self.problems and isinstance(item, ast.AnnAssign) and ast.unparse(item.target) in SENTENCES and item.value:
                self._keep(module, item.value)
            # What may be done is named by the words of an enumeration: "write the plan".
            if "StrEnum" in bases and isinstance(item, ast.Assign):
                words = words_of(item.value)
                if words and " " in words:
                    self._note(module, item, words)

    def _call(self, module: Module, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        if name in self.problems or (name == "__init__" and self._is_problem(module.class_of(node))):
            self._sinks(module, node, ("detail", "errors"), SENTENCES)
        elif name == "ValueError" and any(place in module.path for place in VALIDATED):
            self._sinks(module, node, ("detail",), SENTENCES)
        elif name in MAKERS:
            self._sinks(module, node, MAKERS[name], SENTENCES)
        else:
            self._helper(module, node, name)

    def _helper(self, module: Module, node: ast.Call, name: str) -> None:
        own = module.functions.get(name)
        there = [(module, own)] if own else [(other, other.functions[name]) for other in self.modules if name in other.functions]
        for other, function in there:
            takes = {parameter for place, parameter in self.helpers if place == f"{other.path}:{name}"}
            if takes and not (name.startswith("_") and other is not module):
                names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args) if argument.arg != "self"]
                for parameter, stands, value in self._arguments(module, node, names):
                    if parameter in takes:
                        self.helpers[f"{other.path}:{name}", parameter].update(self._resolve(stands, value))
                        self._keep(stands, value)

    def _is_problem(self, node: ast.ClassDef | None) -> bool:
        return node is not None and any(ast.unparse(base) in self.problems for base in node.bases)

    def _sinks(self, module: Module, node: ast.Call, names: Iterable[str], wanted: frozenset[str]) -> None:
        for name, stands, value in self._arguments(module, node, list(names)):
            if name in wanted:
                self._keep(stands, value)
            elif name == "path":
                # A place in a table is told in words ("row 3, weight"), one in a form as a path.
                for template in self._resolve(stands, value):
                    place = "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in template)
                    if " " in place:
                        self._note(stands, value, distinct(place))

    def _arguments(self, module: Module, node: ast.Call, names: list[str]) -> Iterator[tuple[str, Module, ast.expr]]:
        """What a call gives to which parameter, and the file its words stand in; a starred pair gives its two halves."""
        yield from ((keyword.arg, module, keyword.value) for keyword in node.keywords if keyword.arg)
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                for there, values in self._tuples(module, argument.value):
                    yield from ((name, there, value) for name, value in zip(names[place:], values, strict=False))
                return
            if place < len(names):
                yield names[place], module, argument

    def _tuples(self, module: Module, node: ast.expr) -> Iterator[tuple[Module, tuple[ast.expr, ...]]]:
        """The tuples an expression may be, each with the file it stands in."""
        match node:
            case ast.Tuple():
                yield module, tuple(node.elts)
            case ast.IfExp():
                yield from self._tuples(module, node.body)
                yield from self._tuples(module, node.orelse)
            case ast.Call(func=ast.Name(id=called)) | ast.Call(func=ast.Attribute(attr=called)):
                there = [module] if called in module.functions else [other for other in self.modules if called in other.functions]
                for other in there:
                    for value in returned(other.functions[called]):
                        yield from self._tuples(other, value)
            case ast.Name():
                for value, at in given(module, node):
                    if at is None:
                        yield from self._tuples(module, value)

    def _keep(self, module: Module, node: ast.expr) -> None:
        for template in self._resolve(module, node):
            for whole in self._filled(template):
                self._note(module, node, whole)

    def _note(self, module: Module, node: ast.AST, words: str) -> None:
        if any(letter.isalpha() for letter in HOLE.sub("", words)) and not CODE.fullmatch(words):
            self.found.setdefault(words, f"{module.path}:{getattr(node, 'lineno', 0)}")

    def _filled(self, template: Template, seen: frozenset[Part] = frozenset()) -> Iterator[str]:
        """A template with a hole for every value; where all its words come from callers, with theirs in place."""
        for part in template:
            if isinstance(part, Parameter):
                self.helpers.setdefault((part.function, part.name), set())
        ours = any(isinstance(part, str) and any(letter.isalpha() for letter in HOLE.sub("", part)) for part in template)
        if ours or not any(isinstance(part, Parameter) for part in template):
            yield distinct("".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in template))
            return
        if seen.intersection(template):
            return
        choices = [[(part,)] if isinstance(part, str) else sorted(self.helpers[part.function, part.name], key=str) for part in template]
        for chosen in itertools.product(*choices):
            yield from self._filled(
                tuple(itertools.chain.from_iterable(chosen)), seen | {one for one in template if isinstance(one, Parameter)}
            )

    def _resolve(self, module: Module, node: ast.expr, depth: int = 0) -> list[Template]:
        """The templates an expression may be; none where its words stand elsewhere."""
        if depth > 8:
            return []
        match node:
            case ast.Constant(value=str(words)):
                return [(words,)]
            case ast.JoinedStr():
                return product([self._resolve(module, value, depth + 1) or [(hole(value),)] for value in node.values])
            case ast.FormattedValue():
                return self._value(module, node.value, depth)
            case ast.IfExp():
                return [*self._resolve(module, node.body, depth + 1), *self._resolve(module, node.orelse, depth + 1)]
            case ast.BoolOp():
                return [one for value in node.values for one in self._resolve(module, value, depth + 1)]
            case ast.BinOp(op=ast.Add()):
                return product([self._resolve(module, side, depth + 1) or [(hole(side),)] for side in (node.left, node.right)])
            case ast.Dict():
                return [one for value in node.values for one in self._resolve(module, value, depth + 1)]
            case ast.Subscript():
                return self._resolve(module, node.value, depth + 1) if isinstance(node.value, ast.Name | ast.Dict) else []
            case ast.Name():
                return self._name(module, node, depth)
            case ast.Call():
                return self._called(module, node, depth)
        return []

    def _value(self, module: Module, node: ast.expr, depth: int) -> list[Template]:
        """A value in an f-string: a choice of words stands there itself, what has words of its own is kept as well."""
        if isinstance(node, ast.IfExp):
            return [one for side in (node.body, node.orelse) for one in self._resolve(module, side, depth + 1) or [(hole(side),)]]
        if isinstance(node, ast.Name):
            own = self._name(module, node, depth)
            if len(own) == 1 and len(own[0]) == 1 and isinstance(own[0][0], Parameter):
                return own
            for template in own:
                for words in self._filled(template):
                    self._note(module, node, words)
        elif isinstance(node, ast.Call):
            for value in (node, *node.args):
                self._keep(module, value)
        elif isinstance(node, ast.Attribute) and node.attr.isupper():
            for other in self.modules:
                for value in other.constants(node.attr):
                    self._keep(other, value)
        return [(hole(node),)]

    def _name(self, module: Module, node: ast.Name, depth: int) -> list[Template]:
        for function in module.around(node):
            if isinstance(function, Function) and node.id in {
                argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)
            }:
                return [(Parameter(f"{module.path}:{function.name}", node.id),)]
        found: list[Template] = []
        for value, at in given(module, node):
            if at is None:
                found += self._resolve(module, value, depth + 1)
            else:
                pairs = [(there, values[at]) for there, values in self._pairs(module, value) if at < len(values)]
                found += [one for there, half in pairs for one in self._resolve(there, half, depth + 1)]
        return found

    def _pairs(self, module: Module, node: ast.expr) -> Iterator[tuple[Module, tuple[ast.expr, ...]]]:
        """The tuples an assignment or a loop takes apart."""
        match node:
            case ast.List() | ast.Tuple() if node.elts and all(isinstance(item, ast.Tuple) for item in node.elts):
                yield from ((module, tuple(item.elts)) for item in node.elts if isinstance(item, ast.Tuple))
            case ast.Call(func=ast.Attribute(attr="items", value=ast.Name() as table)):
                for value, at in given(module, table):
                    if at is None and isinstance(value, ast.Dict):
                        yield from ((module, (key or ast.Constant(""), one)) for key, one in zip(value.keys, value.values, strict=True))
            case _:
                yield from self._tuples(module, node)

    def _called(self, module: Module, node: ast.Call, depth: int) -> list[Template]:
        """What a call gives back, where its words stand in the same file."""
        match node.func:
            case ast.Attribute(attr="strip" | "removesuffix" | "capitalize", value=inner):
                return self._resolve(module, inner, depth + 1)
            case ast.Attribute(attr="get", value=ast.Name() as table):
                return [one for value in (table, *node.args[1:]) for one in self._resolve(module, value, depth + 1)]
            case ast.Name(id=name) if name in module.functions:
                return [one for value in returned(module.functions[name]) for one in self._resolve(module, value, depth + 1)]
        return []


@cache
def sentences() -> dict[str, str]:
    """Each sentence, with a hole for every value, and the place in the source it stands at."""
    read = {
        package: [Module.read(path) for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]
        for package in PACKAGES
    }
    classes = {
        node.name: node
        for modules in read.values()
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    problems = {"Problem"}
    for _ in range(3):
        problems |= {name for name, node in classes.items() if any(ast.unparse(base) in problems for base in node.bases)}
    found = borrowed()
    for modules in read.values():
        for words, place in Collector(modules, frozenset(problems)).collect().items():
            found.setdefault(words, place)
    return found
