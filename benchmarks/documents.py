"""Office documents in their usual wrappings: zips of XML and pictures (docx, xlsx), and PDF.

About half of each is pictures, which do not compress; the rest is deflated text. Programs that read such files would
find their structure right and their contents poor.
"""

import io
import zipfile
import zlib

from texts import Writer

LEVEL = 1
"""Of zlib: what real programs do at 6 takes three times as long and changes little for a backup."""
SHRINKS = 3
"""About how many bytes of XML make one deflated byte."""


def zipped(parts: list[tuple[str, bytes]]) -> bytes:
    """A zip file; entries that end in .png are stored, the others deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, date_time=(2026, 11, 21, 8, 0, 0))
            kind = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind, LEVEL)
    return buffer.getvalue()


def docx(writer: Writer, size: int) -> bytes:
    """A text document of about `size` bytes."""
    body = writer.take(writer.paragraphs(), size // 2 * SHRINKS)
    return zipped([
        ("[Content_Types].xml", b'<?xml version="1.0"?><Types/>'),
        ("word/document.xml", b'<?xml version="1.0"?><w:document><w:body>%b</w:body></w:document>' % body),
        ("word/media/image1.png", writer.chance.randbytes(size // 2)),
    ])


def xlsx(writer: Writer, size: int) -> bytes:
    """A spreadsheet of about `size` bytes."""
    sheets = [
        (f"xl/worksheets/sheet{number}.xml", writer.take(writer.cells(), size // 4 * SHRINKS)) for number in (1, 2, 3)]
    return zipped([
        ("[Content_Types].xml", b'<?xml version="1.0"?><Types/>'), *sheets,
        ("xl/media/image1.png", writer.chance.randbytes(size // 4)),
    ])


def pdf(writer: Writer, size: int) -> bytes:
    """Pages of deflated text, a picture after each, and the table of their places."""
    pages = max(1, size // 200_000)
    share = size // pages // 2
    file = bytearray(b"%PDF-1.7\n")
    places = []
    for _ in range(pages):
        for kind, content in (
            (b"/Filter /FlateDecode", zlib.compress(writer.take(writer.prose(), share * SHRINKS), LEVEL)),
            (b"/Subtype /Image /Filter /DCTDecode", writer.chance.randbytes(share)),
        ):
            places.append(len(file))
            file += b"%d 0 obj\n<< /Length %d %b >>\nstream\n" % (len(places), len(content), kind)
            file += content + b"\nendstream\nendobj\n"
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer << /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return bytes(file)
