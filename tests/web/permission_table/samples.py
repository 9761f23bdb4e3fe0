"""Samples of logs; who sees which is tested beside the pages."""

from uuid import UUID

from tests.web.permission_table import Row

NOBODY = UUID(int=0)
NOTE = "no such file; own and foreign files are tested beside the page"

ROWS: list[Row] = [
    Row(
        "samples.show_list",
        "GET",
        lambda world: f"/attachments/{NOBODY}/samples",
        otherwise=404,
        expects={"stranger": 404},
        note=NOTE,
    ),
    Row(
        "samples.show_sample",
        "GET",
        lambda world: f"/attachments/{NOBODY}/samples/1",
        otherwise=404,
        expects={"stranger": 404},
        note=NOTE,
    ),
    Row(
        "samples.mark",
        "POST",
        lambda world: f"/attachments/{NOBODY}/sensitivity",
        otherwise=404,
        expects={"stranger": 404},
        note=NOTE,
    ),
]
