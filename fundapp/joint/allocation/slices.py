"""Payments with a smallest slice and a lead funder: a small mixed-integer program.

Whoever pays for a grant pays at least the smallest slice (or the whole grant, if that is
less), and one of its funders pays at least the lead's share. The program decides who pays
for what and who leads; the amounts then come from the exact transportation problem.
"""

from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

from fundapp.joint.allocation.instance import Instance, NoPlan
from fundapp.joint.allocation.options import Chosen, Options
from fundapp.joint.allocation.payments import pay, welcome
from fundapp.joint.allocation.vertices import Payments

MOST_NODES = 5_000
"""A list for which the program finds no payments within so many nodes counts as unpayable."""


def has_rules(instance: Instance) -> bool:
    """Tell whether any payment is bound by more than caps and pins."""
    return instance.smallest_slice > 0 or instance.lead_share > 0


def ruled_payments(instance: Instance, options: Options, chosen: Chosen) -> Payments | None:
    """Return the payments (F, m) under the instance's rules, or None where there are none."""
    try:
        plain = pay(options, chosen)
    except NoPlan:
        return None
    if not has_rules(instance) or not chosen.any():
        return plain
    columns = np.flatnonzero(chosen)
    cost, most = options.cost[columns], options.most[:, columns]
    least = np.maximum(options.least[:, columns], np.minimum(instance.smallest_slice, cost))
    leads = np.array([ceil(instance.lead_share * Fraction(int(one))) for one in cost], np.int64)
    bring = welcome(options, chosen)[:, columns]
    roles = _roles(options.envelopes, cost, most, least=least, leads=leads, bring=bring)
    if roles is None:
        return None
    pays, is_lead = roles
    must = options.least[:, columns] > 0
    lower, upper = np.zeros_like(options.least), np.zeros_like(options.most)
    lower[:, columns] = np.where(pays | must, np.where(is_lead, np.maximum(least, leads), least), 0)
    upper[:, columns] = np.where(pays | must, most, 0)
    try:
        return pay(options, chosen, most=upper, least=lower)
    except NoPlan:
        return None


def _roles(
    envelopes: NDArray[np.int64],
    cost: NDArray[np.int64],
    most: Payments,
    *,
    least: Payments,
    leads: NDArray[np.int64],
    bring: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Return who pays for what and who leads, each (F, g), or None where there is no way.

    Columns of the program: the part of each grant's cost, whether one pays, whether one
    leads, each by funder and grant.
    """
    funders, grants = most.shape
    size = funders * grants
    largest = max(1, int(envelopes.max()))
    room = envelopes / largest
    open_to = (most > 0).ravel()
    objective = np.concatenate([-(bring * cost).ravel(), np.zeros(2 * size)])
    found = milp(
        objective / max(-objective.min(), 1e-300),
        constraints=LinearConstraint(
            _role_rows(cost, most, least=least, leads=leads, largest=largest),
            np.concatenate([np.full(4 * size + funders, -np.inf), np.ones(2 * grants)]),
            np.concatenate([np.zeros(4 * size), room, np.ones(2 * grants)]),
        ),
        integrality=np.concatenate([np.zeros(size), np.ones(2 * size)]),
        bounds=Bounds(0, np.concatenate([np.ones(size), open_to, open_to])),
        options={"node_limit": MOST_NODES},
    )
    if found.x is None:
        return None
    pays, leading = np.round(found.x[size:]).astype(bool).reshape(2, funders, grants)
    return pays, leading


def _role_rows(
    cost: NDArray[np.int64],
    most: Payments,
    *,
    least: Payments,
    leads: NDArray[np.int64],
    largest: int,
) -> csr_array:
    """Return the rows of `_roles`.

    In turn: the most, the least and the lead's least; leads pay; envelopes; all of a grant is
    paid; one leads it.
    """
    funders, grants = most.shape
    size = funders * grants
    part, none = eye_array(size), csr_array((size, size))
    at_most, at_least, leading = (
        csr_array(((one / cost).ravel(), (range(size), range(size))))
        for one in (most, least, np.broadcast_to(leads, most.shape))
    )
    each_grant = kron(np.ones((1, funders)), eye_array(grants))
    each_funder = kron(eye_array(funders), cost[None, :] / largest)
    blank = csr_array((grants, size))
    rows = [
        hstack([part, -at_most, none]),
        hstack([-part, at_least, none]),
        hstack([-part, none, leading]),
        hstack([none, -part, part]),
        hstack([each_funder, csr_array((funders, 2 * size))]),
        hstack([each_grant, blank, blank]),
        hstack([blank, blank, each_grant]),
    ]
    return csr_array(vstack(rows))
