"""The awards of the demo's finished rounds as open data, under a sample publisher."""

from collections.abc import Sequence

from fundapp.demo.stage import Stage
from fundapp.models import Round
from fundapp.queries.fund import fund_identity
from fundapp.services.publishing import OpenFormat, open_data_file


def write_open_data(stage: Stage, keys: Sequence[str], *, folder: str) -> str:
    """Write 360giving-<round>.json of each finished round."""
    target = stage.config.data_folder / folder
    target.mkdir(parents=True, exist_ok=True)
    with stage.reading() as session:
        for key in keys:
            made = open_data_file(
                session,
                session.get_one(Round, stage.rounds[key]).reference,
                format=OpenFormat.JSON,
                fund=fund_identity(stage.config),
                now=stage.now,
            )
            (target / made.filename).write_bytes(made.content)
    return f"{len(keys)} rounds are written as open data."
