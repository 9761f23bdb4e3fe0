"""Typed text made safe to store, count and print. Nothing visible is ever taken away."""

import re
import unicodedata

MAX_FILENAME_BYTES = 180
_QUOTED_CHARACTERS = 40

# Embeddings, overrides and isolates can make a text read differently from what it says;
# the plain marks (U+200E, U+200F, U+061C) stay, because Arabic and Hebrew need them.
# Tag characters (U+E0000 block) are invisible and can carry hidden instructions.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f"
    + "".join(
        f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17)
    )
    + "]"
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_EAST_ASIAN = re.compile(
    "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]"
)
_SOUTH_EAST_ASIAN = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3]"
)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_RESERVED_NAMES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)


def plain(text: str) -> str:
    """Return `text` without invisible controls, with newlines as one \\n each, in NFC.

    Taken out: NUL and other C0 and C1 controls but newline and tab, bidirectional
    embeddings, overrides and isolates, tag characters, noncharacters, lone surrogates.
    """
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", _NEWLINES.sub("\n", text)))


def with_controls_shown(text: str) -> str:
    """Return `text` with what `plain` takes out named in its place: ⟨U+202E⟩.

    For texts that are evidence: who reads a log should see what is hidden in it.
    """
    newlines = _NEWLINES.sub("\n", text)
    return _UNPRINTABLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", newlines)


def one_line(text: str) -> str:
    """Return `text` as plain text on one line: runs of white space become one space."""
    return " ".join(plain(text).split())


def count_words(text: str) -> int:
    """Return the number of words, fair between scripts and easy to repeat in a browser.

    A word is a run between white space with a letter or digit in it. Scripts written
    without spaces are counted over the whole text: two Chinese or Japanese characters
    are a word, five Thai, Lao, Khmer or Burmese characters are one, rounded up.
    """
    spaced, east = _EAST_ASIAN.subn(" ", text)
    spaced, south_east = _SOUTH_EAST_ASIAN.subn(" ", spaced)
    spaced_words = sum(1 for run in spaced.split() if _LETTER_OR_DIGIT.search(run))
    return spaced_words + -(-east // 2) + -(-south_east // 5)


def shorten(text: str, length: int) -> str:
    """Return `text` on one line in at most `length` characters, cut at a word, with an ellipsis."""
    line = one_line(text)
    if len(line) <= length:
        return line
    room = line[: length - 1]
    at_word = room.rsplit(" ", 1)[0] if " " in room and line[length - 1] != " " else room
    return at_word.rstrip(" ,.;:") + "…"


def quoted(text: str) -> str:
    """Return what somebody typed in quotation marks, short enough for a sentence."""
    return f"“{shorten(text, _QUOTED_CHARACTERS)}”"


def slug(text: str, *, fallback: str = "untitled") -> str:
    """Return lower-case ASCII words joined by hyphens, or `fallback` where none is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall("[a-z0-9]+", ascii_text.lower())) or fallback


def safe_filename(name: str, *, fallback: str = "file") -> str:
    """Return a file name without folders and without what file systems refuse.

    Letters of every script and the ending stay. At most MAX_FILENAME_BYTES in UTF-8.
    """
    last = re.split(r"[/\\]", one_line(name))[-1]
    cleaned = re.sub(r'[<>:"|?*]+', "-", last).strip(" .-")
    stem, dot, ending = cleaned.rpartition(".")
    if not dot:
        stem, ending = cleaned, ""
    if stem.lower() in _RESERVED_NAMES:
        stem = f"{stem}-{fallback}"
    ending = _cut_to_bytes(f"{dot}{ending}", 20)
    stem = _cut_to_bytes(stem, MAX_FILENAME_BYTES - len(ending.encode()))
    return f"{stem or fallback}{ending}"


def _cut_to_bytes(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
