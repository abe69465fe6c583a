"""The vault: a citizen service number (BSN) is kept encrypted, and found again by a keyed hash that differs per gemeente.

Wmo 2015, 5.2.9: a number is used only where the law asks it, and is verified first. It never stands in an address, a file name,
a log, a mail or a list. Encryption is AES-256-GCM with the row it belongs to as associated data: a value that is copied to
another row does not open. Keys have names, so that a new one can come beside the old.
"""

import hashlib
import hmac
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class KluisError(ValueError):
    """This cannot be opened. The message holds nothing of what was kept."""


@dataclass(frozen=True)
class Kluis:
    """What closes and opens. `sleutels`: 32 bytes by name; `huidig`: the name of the one that closes; `zoeksleutel`: 32 bytes,
    which never changes, or nobody is found again."""

    sleutels: Mapping[str, bytes] = field(repr=False)
    huidig: str
    zoeksleutel: bytes = field(repr=False)

    def __post_init__(self):
        if self.huidig not in self.sleutels:
            raise ValueError("De sleutel waarmee de kluis sluit, ontbreekt.")
        if any(len(key) != KEY_BYTES for key in (*self.sleutels.values(), self.zoeksleutel)):
            raise ValueError(f"Een sleutel van de kluis is {KEY_BYTES} bytes.")
        if any(not 0 < len(name.encode()) < 256 for name in self.sleutels):
            raise ValueError("De naam van een sleutel is 1 tot en met 255 bytes.")

    def sluit(self, waarde: str, rij_id: uuid.UUID) -> bytes:
        """Encrypt a value for one row: name of the key, nonce, ciphertext."""
        name, nonce = self.huidig.encode(), os.urandom(NONCE_BYTES)
        closed = AESGCM(self.sleutels[self.huidig]).encrypt(nonce, waarde.encode(), rij_id.bytes)
        return bytes([len(name)]) + name + nonce + closed

    def open(self, gesloten: bytes, rij_id: uuid.UUID) -> str:
        """The value of this row. KluisError when it was changed, belongs to another row, or its key is gone."""
        length = gesloten[0] if gesloten else 0
        name, nonce, closed = (gesloten[1:1 + length], gesloten[1 + length:1 + length + NONCE_BYTES],
                               gesloten[1 + length + NONCE_BYTES:])
        key = self.sleutels.get(name.decode("utf-8", "replace"))
        if key is None:
            raise KluisError("De sleutel van dit gegeven ontbreekt.")
        try:
            return AESGCM(key).decrypt(nonce, closed, rij_id.bytes).decode()
        except (InvalidTag, ValueError):
            raise KluisError("Dit gegeven is veranderd, of hoort bij een ander.") from None

    def is_verouderd(self, gesloten: bytes) -> bool:
        """Was it closed with another key than the one that closes now?"""
        name = self.huidig.encode()
        return gesloten[:1 + len(name)] != bytes([len(name)]) + name

    def kenmerk(self, waarde: str, party_id: uuid.UUID) -> bytes:
        """What a value is found by within one gemeente: 32 bytes that say nothing without the key, and nothing to another
        gemeente."""
        return hmac.new(self.zoeksleutel, party_id.bytes + waarde.encode(), hashlib.sha256).digest()


def masker(bsn: str) -> str:
    """A number as a page shows it by default: only its last three digits."""
    return "••••••" + bsn[-3:]
