"""Small invented files for demo people and tests, drawn without any library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence


def pdf(lines: Sequence[str]) -> bytes:
    """A page with these lines, in letters of Latin-1 and without brackets."""
    text = "BT /F1 14 Tf 60 780 Td 22 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    content = text.encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + head + table + end


def png(width: int = 320, height: int = 200) -> bytes:
    """A picture of a round patch on something lighter."""

    def colour(x: int, y: int) -> bytes:
        away = ((x - width / 2) ** 2 + (y - height / 2) ** 2) ** 0.5 / (height / 2)
        return bytes((236, 150, 140) if away < 0.5 else (240, 205, 190 - int(min(away, 2) * 20)))

    rows = b"".join(b"\0" + b"".join(colour(x, y) for x in range(width)) for y in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
