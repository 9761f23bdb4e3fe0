"""The assigner's drafts: what a panel lacks, filled as well as it can be.

References and mail addresses serve as ids, so that the same seed gives the same draft
anywhere. Nothing is written here: the slow part runs outside of a writing transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any
from uuid import UUID

from fundapp.domain.assignment_wishes import NO_CAP, DraftWishes, wishes_as_data
from fundapp.joint.assignment.affinity import Affinity
from fundapp.joint.assignment.assign import METHOD, ApplicationNeed, ReviewerCapacity, assign
from fundapp.joint.assignment.fairness import fair_assignment
from fundapp.joint.assignment.optimal_assignment import OptimalAssignment, optimal_assignment
from fundapp.joint.assignment.probability_cap import capped_assignment
from fundapp.joint.assignment.question import AssignmentQuestion, arrays_of, question_of
from fundapp.joint.assignment.question import Pair as Keys
from fundapp.joint.assignment.words import pair_reasons
from fundapp.queries.matches import Matcher, all_matches
from fundapp.queries.matching import MatchFacts
from fundapp.queries.panel import Pair, Panel, PanelApplication
from fundapp.services.assignment_drafts import PlanDraft, PlannedPair

AUTOMATIC = "automatically"
AS_LIKED = DraftWishes()
TOO_LOW_A_CAP = (
    "With so low a cap some application cannot get its reviews. The draft was made without it."
)
NOT_COMPLETE = "Options need a draft in which nothing is short. It was made without them."


@dataclass(frozen=True)
class _Filling:
    """What the assigner chose, in its own ids, and its account of it."""

    reasons: Mapping[Keys, str]
    shortfalls: tuple[str, ...]
    account: dict[str, Any]


def draft_automatically(
    panel: Panel, facts: MatchFacts, wishes: DraftWishes = AS_LIKED
) -> PlanDraft:
    """Return the assigner's draft: what exists stays, what is missing is filled.

    Who has refused an application, or was taken off it, is not asked again. The details are
    `wishes`, `objective` and `best_objective` (sums of affinities, the latter without
    options and changes by hand), `is_certified`, `solver`, `reviews_missing`,
    `funders_missing`, `barred` (pairs with a conflict) and `fair` or `cap` where asked for.
    """
    return _Drafting(panel, facts, wishes).draft()


class _Drafting:
    """One draft on its way: the panel in the assigner's ids."""

    def __init__(self, panel: Panel, facts: MatchFacts, wishes: DraftWishes) -> None:
        self.panel = panel
        self.wishes = wishes
        self.matcher = Matcher(facts)
        self.applications = {_key(found): found for found in panel.under_review}
        self.seats = {seat.email: seat for seat in panel.seats}
        self._keys = {found.id: key for key, found in self.applications.items()}
        self._emails = {seat.person_id: seat.email for seat in panel.seats}
        self.matches: Mapping[Keys, Affinity] = self._known(all_matches(panel, facts, self.matcher))
        self.locked = set(
            self._pairs(
                (application, placed.person_id)
                for application, active in panel.active_on.items()
                for placed in active
            )
        )
        self.barred = self._barred()
        self.excluded = self.barred | set(
            self._pairs((placed.application_id, placed.person_id) for placed in panel.placed)
        )
        self.kept = set(self._pairs(wishes.kept)) - self.excluded - self.locked

    def draft(self) -> PlanDraft:
        """Return the draft as wished."""
        asked = self._asked(kept=self.kept, ruled_out=set(self._pairs(self.wishes.ruled_out)))
        question = question_of(**asked)
        filling = self._as_optioned(question) or self._best(asked)
        chosen = {*filling.reasons, *self.kept}
        objective = self._total(chosen)
        best = objective
        if self.wishes != AS_LIKED:
            free = question_of(**self._asked(kept=set(), ruled_out=set()))
            best = optimal_assignment(arrays_of(free)).objective
        pairs = tuple(self._planned(pair, filling.reasons) for pair in sorted(chosen))
        details = {
            "wishes": wishes_as_data(self.wishes),
            "objective": objective,
            "best_objective": best,
            "knows_matches": bool(self.matches),
            "barred": len(self.barred),
            **filling.account,
        }
        return PlanDraft(self.panel.round.id, AUTOMATIC, pairs, filling.shortfalls, METHOD, details)

    def _best(self, asked: dict[str, Any]) -> _Filling:
        """Return the highest total; what is short is told."""
        result = assign(**asked)
        remarks = []
        if not self._is_plain:
            remarks.append(TOO_LOW_A_CAP if result.is_full else NOT_COMPLETE)
        sentences = [shortfall.sentence for shortfall in result.shortfalls]
        return _Filling(
            {
                (pair.application, pair.reviewer): pair.reason
                for pair in result.pairs
                if not pair.is_locked
            },
            (*remarks, *result.advice, *sentences),
            {
                "is_certified": result.is_certified,
                "solver": result.solver,
                "reviews_missing": sum(one.reviews_missing for one in result.shortfalls),
                "funders_missing": sum(one.funders_missing for one in result.shortfalls),
            },
        )

    def _as_optioned(self, question: AssignmentQuestion) -> _Filling | None:
        """Return the fair or the drawn assignment; None where neither is asked for or can be."""
        if self._is_plain:
            return None
        best = optimal_assignment(arrays_of(question))
        if not best.is_complete:
            return None
        if self.wishes.is_fair:
            return self._fair(question, best)
        try:
            return self._drawn(question, best)
        except ValueError:
            return None

    def _fair(self, question: AssignmentQuestion, best: OptimalAssignment) -> _Filling:
        fair = fair_assignment(best)
        account = {
            "fair": {
                "floor": fair.floor,
                "floor_before": fair.floor_before,
                "bound": fair.bound,
                "is_bound_proved": fair.is_bound_proved,
            }
        }
        positions = zip(fair.applications.tolist(), fair.reviewers.tolist(), strict=True)
        return self._filled(question, best, positions=positions, account=account)

    def _drawn(self, question: AssignmentQuestion, best: OptimalAssignment) -> _Filling:
        drawn = capped_assignment(best, cap=self.wishes.cap / 10, seed=question.seed)
        account = {"cap": {"tenths": self.wishes.cap, "price": drawn.price}}
        positions = zip(drawn.applications.tolist(), drawn.reviewers.tolist(), strict=True)
        return self._filled(question, best, positions=positions, account=account)

    def _filled(
        self,
        question: AssignmentQuestion,
        best: OptimalAssignment,
        *,
        positions: Iterable[tuple[int, int]],
        account: dict[str, Any],
    ) -> _Filling:
        new = [
            (question.needs[row].application, question.capacities[column].reviewer)
            for row, column in positions
        ]
        everything = sorted([*question.locked, *new])
        loads = Counter(reviewer for _, reviewer in everything)
        reasons = pair_reasons(question, everything, loads)
        solved = {"is_certified": best.is_certified, "solver": best.solver}
        nothing = {"reviews_missing": 0, "funders_missing": 0}
        return _Filling({pair: reasons[pair] for pair in new}, (), account | solved | nothing)

    @property
    def _is_plain(self) -> bool:
        return not self.matches or not (self.wishes.is_fair or self.wishes.cap != NO_CAP)

    def _asked(self, *, kept: set[Keys], ruled_out: set[Keys]) -> dict[str, Any]:
        locked = self.locked | kept
        known = bool(self.matches)
        return {
            "applications": [self._need(key, found) for key, found in self.applications.items()],
            "reviewers": self._capacities(),
            "conflicts": (self.excluded | ruled_out) - locked,
            "locked": locked,
            "affinity": {pair: found.value for pair, found in self.matches.items()}
            if known
            else None,
            "explanations": {pair: found.explanation for pair, found in self.matches.items()},
            "seed": self.panel.round.seed,
        }

    def _planned(self, pair: Keys, reasons: Mapping[Keys, str]) -> PlannedPair:
        application, seat = self.applications[pair[0]], self.seats[pair[1]]
        match = self.matches.get(pair)
        is_kept = pair in self.kept
        reason = reasons.get(pair, "")
        if is_kept:
            because = f" Match {match.value:.2f}: {match.explanation}." if match else ""
            reason = f"Chosen by hand.{because}"
        return PlannedPair(
            application.id,
            seat.person_id,
            reason,
            match=match.value if match else None,
            level=self.matcher.level((application.id, seat.person_id)) if match else "",
            is_by_hand=is_kept,
        )

    def _total(self, chosen: Iterable[Keys]) -> float:
        return fsum(self.matches[pair].value for pair in sorted(chosen) if pair in self.matches)

    def _need(self, key: str, application: PanelApplication) -> ApplicationNeed:
        return ApplicationNeed(
            application=key,
            reviews_wanted=self.panel.round.reviews_wanted,
            funders_wanted=self.panel.round.funders_wanted,
            label=application.reference,
        )

    def _capacities(self) -> list[ReviewerCapacity]:
        """A reviewer who left keeps what they have; work elsewhere in the round uses up load."""
        here = Counter(email for _, email in self.locked)
        kept = Counter(email for _, email in self.kept)
        loads = self.panel.load_of
        return [
            ReviewerCapacity(
                reviewer=seat.email,
                funder=str(seat.funder_id),
                load=max(kept[seat.email], seat.load - (loads[seat.person_id] - here[seat.email]))
                if seat.is_active
                else here[seat.email],
                funder_label=seat.funder,
            )
            for seat in self.panel.seats
        ]

    def _barred(self) -> set[Keys]:
        return {
            (key, email)
            for key, application in self.applications.items()
            for email, seat in self.seats.items()
            if self.panel.is_barred(application.id, seat)
        }

    def _known(self, matches: Mapping[Pair, Affinity]) -> dict[Keys, Affinity]:
        return {
            (self._keys[application], self._emails[person]): found
            for (application, person), found in matches.items()
            if application in self._keys and person in self._emails
        }

    def _pairs(self, pairs: Iterable[tuple[UUID, UUID]]) -> Iterable[Keys]:
        return [
            (self._keys[application], self._emails[person])
            for application, person in pairs
            if application in self._keys and person in self._emails
        ]


def _key(application: PanelApplication) -> str:
    return application.reference or str(application.id)
