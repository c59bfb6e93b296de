"""Why a result is what it is: inputs, rules with their articles, outcome; hashed, and readable in two languages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from services.appraisal.domain.scoring_inputs import ScoringInputs
from services.appraisal.domain.sentences import readable
from services.appraisal.domain.words import Category, Language, Rating

__all__ = ["Explanation", "ScoringInputs", "Step", "canonical", "finished", "readable", "tree_hash", "verifies", "year_ratings"]


@dataclass(frozen=True)
class Step:
    """One application of a rule: what went in, by which article, what came out, and the steps it rests on."""

    rule: str
    article: str
    inputs: dict[str, Any]
    outcome: str | float
    steps: tuple[Step, ...] = ()

    @property
    def word(self) -> str:
        """The outcome of a rule that gives a word."""
        return str(self.outcome)

    def as_json(self) -> dict[str, Any]:
        tree = {"rule": self.rule, "article": self.article, "inputs": self.inputs, "outcome": self.outcome}
        return tree | ({"steps": [step.as_json() for step in self.steps]} if self.steps else {})


@dataclass(frozen=True)
class Explanation:
    """A result with its reasons; enough to compute it again by hand.

    ``ratings`` are the year's where it has several parts; without parts they are those of the review.
    """

    rule_set: str
    version: int
    article: str
    inputs: ScoringInputs
    steps: tuple[Step, ...]
    outcome: Category
    ratings: tuple[Rating, Rating] | None = None

    def as_json(self) -> dict[str, Any]:
        """The whole tree with its hash and its texts."""
        tree: dict[str, Any] = {
            "rule_set": self.rule_set,
            "version": self.version,
            "article": self.article,
            "inputs": self.inputs.as_json(),
            "steps": [step.as_json() for step in self.steps],
            "outcome": self.outcome.value,
        }
        if self.ratings is not None:
            tree["ratings"] = {"results": self.ratings[0].value, "behaviour": self.ratings[1].value}
        return finished(tree)


def finished(tree: dict[str, Any]) -> dict[str, Any]:
    """A tree with its texts in every language and its hash."""
    texts = {language.value: readable(tree, language) for language in Language}
    return {**tree, "text": texts, "hash": tree_hash({**tree, "text": texts})}


def year_ratings(tree: dict[str, Any]) -> tuple[str | None, str | None]:
    """The ratings of results and behaviour a stored explanation ends with."""
    ratings = tree.get("ratings", tree["inputs"])
    return ratings["results"], ratings["behaviour"]


def canonical(tree: dict[str, Any]) -> bytes:
    """The one way a tree is written for hashing: UTF-8 JSON, sorted keys, no spaces, without its own hash."""
    rest = {key: value for key, value in tree.items() if key != "hash"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def tree_hash(tree: dict[str, Any]) -> str:
    """SHA-256 of the canonical tree, hexadecimal."""
    return hashlib.sha256(canonical(tree)).hexdigest()


def verifies(tree: dict[str, Any]) -> bool:
    """Whether a stored explanation is as it was written."""
    return tree.get("hash") == tree_hash(tree)
