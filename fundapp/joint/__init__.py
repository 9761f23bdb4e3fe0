"""Pure methods of joint evaluation: who reviews, what the reviews say together, who pays.

Everything here is deterministic: the same input and the same seed give the same result.
"""
