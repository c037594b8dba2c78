"""Generated writing: prose, tables, logs and XML that compress about as real ones do.

Every piece of text is put together from tables of ready fragments, chosen by random 16-bit numbers: Python then
spends its time in `bytes.join` and makes some 100 MB/s. The tables have 65 536 entries, in which frequent words stand
more often, so that words are as unevenly common as in a language.
"""

import array
import itertools
import random
from collections.abc import Iterator

ENTRIES = 65_536
BATCH = 40_000


def vocabulary(chance: random.Random, size: int) -> list[str]:
    """Pronounceable words."""
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "ou")]
    return ["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(size)]


def numbers(chance: random.Random, count: int) -> array.array:
    """Random numbers from 0 to 65 535."""
    return array.array("H", chance.randbytes(2 * count))


class Writer:
    """Endless text of several kinds. The same random generator gives the same text."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.words = vocabulary(chance, 12_000)
        weights = [1 / (rank + 3) for rank in range(len(self.words))]
        common = chance.choices(self.words, weights, k=ENTRIES)
        ends = chance.choices((" ", ", ", ". ", ".\n", "\n\n"), (80, 8, 7, 4, 1), k=ENTRIES)
        self.prose_table = [(word + end).encode() for word, end in zip(common, ends)]
        self.cell_table = [
            f";2026-{chance.randrange(12) + 1:02}-{chance.randrange(28) + 1:02};{word};".encode() for word in common]
        self.amount_table = [f"{n / 100};{n % 97};".encode() for n in chance.choices(range(900_000), k=ENTRIES)]
        self.rest_table = [f"{n:x}\n".encode() for n in range(ENTRIES)]
        roots = ["/".join(chance.choices(self.words, k=3)) for _ in range(300)]
        self.request_table = [
            f" 10.0.{chance.randrange(8)}.{chance.randrange(256)} GET /{chance.choice(roots)}?id=".encode()
            for _ in range(ENTRIES)]
        self.answer_table = [f"{n} 200 ".encode() for n in chance.choices(range(10**6), k=ENTRIES)]
        self.run_table = [f'<w:r><w:t xml:space="preserve">{word} </w:t></w:r>'.encode() for word in common]
        self.value_table = [f'<c t="n"><v>{n / 100}</v></c>'.encode() for n in chance.choices(range(10**6), k=ENTRIES)]

    def pick(self, table: list[bytes], count: int = BATCH) -> Iterator[bytes]:
        return map(table.__getitem__, numbers(self.chance, count))

    def prose(self) -> Iterator[bytes]:
        """Words, sentences, paragraphs."""
        while True:
            yield b"".join(self.pick(self.prose_table))

    def table(self) -> Iterator[bytes]:
        """Lines of CSV, numbered."""
        first = self.chance.randrange(10**6)
        for start in itertools.count(first, BATCH // 4):
            yield self.lines(start, self.cell_table, self.amount_table)

    def log(self) -> Iterator[bytes]:
        """Lines of a web server's log, one a second."""
        first = 1_790_000_000 + self.chance.randrange(10**6)
        for start in itertools.count(first, BATCH // 4):
            yield self.lines(start, self.request_table, self.answer_table)

    def lines(self, start: int, *tables: list[bytes]) -> bytes:
        count = BATCH // 4
        columns = [self.pick(table, count) for table in (*tables, self.rest_table)]
        begins = map(b"%d".__mod__, range(start, start + count))
        return b"".join(itertools.chain.from_iterable(zip(begins, *columns)))

    def paragraphs(self) -> Iterator[bytes]:
        """The XML of a word processor: more tags than words."""
        while True:
            yield b"<w:p>%b</w:p>" % b"".join(self.pick(self.run_table, BATCH // 4))

    def cells(self) -> Iterator[bytes]:
        """The XML of a spreadsheet."""
        while True:
            yield b"<row>%b</row>" % b"".join(self.pick(self.value_table, BATCH // 4))

    def take(self, pieces: Iterator[bytes], size: int) -> bytes:
        """The first `size` bytes."""
        taken, length = [], 0
        while length < size:
            taken.append(next(pieces))
            length += len(taken[-1])
        return b"".join(taken)[:size]
