"""Office documents in their usual wrappings: zips of XML and pictures (docx, xlsx), and PDF.

There is as much XML or text as the document is large; deflated it takes a quarter to a half, and a picture, which does
not compress, takes the rest. Programs that read such files would find their structure right and their contents poor.
"""

import io
import zipfile
import zlib
from collections.abc import Callable

from texts import Writer, pieces

LEVEL = 1
"""Of zlib: what real programs do at 6 takes three times as long and changes little for a backup."""


def zipped(writer: Writer, size: int, texts: dict[str, bytes], picture: str) -> bytes:
    """A zip file of `size` bytes or hardly more: deflated texts, and a stored picture that fills it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        def add(name: str, content: bytes, kind: int) -> None:
            archive.writestr(zipfile.ZipInfo(name, date_time=(2026, 11, 21, 8, 0, 0)), content, kind, LEVEL)

        for name, content in texts.items():
            add(name, content, zipfile.ZIP_DEFLATED)
        add(picture, writer.chance.randbytes(max(0, size - buffer.tell())), zipfile.ZIP_STORED)
    return buffer.getvalue()


def some(kind: Callable[[int], bytes], size: int) -> bytes:
    return b"".join(pieces(kind, size))


def docx(writer: Writer, size: int) -> bytes:
    """A text document."""
    body = b'<?xml version="1.0"?><w:document><w:body>%b</w:body></w:document>' % some(writer.paragraphs, size)
    texts = {"[Content_Types].xml": b'<?xml version="1.0"?><Types/>', "word/document.xml": body}
    return zipped(writer, size, texts, "word/media/image1.png")


def xlsx(writer: Writer, size: int) -> bytes:
    """A spreadsheet."""
    texts = {"[Content_Types].xml": b'<?xml version="1.0"?><Types/>'}
    texts |= {f"xl/worksheets/sheet{number}.xml": some(writer.cells, size // 3) for number in (1, 2, 3)}
    return zipped(writer, size, texts, "xl/media/image1.png")


def pdf(writer: Writer, size: int) -> bytes:
    """Pages of deflated text, a picture after each, and the table of their places."""
    pages = max(1, size // 200_000)
    share = size // pages
    file = bytearray(b"%PDF-1.7\n")
    places = []
    for _ in range(pages):
        text = zlib.compress(some(writer.prose, share), LEVEL)
        picture = writer.chance.randbytes(max(0, share - len(text)))
        for kind, content in ((b"/Filter /FlateDecode", text), (b"/Subtype /Image /Filter /DCTDecode", picture)):
            places.append(len(file))
            file += b"%d 0 obj\n<< /Length %d %b >>\nstream\n" % (len(places), len(content), kind)
            file += content + b"\nendstream\nendobj\n"
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer << /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return bytes(file)
