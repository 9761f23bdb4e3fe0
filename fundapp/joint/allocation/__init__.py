"""Joint allocation: which grants several funders pay together, and who pays what.

The order in which to read: `instance` (what is asked), `options` (the same as arrays),
`affordability` (which lists can be paid), `alone` (what a funder reaches without the others),
`relaxation`, `program` and `nash_welfare` (the best list), `ties` (which of equally good ones),
`payments` (who pays what, in whole minor units), `plan` (the answer) and `allocate` (the way
in). `equal_shares` is the instant preview; `explanations`, `reruns`, `robustness` and
`comparison` speak about plans; `exchange` turns other currencies into the round's and back.
"""
