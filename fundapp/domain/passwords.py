"""What a password must be: long, and not one that everybody tries first.

The rule follows NIST SP 800-63B: length and a list of common ones, no demands on
kinds of characters, no expiry.
"""

import unicodedata

SHORTEST = 12
LONGEST = 1_000

_WORDS = """
123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 0123456789012
098765432109 111222333444 112233445566 121212121212 123123123123 123456123456 123456654321
123qweasdzxc 1234qwerasdf 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv q1w2e3r4t5y6
qazwsxedcrfv qwerty123456 qwerty1234567 qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopas
qwertyuiopasdf qwertyuiop[] asdfghjkl123 asdfghjkl1234 asdfghjklzxcvbnm zxcvbnm12345 zxcvbnm123456
abc123456789 abcd12345678 abcdef123456 abcdefghijkl abcdefghijklm abcdefghijklmnop aa1234567890
a123456789012 password1234 password12345 password123456 passwordpassword password2024 password2025
password2026 password!123 password@123 password@1234 p@ssword1234 p@ssw0rd1234 passw0rd1234
mypassword12 mypassword123 newpassword1 newpassword123 changeme1234 changeme123456 changemenow1
letmein12345 letmein123456 letmeinplease welcome12345 welcome123456 welcome@1234 administrator
administrator1 admin1234567 admin12345678 adminadminadmin adminpassword rootpassword iloveyou1234
iloveyou12345 iloveyouforever iloveyousomuch trustno1trustno1 sunshine1234 princess1234
football1234 baseball1234 basketball12 superman1234 liverpool123 manchester12
correcthorsebatterystaple thisisapassword ilovemyfamily monkeymonkey dragondragon testtesttest
testpassword test12345678 secret123456 default12345
"""
_COMMON = frozenset(_WORDS.split()) | {"correct horse battery staple"}


def as_compared(password: str) -> str:
    """Return the form of a password that is hashed: one way to write each letter (NFC)."""
    return unicodedata.normalize("NFC", password)


def password_problem(password: str) -> str | None:
    """Return what is wrong with a new password as a sentence, or None when it is good."""
    length = len(as_compared(password))
    if length == 0:
        return f"Choose a password of at least {SHORTEST} characters"
    if length < SHORTEST:
        return f"Use at least {SHORTEST} characters. Yours has {length}; a sentence works well"
    if length > LONGEST:
        return f"Use at most {LONGEST:,} characters. Yours has {length:,}"
    if _is_common(password):
        return "This password is among the first that a stranger would try. Choose another"
    return None


def _is_common(password: str) -> bool:
    lowered = as_compared(password).casefold()
    repeats = len(set(lowered)) <= 2
    return repeats or lowered in _COMMON
