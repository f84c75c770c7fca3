"""How many segments a text message takes on the air, as carriers count them."""

from __future__ import annotations

GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = set("\f^{}\\[~]|€")
"""These take two places."""


def segments(text: str) -> int:
    """GSM-7: 160 places alone, 153 in a row of several. Else UCS-2: 70 and 67. No character is cut in two."""
    if set(text) <= GSM7 | GSM7_EXTENSION:
        sizes = [2 if letter in GSM7_EXTENSION else 1 for letter in text]
        alone, in_a_row = 160, 153
    else:
        sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
        alone, in_a_row = 70, 67
    if sum(sizes) <= alone:
        return 1
    count, room = 0, 0
    for size in sizes:
        if size > room:
            count, room = count + 1, in_a_row
        room -= size
    return count
