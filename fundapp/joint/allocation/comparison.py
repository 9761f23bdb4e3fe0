"""Two plans side by side: who enters, who leaves, what changes for each funder."""

from dataclasses import dataclass

from fundapp.joint.allocation.plan import Plan


@dataclass(frozen=True)
class FunderChange:
    """What changes for one funder: its value and the minor units that it pays."""

    funder: str
    value_before: float
    value_after: float
    spent_before: int
    spent_after: int

    @property
    def gain(self) -> float | None:
        """Return the change of value relative to before; None where there was no value."""
        return self.value_after / self.value_before - 1 if self.value_before > 0 else None


@dataclass(frozen=True)
class Comparison:
    """What changes from one plan to another.

    `entering`, `leaving` and `resized` (funded in both, at another amount) are applications;
    `repaid` are those whose amount stays and whose payers or parts change.
    """

    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    resized: tuple[str, ...]
    repaid: tuple[str, ...]
    funders: tuple[FunderChange, ...]
    spent_change: int


def compare(before: Plan, after: Plan) -> Comparison:
    """Return the changes, each in the order of the plan that it comes from.

    A funder that is in one plan only has value and money 0 in the other.
    """
    amounts = {grant.application: grant.amount for grant in before.grants}
    stays = [grant for grant in after.grants if grant.application in amounts]
    resized = [one.application for one in stays if one.amount != amounts[one.application]]
    return Comparison(
        tuple(one.application for one in after.grants if one.application not in amounts),
        tuple(one.application for one in before.grants if one.application not in after.funded),
        tuple(resized),
        tuple(
            one.application
            for one in stays
            if one.application not in resized
            and before.payers[one.application] != after.payers[one.application]
        ),
        tuple(
            FunderChange(
                funder,
                before.values.get(funder, 0.0),
                after.values.get(funder, 0.0),
                before.spent_by(funder),
                after.spent_by(funder),
            )
            for funder in sorted({*before.values, *after.values})
        ),
        after.spent - before.spent,
    )
