"""Reads evaluation logs into one plain record. Pure: bytes in, frozen values out.

`reading.read_evidence` recognises a file by its content and hands it to the reader of its tool:
`inspect_logs`, `lm_eval`, `helm`, `every_eval_ever`. `warnings` says what a juror should know.
Everything in a log is untrusted text; `safe_json` and `archives` bound what reading may cost.
"""
