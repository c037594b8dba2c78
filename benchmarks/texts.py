"""Generated writing: prose, tables, logs and XML that compress about as real ones do.

Every piece of text is put together from tables of ready fragments, chosen by random 16-bit numbers: Python then
spends its time in `bytes.join` and makes some 100 MB/s. The tables have 65 536 entries, in which frequent words stand
more often, so that words are as unevenly common as in a language.
"""

import array
import functools
import itertools
import random
from collections.abc import Callable, Iterator

ENTRIES = 65_536
BATCH = 20_000


def vocabulary(chance: random.Random, size: int) -> list[str]:
    """Pronounceable words."""
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "ou")]
    return ["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(size)]


class Writer:
    """Endless text of several kinds. The same random generator gives the same text.

    A table is made when it is first needed, from a random generator of its own: which others were made before it does
    not matter.
    """

    def __init__(self, chance: random.Random):
        self.chance = chance

    @functools.cached_property
    def words(self) -> list[str]:
        return vocabulary(random.Random(0), 12_000)

    @functools.cached_property
    def common(self) -> list[str]:
        """Words, the frequent ones many times."""
        weights = [1 / (rank + 3) for rank in range(len(self.words))]
        return random.Random(1).choices(self.words, weights, k=ENTRIES)

    @functools.cached_property
    def prose_table(self) -> list[bytes]:
        chance = random.Random(2)
        ends = chance.choices((" ", ", ", ". ", ".\n", "\n\n"), (80, 8, 7, 4, 1), k=ENTRIES)
        firsts = chance.sample(self.common, ENTRIES)
        return [f"{first} {second}{end}".encode() for first, second, end in zip(firsts, self.common, ends)]

    @functools.cached_property
    def cell_table(self) -> list[bytes]:
        days = random.Random(3).choices(range(336), k=ENTRIES)
        return [f";2026-{day // 28 + 1:02}-{day % 28 + 1:02};{word};".encode() for day, word in zip(days, self.common)]

    @functools.cached_property
    def amount_table(self) -> list[bytes]:
        return [f"{n / 100};{n % 97}\n".encode() for n in random.Random(4).choices(range(900_000), k=ENTRIES)]

    @functools.cached_property
    def rest_table(self) -> list[bytes]:
        return [f"{n:x}\n".encode() for n in range(ENTRIES)]

    @functools.cached_property
    def request_table(self) -> list[bytes]:
        chance = random.Random(5)
        roots = ["/".join(chance.choices(self.words, k=3)) for _ in range(300)]
        return [
            f" 10.0.{host % 8}.{host // 8} GET /{root}?id=".encode()
            for host, root in zip(chance.choices(range(2048), k=ENTRIES), chance.choices(roots, k=ENTRIES))]

    @functools.cached_property
    def answer_table(self) -> list[bytes]:
        return [f"{n} 200 ".encode() for n in random.Random(6).choices(range(10**6), k=ENTRIES)]

    @functools.cached_property
    def run_table(self) -> list[bytes]:
        return [f'<w:r><w:t xml:space="preserve">{word} </w:t></w:r>'.encode() for word in self.common]

    @functools.cached_property
    def value_table(self) -> list[bytes]:
        return [f'<c t="n"><v>{n / 100}</v></c>'.encode() for n in random.Random(7).choices(range(10**6), k=ENTRIES)]

    def pick(self, table: list[bytes], count: int) -> Iterator[bytes]:
        return map(table.__getitem__, array.array("H", self.chance.randbytes(2 * count)))

    def prose(self, count: int) -> bytes:
        """Words, sentences, paragraphs: about 15 bytes for each of `count`, and less in no other kind."""
        return b"".join(self.pick(self.prose_table, count))

    def table(self, count: int) -> bytes:
        """Lines of CSV, numbered."""
        return self.lines(count, self.chance.randrange(10**6), self.cell_table, self.amount_table)

    def log(self, count: int) -> bytes:
        """Lines of a web server's log, one a second."""
        start = 1_790_000_000 + self.chance.randrange(10**6)
        return self.lines(count, start, self.request_table, self.answer_table, self.rest_table)

    def lines(self, count: int, start: int, *tables: list[bytes]) -> bytes:
        columns = [self.pick(table, count) for table in tables]
        begins = map(b"%d".__mod__, range(start, start + count))
        return b"".join(itertools.chain.from_iterable(zip(begins, *columns)))

    def paragraphs(self, count: int) -> bytes:
        """The XML of a word processor: more tags than words."""
        return b"<w:p>%b</w:p>" % b"".join(self.pick(self.run_table, count))

    def cells(self, count: int) -> bytes:
        """The XML of a spreadsheet."""
        return b"<row>%b</row>" % b"".join(self.pick(self.value_table, count))


def pieces(kind: Callable[[int], bytes], size: int) -> Iterator[bytes]:
    """`size` bytes of a kind of text, in pieces that need little memory."""
    while size > 0:
        piece = kind(min(BATCH, size // 12 + 8))[:size]
        size -= len(piece)
        yield piece
