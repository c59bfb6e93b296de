"""The rules of 360-degree feedback: the draw of raters, what may be shown of anonymous answers, and the score."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.behaviour_feedback import LEVELS, POINTS, Answer, bundle, check_answer, shown_as, suggestion
from services.appraisal.domain.behaviour_guides import GUIDES
from services.appraisal.domain.rater_draw import Colleague, RaterGroup, draw, group_of
from services.appraisal.domain.words import BehaviourValue, Language, Rating

PEER, BELOW, SUPERIOR, OTHERS = RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.SUPERIOR, RaterGroup.OTHERS
ratings = st.dictionaries(st.sampled_from(BehaviourValue), st.sampled_from(LEVELS), min_size=1)
answers = st.lists(st.builds(Answer, st.sampled_from([PEER, BELOW, SUPERIOR]), ratings, st.text(max_size=8)), max_size=14)
minima = st.integers(3, 6)
ORDER = [Rating.BELOW, Rating.AS_EXPECTED, Rating.ABOVE]


def everything(group: RaterGroup, level: int, comment: str = "") -> Answer:
    return Answer(group, dict.fromkeys(BehaviourValue, level), comment)


def test_each_value_has_three_sentences_of_conduct_in_both_languages() -> None:
    assert [guide.value for guide in GUIDES] == list(BehaviourValue)
    for guide in GUIDES:
        for language in Language:
            assert guide.name[language]
            assert len(guide.conduct[language]) == 3
            assert all(sentence.endswith(".") for sentence in guide.conduct[language])


EMPLOYEE = Colleague("p-e", "p-s", "u", "pelaksana")
LINE = ["p-s", "p-top", "p-mayor"]


@pytest.mark.parametrize(
    ("who", "group"),
    [
        (EMPLOYEE, None),
        (Colleague("p-s", "p-top", "u", "pengawas"), None),
        (Colleague("p-top", "p-mayor", "u", "administrator"), SUPERIOR),
        (Colleague("p-mayor", None, "u", "jpt_pratama"), None),
        (Colleague("p-1", "p-e", "u", "pelaksana"), BELOW),
        (Colleague("p-2", "p-s", "v", "fungsional"), PEER),
        (Colleague("p-3", "p-x", "u", "pelaksana"), PEER),
        (Colleague("p-4", "p-x", "u", "pengawas"), None),
        (Colleague("p-5", "p-x", "v", "pelaksana"), None),
    ],
)
def test_who_may_be_asked_follows_from_the_relation(who: Colleague, group: RaterGroup | None) -> None:
    assert group_of(who, EMPLOYEE, LINE) is group


def around(peers: int, below: int) -> list[Colleague]:
    found = [Colleague(f"p-peer{i}", "p-s", "u", "pelaksana") for i in range(peers)]
    return [*found, *(Colleague(f"p-sub{i}", "p-e", "u", "pelaksana") for i in range(below)), Colleague("p-top", "p-mayor", "u", "x")]


@given(st.integers(0, 12), st.integers(0, 12), st.integers(3, 6), st.integers(0, 99), st.randoms())
def test_the_draw_can_be_repeated_is_limited_and_leaves_conflicts_out(
    peers: int, below: int, limit: int, seed: int, lots: random.Random
) -> None:
    people = around(peers, below)
    conflicts = frozenset({"p-peer0", "p-sub1"})
    drawn = draw("c.p-e", seed, EMPLOYEE, LINE, people, limit, conflicts)
    lots.shuffle(people)
    assert draw("c.p-e", seed, EMPLOYEE, LINE, people, limit, conflicts) == drawn
    for group in (PEER, BELOW):
        assert sum(rater.group is group for rater in drawn) <= limit
    assert sum(rater.group is SUPERIOR for rater in drawn) == 1
    assert not conflicts & {rater.person_id for rater in drawn}
    assert len({rater.person_id for rater in drawn}) == len(drawn)


def test_another_seed_draws_others_and_the_own_supervisors_people_come_first() -> None:
    many = [Colleague(f"p-{i}", "p-s", "v", "fungsional") for i in range(40)]
    far = [Colleague(f"p-far{i}", "p-x", "u", "pelaksana") for i in range(40)]
    first = draw("c.p-e", 1, EMPLOYEE, LINE, many + far, 5)
    assert first != draw("c.p-e", 2, EMPLOYEE, LINE, many + far, 5)
    assert all(not rater.person_id.startswith("p-far") for rater in first)


@pytest.mark.parametrize(
    ("peers", "below", "names"),
    [
        (3, 3, {PEER: PEER, BELOW: BELOW}),
        (3, 0, {PEER: PEER}),
        (5, 1, {PEER: OTHERS, BELOW: OTHERS}),
        (2, 1, {PEER: OTHERS, BELOW: OTHERS}),
        (2, 0, {}),
        (1, 1, {}),
        (0, 0, {}),
    ],
)
def test_a_group_below_the_minimum_is_never_shown_alone(peers: int, below: int, names: dict[RaterGroup, RaterGroup]) -> None:
    assert shown_as({PEER: peers, BELOW: below}, 3) == names


@given(answers, minima, st.randoms())
def test_the_order_of_answers_says_nothing(given_answers: list[Answer], minimum: int, lots: random.Random) -> None:
    shuffled = list(given_answers)
    lots.shuffle(shuffled)
    assert bundle(shuffled, minimum) == bundle(given_answers, minimum)


@given(answers, minima)
def test_below_the_minimum_nothing_comes_out(given_answers: list[Answer], minimum: int) -> None:
    shown = bundle(given_answers, minimum)
    anonymous = [answer for answer in given_answers if answer.group is not SUPERIOR]
    assert all(block.raters >= minimum for block in shown.blocks)
    assert sum(block.raters for block in shown.blocks) == (len(anonymous) if len(anonymous) >= minimum else 0)
    if len(anonymous) < minimum:
        assert shown.blocks == ()
        assert shown.total is None
    for block in shown.blocks:
        inside = anonymous if block.group is OTHERS else [answer for answer in anonymous if answer.group is block.group]
        for value in block.values:
            assert sum(value in answer.ratings for answer in inside) >= minimum


@given(answers, minima, st.sampled_from(BehaviourValue), st.sampled_from(LEVELS))
def test_what_too_few_said_of_a_value_changes_nothing_that_is_shown(
    given_answers: list[Answer], minimum: int, value: BehaviourValue, level: int
) -> None:
    """Differencing: a figure that is withheld cannot be computed from those that are shown, the total among them."""
    shown = bundle(given_answers, minimum)
    hidden = [block.group for block in shown.blocks if value not in block.values]
    merged = OTHERS in {block.group for block in shown.blocks}

    def is_hidden(answer: Answer) -> bool:
        return value in answer.ratings and answer.group is not SUPERIOR and (OTHERS if merged else answer.group) in hidden

    changed = [replace(a, ratings={**a.ratings, value: level}) if is_hidden(a) else a for a in given_answers]
    assert bundle(changed, minimum) == shown


@given(answers, minima, st.data())
def test_a_better_rating_never_lowers_the_score(given_answers: list[Answer], minimum: int, data: st.DataObject) -> None:
    before = bundle(given_answers, minimum)
    if not given_answers:
        return
    place = data.draw(st.integers(0, len(given_answers) - 1))
    answer = given_answers[place]
    value = data.draw(st.sampled_from(sorted(answer.ratings)))
    better = min(answer.ratings[value] + 1, 5)
    after = bundle(
        [*given_answers[:place], replace(answer, ratings={**answer.ratings, value: better}), *given_answers[place + 1 :]], minimum
    )
    assert (before.total is None) == (after.total is None)
    if before.total and after.total:
        assert after.total.score >= before.total.score
        assert ORDER.index(after.total.suggestion) >= ORDER.index(before.total.suggestion)
    for old, new in zip(before.blocks, after.blocks, strict=True):
        assert (new.score or 0) >= (old.score or 0)


def test_the_superiors_answer_is_in_the_total_alone_and_only_beside_enough_others() -> None:
    superior = everything(SUPERIOR, 5, "Saya atasannya.")
    few = bundle([superior, everything(PEER, 3), everything(PEER, 3)], 3)
    assert (few.blocks, few.total) == ((), None)
    enough = bundle([superior, *(everything(PEER, 3) for _ in range(3))], 3)
    assert [(block.raters, block.score, block.comments) for block in enough.blocks] == [(3, 60.0, ())]
    assert enough.total is not None
    assert (enough.total.raters, enough.total.score) == (4, 70.0)


def test_a_missing_part_is_missing_and_not_zero() -> None:
    seen = BehaviourValue.LOYAL
    shown = bundle([Answer(PEER, {seen: 4}) for _ in range(3)], 3)
    assert shown.blocks[0].values == {seen: 80.0}
    assert shown.blocks[0].score == 80.0


@pytest.mark.parametrize(
    ("score", "rating"),
    [(0, "below"), (59.99, "below"), (60, "as_expected"), (89.99, "as_expected"), (90, "above"), (100, "above")],
)
def test_the_suggested_rating_at_every_boundary(score: float, rating: str) -> None:
    assert suggestion(score) == rating


def test_the_scale_is_data_and_a_level_outside_it_is_named() -> None:
    assert tuple(POINTS) == LEVELS
    assert [error.path for error in check_answer({BehaviourValue.LOYAL: 6, BehaviourValue.ADAPTIF: 1})] == ["ratings.loyal"]
    assert [error.path for error in check_answer({})] == ["ratings"]
