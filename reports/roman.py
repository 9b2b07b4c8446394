"""Roman numerals of the outline in plain letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NUMERAL: Final = re.compile("[\u2160-\u217f]")


def plain_roman(text: str) -> str:
    """Ⅰ-1 as I-1: in Chinese fonts the numeral is as wide as a whole character, which reads as a gap.

    >>> plain_roman("Ⅲ-12"), plain_roman("M-4.4")
    ('III-12', 'M-4.4')
    """
    return NUMERAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
