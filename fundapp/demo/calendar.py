"""The rounds of the demo, from when to when they run, and what each funder brings."""

from datetime import date

from fundapp.demo import replays
from fundapp.demo.rounds import RoundPart
from fundapp.domain.exchange_rates import ExchangeRate
from fundapp.domain.templates import EXCEPTIONAL_EVALUATIONS, SEED_GRANTS

SAMPLE_NOTICE = "Sample. Every name, sum and mark in this round is fictional."
PRIZE, GRANT, SAMPLE = "prize", "grant", "sample"
EVALUATIONS = "evaluations"
DELIBERATING, REVIEWING, OPEN = "deliberating", "reviewing", "open"
FINISHED = (PRIZE, GRANT, SAMPLE, EVALUATIONS)
"""What is exported: the others are there to play in."""

ALL = (*FINISHED, DELIBERATING, REVIEWING, OPEN)

MADE_UP_RATES = tuple(
    ExchangeRate(
        currency=currency, rate=rate, source="Made up for this sample", quoted_on=date(2026, 1, 5)
    )
    for currency, rate in (("NOK", "0.088"), ("USD", "0.92"))
)

PARTS = (
    RoundPart(
        key=PRIZE,
        template=replays.PRIZE_TEMPLATE,
        notice=replays.PRIZE_NOTICE,
        source_note=replays.PRIZE_SOURCE,
        opens=-150,
        closes=-120,
        reviews_due=-100,
        decides=-90,
        envelopes={
            "ruritania": 4_000_000,
            "lilliput": 2_500_000,
            "erewhon": 1_500_000,
            "laputa": 500_000,
        },
    ),
    RoundPart(
        key=GRANT,
        template=replays.GRANT_TEMPLATE,
        notice=replays.GRANT_NOTICE,
        source_note=replays.GRANT_SOURCE,
        opens=-149,
        closes=-115,
        reviews_due=-85,
        decides=-75,
        envelopes={
            "ruritania": 104_000_000,
            "lilliput": 68_000_000,
            "erewhon": 52_000_000,
            "laputa": 32_000_000,
        },
    ),
    RoundPart(
        key=SAMPLE,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-110,
        closes=-70,
        reviews_due=-40,
        decides=-30,
        envelopes={"ruritania": 30_000_000, "lilliput": 24_000_000, "erewhon": 13_000_000},
        rates=MADE_UP_RATES,
        gives_in={"lilliput": "USD"},
        title="Seed grants for AI evaluation start-ups, sample round",
        has_own_weights=True,
        needs_signatures=True,
    ),
    RoundPart(
        key=EVALUATIONS,
        template=EXCEPTIONAL_EVALUATIONS,
        notice=SAMPLE_NOTICE,
        opens=-108,
        closes=-72,
        reviews_due=-52,
        decides=-32,
        envelopes={
            "ruritania": 4_000_000,
            "lilliput": 2_500_000,
            "erewhon": 1_500_000,
            "laputa": 500_000,
        },
        title="Prize for exceptional evaluations, sample round",
    ),
    RoundPart(
        key=DELIBERATING,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-75,
        closes=-45,
        reviews_due=-14,
        decides=14,
        envelopes={
            "ruritania": 18_000_000,
            "lilliput": 14_000_000,
            "erewhon": 10_000_000,
            "laputa": 8_000_000,
        },
        title="Seed grants for evaluations of public services",
        has_own_weights=True,
    ),
    RoundPart(
        key=REVIEWING,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-60,
        closes=-24,
        reviews_due=-2,
        decides=20,
        envelopes={
            "ruritania": 60_000_000,
            "lilliput": 40_000_000,
            "erewhon": 30_000_000,
            "laputa": 20_000_000,
        },
        title="Seed grants for AI evaluation start-ups, second round",
        takes_bids=True,
    ),
    RoundPart(
        key=OPEN,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-18,
        closes=24,
        reviews_due=60,
        decides=80,
        envelopes={
            "ruritania": 60_000_000,
            "lilliput": 45_000_000,
            "erewhon": 30_000_000,
            "laputa": 25_000_000,
        },
    ),
)
