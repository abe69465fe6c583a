"""What somebody sent, as bytes and as one number: the same content always gives the same of both."""

import hashlib
import json
from collections.abc import Mapping


def canonical(inhoud: Mapping) -> bytes:
    """The content as bytes: keys in order, no spaces, UTF-8."""
    return json.dumps(inhoud, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(inhoud: Mapping) -> str:
    """SHA-256 in hexadecimal over what was sent (Awb 2:17: the sender can check what was received)."""
    return hashlib.sha256(canonical(inhoud)).hexdigest()
