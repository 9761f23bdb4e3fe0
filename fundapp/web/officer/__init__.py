"""Pages of funder officers: envelopes and contributions."""
