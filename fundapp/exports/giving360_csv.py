"""360Giving as a table, under the headings that the standard's own tools read."""

from collections.abc import Mapping, Sequence
from typing import Any

from fundapp.exports.csv_writer import write_csv

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "Identifier": ("id",),
    "Title": ("title",),
    "Description": ("description",),
    "Currency": ("currency",),
    "Amount Applied For": ("amountAppliedFor",),
    "Amount Awarded": ("amountAwarded",),
    "Award Date": ("awardDate",),
    "URL": ("url",),
    "Recipient Org:Identifier": ("recipientOrganization", "id"),
    "Recipient Org:Name": ("recipientOrganization", "name"),
    "Recipient Org:Location:Country Code": ("recipientOrganization", "location", "countryCode"),
    "Recipient Ind:Identifier": ("recipientIndividual", "id"),
    "Recipient Ind:Name": ("recipientIndividual", "name"),
    "Funding Org:Identifier": ("fundingOrganization", "id"),
    "Funding Org:Name": ("fundingOrganization", "name"),
    "Grant Programme:Code": ("grantProgramme", "code"),
    "Grant Programme:Title": ("grantProgramme", "title"),
    "Grant Programme:Description": ("grantProgramme", "description"),
    "Grant Programme:URL": ("grantProgramme", "url"),
    "From An Open Call?": ("fromOpenCall",),
    "Related Activity": ("relatedActivity",),
    "Last Modified": ("dateModified",),
    "Data Source": ("dataSource",),
}
"""Heading to the path of what stands below it; lists hold one entry each."""


def csv_bytes(data: Mapping[str, Any]) -> bytes:
    """Return the grants of a package as CSV in UTF-8, formulas guarded."""
    rows = ([_cell(grant, path) for path in HEADINGS.values()] for grant in data["grants"])
    return "".join(write_csv(tuple(HEADINGS), rows)).encode()


def _cell(grant: Any, path: Sequence[str]) -> Any:
    found = grant
    for name in path:
        found = found.get(name, "") if isinstance(found, Mapping) else ""
        if isinstance(found, list):
            found = found[0] if found else ""
    return found
