"""The demo: real votes replayed and sample rounds played through the services.

`story` runs it, a step after the other along a calendar; `replays` makes rounds of the
public data beside it; `projects` and `answers` invent the sample applications.
"""
