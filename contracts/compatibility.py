"""Whether a change of an event's schema keeps events already published readable, and readers not yet upgraded working."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def incompatibilities(published: Schema, changed: Schema) -> list[str]:
    """What a changed schema breaks, one sentence each with the field's path.

    Adding an optional field, or a value to an enumeration (readers are upgraded first), is compatible. Removing or
    renaming a field, changing a type, requiring what was optional, or removing a value is not: raise the VERSION.
    """
    return _compare(published, changed, published, changed, "$")


def _compare(old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str) -> list[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    found: list[str] = []
    if old.get("type") != new.get("type"):
        found.append(f"{path}: type {old.get('type')} became {new.get('type')}")
    if old.get("format") != new.get("format"):
        found.append(f"{path}: format {old.get('format')} became {new.get('format')}")
    if "const" in old and old["const"] != new.get("const"):
        found.append(f"{path}: constant {old['const']!r} became {new.get('const')!r}")
    removed = [value for value in old.get("enum", []) if value not in new.get("enum", [])]
    if removed:
        found.append(f"{path}: values removed: {', '.join(map(str, removed))}")
    properties, changed_properties = old.get("properties", {}), new.get("properties", {})
    for name, schema in properties.items():
        if name not in changed_properties:
            found.append(f"{path}.{name}: removed")
        else:
            found += _compare(schema, changed_properties[name], old_root, new_root, f"{path}.{name}")
    for name in sorted(set(new.get("required", [])) - set(old.get("required", []))):
        found.append(f"{path}.{name}: required, but events already published may lack it")
    if "items" in old:
        found += _compare(old["items"], new.get("items", {}), old_root, new_root, f"{path}[]")
    choices, changed_choices = old.get("anyOf", []), new.get("anyOf", [])
    if len(choices) > len(changed_choices):
        found.append(f"{path}: fewer alternatives than before")
    for number, (choice, changed_choice) in enumerate(zip(choices, changed_choices, strict=False)):
        found += _compare(choice, changed_choice, old_root, new_root, f"{path}|{number}")
    return found


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema
