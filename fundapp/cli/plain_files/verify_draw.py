"""`fundapp verify-draw`: whether a record of a draw comes out the same when drawn again."""

import json
import sys
from pathlib import Path

import click

from fundapp.cli.opening import BAD_INPUT
from fundapp.cli.plain_files.reading import FILE_TYPE
from fundapp.domain.lotteries import terms_of

LARGEST_RECORD = 20_000_000
"""Bytes."""


@click.command("verify-draw")
@click.argument("record_path", metavar="RECORD", type=FILE_TYPE)
def verify_draw(record_path: Path) -> None:
    """Draw again from RECORD, the JSON file of a draw, and say whether all agrees.

    Ends with 0 when it does, with 1 when it does not, with 2 when RECORD is no such file. Takes
    what `fundapp draw --json` wrote as well.
    """
    from fundapp.joint.lottery.draw import DrawRecord, fund_down, funding_order
    from fundapp.joint.lottery.draw_record import record_from_json, verify_record

    def told(record: DrawRecord) -> None:
        terms = terms_of(record.frozen.round_id)
        if terms is not None and terms.is_by_order:
            funded = fund_down(funding_order(record), terms.costs, money=terms.money).funded
            click.echo(f"Funded down the drawn order: {', '.join(funded) or 'nobody'}.")
        else:
            click.echo(f"Selected: {', '.join(record.selected) or 'nobody'}.")

    try:
        record = record_from_json(_record_text(record_path))
        discrepancies = verify_record(record)
    except (ValueError, OverflowError) as error:
        click.echo(f"{error}.".replace("..", "."), err=True)
        sys.exit(BAD_INPUT)
    except ArithmeticError:
        discrepancies = ["The chances could not be worked out again."]
    for sentence in discrepancies:
        click.echo(sentence)
    if discrepancies:
        sys.exit(1)
    value = record.public_value
    click.echo(f"All agrees. The value was “{value}”: compare it with what was published.")
    click.echo(f"The list has the fingerprint {record.commitment}.")
    told(record)


def _record_text(path: Path) -> str:
    """Return the text of the record, taken out of the answer of `fundapp draw` if need be."""
    if path.stat().st_size > LARGEST_RECORD:
        raise ValueError("The file is larger than a record of a draw can be")
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("This is not JSON in UTF-8") from None
    inner = data.get("record") if isinstance(data, dict) else None
    return json.dumps(inner) if isinstance(inner, dict) else text
