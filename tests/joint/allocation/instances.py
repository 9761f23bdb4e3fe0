"""Small questions of allocation: written by hand, read from files, and drawn."""

import json
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from fundapp.cli.plain_files.allocate_instance import read_instance
from fundapp.joint.allocation.instance import Application, Funder, Instance, Level, Pin
from tests.joint.reference_data import shared


def an_application(
    name: str, cost: int, values: dict[str, float], may_pay: str = "", **more: Any
) -> Application:
    return Application(
        name=name,
        levels=(Level(cost=cost, values=values),),
        may_pay=frozenset(may_pay or values),
        **more,
    )


def an_instance(
    envelopes: dict[str, int], applications: list[Application], **more: Any
) -> Instance:
    funders = tuple(Funder(name=name, envelope=money) for name, money in envelopes.items())
    return Instance(funders=funders, applications=tuple(applications), **more)


def reference(name: str) -> tuple[Instance, list[str], dict[str, Any]]:
    """Return a reference instance, its funders in the file's order, and what is expected."""
    file = read_instance(shared(f"allocation-{name}.json").read_bytes())
    expected = json.loads(shared(f"allocation-{name}-expected.json").read_text())
    return file.instance, [*file.funders], expected


VALUES = st.one_of(st.integers(0, 4).map(float), st.floats(0, 5).map(lambda x: round(x, 2)))


@st.composite
def applications(draw, name: str, funders: str, *, levels: int = 2) -> Application:
    cost = draw(st.integers(2, 40))
    values = {funder: draw(VALUES) for funder in funders}
    parts = draw(st.sampled_from([(1,), (Fraction(1, 2), 1)][:levels]))
    caps = draw(st.dictionaries(st.sampled_from(funders), st.integers(0, 40), max_size=1))
    return Application(
        name=name,
        levels=tuple(
            Level(cost=int(cost * part), values={f: float(v * part) for f, v in values.items()})
            for part in parts
        ),
        may_pay=frozenset(draw(st.sets(st.sampled_from(funders)))),
        caps=caps,
        rank=draw(st.integers(1, 3)),
    )


@st.composite
def instances(draw, *, pins: bool = True, levels: int = 2) -> Instance:
    funders = draw(st.sampled_from(["A", "AB", "ABC"]))
    count = draw(st.integers(1, 6))
    asked = [draw(applications(f"a{i}", funders, levels=levels)) for i in range(count)]
    instance = an_instance({f: draw(st.integers(0, 70)) for f in funders}, asked, seed="s")
    payable = [(f, one) for one in asked for f in sorted(one.may_pay)]
    if not pins or not payable or draw(st.booleans()):
        return instance
    funder, application = draw(st.sampled_from(payable))
    amount = draw(st.one_of(st.none(), st.integers(1, application.levels[-1].cost)))
    pin = Pin(funder=funder, application=application.name, amount=amount)
    return an_instance(
        {one.name: one.envelope for one in instance.funders}, asked, seed="s", pins=(pin,)
    )
