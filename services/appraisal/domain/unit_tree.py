"""The tree of the city's units: what lies below a unit, the way down to it, and where somebody may begin to look."""

from __future__ import annotations

from collections.abc import Mapping


class UnitTree:
    """Units with the unit above each, in the order in which they are to be listed."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self.parents = parents
        self._children: dict[str | None, list[str]] = {}
        for unit, parent in parents.items():
            self._children.setdefault(parent, []).append(unit)

    def children(self, unit_id: str) -> list[str]:
        return self._children.get(unit_id, [])

    def below(self, unit_id: str) -> list[str]:
        """The unit and everything below it."""
        found = [unit_id]
        for unit in found:
            found.extend(self.children(unit))
        return found

    def way(self, unit_id: str) -> list[str]:
        """From the top down to the unit."""
        found = [unit_id]
        while (parent := self.parents.get(found[0])) is not None:
            found.insert(0, parent)
        return found

    def tops(self, units: frozenset[str] | None = None) -> list[str]:
        """Those of some units that lie below none of the others; the tops of the city where none are named."""
        if units is None:
            return self._children.get(None, [])
        return [unit for unit in self.parents if unit in units and not units.intersection(self.way(unit)[:-1])]
