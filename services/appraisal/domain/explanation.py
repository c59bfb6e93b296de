"""Why a result is what it is: inputs, rules with their articles, outcome; hashed, and readable in two languages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from services.appraisal.domain.words import Category, Cause, Language, Rating

RATING_WORDS = {
    Language.INDONESIAN: {
        Rating.BELOW.value: "di bawah ekspektasi",
        Rating.AS_EXPECTED.value: "sesuai ekspektasi",
        Rating.ABOVE.value: "di atas ekspektasi",
    },
    Language.ENGLISH: {
        Rating.BELOW.value: "below expectation",
        Rating.AS_EXPECTED.value: "as expected",
        Rating.ABOVE.value: "above expectation",
    },
}
CATEGORY_WORDS = {
    Category.SANGAT_KURANG.value: "Sangat Kurang",
    Category.KURANG.value: "Kurang",
    Category.BUTUH_PERBAIKAN.value: "Butuh Perbaikan",
    Category.BAIK.value: "Baik",
    Category.SANGAT_BAIK.value: "Sangat Baik",
}
PART_WORDS = {
    Language.INDONESIAN: {
        "results": "hasil kerja",
        "behaviour": "perilaku kerja",
        "plan": "rencana kinerja (SKP) yang disetujui",
        "self_assessment": "penilaian diri",
    },
    Language.ENGLISH: {
        "results": "results",
        "behaviour": "behaviour",
        "plan": "an approved performance plan (SKP)",
        "self_assessment": "a self-assessment",
    },
}
SENTENCES = {
    Language.INDONESIAN: {
        "supervisor_rating": "Pejabat penilai kinerja menilai {what}: {outcome} ({article}).",
        "objection_decision": "Atasan pejabat penilai memutuskan atas keberatan, {what}: {outcome} ({article}).",
        "missing": "Tidak ada {what}; hal ini tidak dihitung sebagai nol dan tidak mengubah hasil.",
        "matrix": "Hasil kerja {results} dan perilaku kerja {behaviour} menghasilkan predikat {outcome} ({article}).",
        "reason": "Alasan: {reason}",
        "rules": "Aturan: {rule_set} versi {version}.",
    },
    Language.ENGLISH: {
        "supervisor_rating": "The supervisor rated the {what}: {outcome} ({article}).",
        "objection_decision": "The assessor's superior decided on the objection, {what}: {outcome} ({article}).",
        "missing": "There is not {what}; this does not count as zero and changes nothing.",
        "matrix": "Results {results} and behaviour {behaviour} give the category {outcome} ({article}).",
        "reason": "Reason: {reason}",
        "rules": "Rules: {rule_set} version {version}.",
    },
}


@dataclass(frozen=True)
class ScoringInputs:
    """All that a rule set looks at. A part that is missing is None or named in ``missing``; it is never zero."""

    results: Rating | None
    behaviour: Rating | None
    cause: Cause
    decided_by: str
    """Who rated: the supervisor, or the superior who decided an objection."""
    reason: str = ""
    missing: tuple[str, ...] = ()
    """Parts of the year that are not there: ``plan``, ``self_assessment``."""

    def as_json(self) -> dict[str, Any]:
        return {
            "results": self.results.value if self.results else None,
            "behaviour": self.behaviour.value if self.behaviour else None,
            "cause": self.cause.value,
            "decided_by": self.decided_by,
            "reason": self.reason,
            "missing": list(self.missing),
        }


@dataclass(frozen=True)
class Step:
    """One application of a rule: what went in, by which article, what came out."""

    rule: str
    article: str
    inputs: dict[str, str]
    outcome: str

    def as_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "article": self.article, "inputs": self.inputs, "outcome": self.outcome}


@dataclass(frozen=True)
class Explanation:
    """A result with its reasons; enough to compute it again by hand."""

    rule_set: str
    version: int
    article: str
    inputs: ScoringInputs
    steps: tuple[Step, ...]
    outcome: Category

    def as_json(self) -> dict[str, Any]:
        """The whole tree with its hash and its texts."""
        tree = {
            "rule_set": self.rule_set,
            "version": self.version,
            "article": self.article,
            "inputs": self.inputs.as_json(),
            "steps": [step.as_json() for step in self.steps],
            "outcome": self.outcome.value,
        }
        texts = {language.value: readable(tree, language) for language in Language}
        return {**tree, "text": texts, "hash": tree_hash({**tree, "text": texts})}


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


def readable(tree: dict[str, Any], language: Language) -> str:
    """The explanation as sentences."""
    sentences, ratings, parts = SENTENCES[language], RATING_WORDS[language], PART_WORDS[language]
    lines = []
    for step in tree["steps"]:
        words = {name: parts.get(value, ratings.get(value, value)) for name, value in step["inputs"].items()}
        outcome = ratings.get(step["outcome"], CATEGORY_WORDS.get(step["outcome"], step["outcome"]))
        lines.append(sentences[step["rule"]].format(**words, outcome=outcome, article=step["article"]))
    if tree["inputs"]["reason"]:
        lines.append(sentences["reason"].format(reason=tree["inputs"]["reason"]))
    lines.append(sentences["rules"].format(rule_set=tree["rule_set"], version=tree["version"]))
    return "\n".join(lines)
