"""Node prices of a flow: the proof that it is optimal, in exact whole numbers.

`d` is a price for each node. A flow is optimal exactly when prices exist under which no arc
that still has room is a bargain: cost + d[head] - d[tail] >= 0, and <= 0 on arcs in use
(complementary slackness). The prices also show all optima: an arc whose reduced cost is not
zero carries the same flow in every one of them.
"""

import numpy as np

from fundapp.joint.assignment.flow_solvers import FlowQuestion
from fundapp.joint.assignment.problem import Integers


def node_prices(question: FlowQuestion, flow: Integers, *, start: Integers) -> Integers:
    """Return prices d with d[tail] <= cost + d[head] on all residual arcs.

    They begin at `start` and sink (Bellman-Ford, all arcs at once). Raises ValueError when
    they never settle: then a cycle would be cheaper, and the flow is not optimal.
    """
    tail, head, cost = _residual(question, flow)
    order = np.argsort(tail, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    nodes, first = np.unique(tail, return_index=True)
    prices = start.copy()
    for _ in range(len(start) + 1):
        lowest = np.minimum.reduceat(cost + prices[head], first) if len(nodes) else prices[:0]
        if (lowest >= prices[nodes]).all():
            return prices
        prices[nodes] = np.minimum(prices[nodes], lowest)
    raise ValueError("The flow is not optimal")


def lowered(question: FlowQuestion, flow: Integers, prices: Integers, *, nodes: slice) -> Integers:
    """Return the prices with those of `nodes` as low as they may be; no arc joins two of them.

    Prices are rarely unique. Low ones where pairs begin call fewer lacking pairs a bargain.
    """
    tail, head, cost = _residual(question, flow)
    least = np.full_like(prices, np.iinfo(np.int64).min)
    np.maximum.at(least, head, prices[tail] - cost)
    low = prices.copy()
    low[nodes] = np.where(least[nodes] > np.iinfo(np.int64).min, least[nodes], prices[nodes])
    return low


def _residual(question: FlowQuestion, flow: Integers) -> tuple[Integers, Integers, Integers]:
    """Return tail, head and cost of the arcs on which the flow could still change."""
    more = np.flatnonzero(flow < question.upper)
    less = np.flatnonzero(flow > question.lower)
    return (
        np.concatenate([question.tail[more], question.head[less]]),
        np.concatenate([question.head[more], question.tail[less]]),
        np.concatenate([question.cost[more], -question.cost[less]]),
    )


def reduced_costs(question: FlowQuestion, prices: Integers) -> Integers:
    """Return cost + d[head] - d[tail] for each arc."""
    return question.cost + prices[question.head] - prices[question.tail]
