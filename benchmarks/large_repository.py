#!/usr/bin/env python3
"""Fill a new repository with index files about as many blobs as asked for: for measuring how it opens, nothing else.

usage: benchmarks/large_repository.py REPOSITORY BLOBS MASTERKEY

REPOSITORY is a folder that `repo init` made and that holds no packs yet; MASTERKEY a file with what `snapshot cat
masterkey --reveal-secret` prints. The index files are what restic writes: JSON of 50 000 blobs, zstd, sealed, named by
their hash. 19 in 20 blobs are data of 100 kB on average, 160 in a pack, the others trees of 3 kB: 10 million blobs are
1 TB. All ids are random; the same BLOBS give the same index.

The packs are empty: files of the right size and name with a hole as their only content, which take no room on the disk.
Opening, listing and looking up need no more, and a backup, which compares names and sizes of packs, trusts them. Nothing
can be read from them: such a repository cannot be checked, restored or pruned.
"""

import base64
import ctypes
import ctypes.util
import hashlib
import json
import multiprocessing
import os
import pathlib
import random
import sys

FILE_BLOBS = 50_000
TREES = FILE_BLOBS // 20
DATA_IN_PACK = 160
SEAL = 32
HEADER = 36
HEADER_ENTRY = 41
SEED = 20261121


class Sealer:
    """AES-256-CTR and Poly1305-AES as restic composes them, with OpenSSL, behind zstd."""

    def __init__(self, master: dict):
        self.crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
        self.zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
        pointer, size = ctypes.c_void_p, ctypes.c_size_t
        for name in ("EVP_CIPHER_CTX_new", "EVP_aes_256_ctr", "EVP_aes_128_ecb", "EVP_MAC_fetch", "EVP_MAC_CTX_new"):
            getattr(self.crypto, name).restype = pointer
        self.crypto.EVP_MAC_fetch.argtypes = [pointer, ctypes.c_char_p, pointer]
        self.crypto.EVP_MAC_CTX_new.argtypes = [pointer]
        self.crypto.EVP_MAC_CTX_free.argtypes = [pointer]
        self.crypto.EVP_MAC_init.argtypes = [pointer, ctypes.c_char_p, size, pointer]
        self.crypto.EVP_MAC_update.argtypes = [pointer, ctypes.c_char_p, size]
        self.crypto.EVP_MAC_final.argtypes = [pointer, ctypes.c_char_p, ctypes.POINTER(size), size]
        self.crypto.EVP_CIPHER_CTX_free.argtypes = [pointer]
        self.crypto.EVP_EncryptInit_ex.argtypes = [pointer, pointer, pointer, ctypes.c_char_p, ctypes.c_char_p]
        self.crypto.EVP_EncryptUpdate.argtypes = [
            pointer, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), ctypes.c_char_p, ctypes.c_int]
        self.zstd.ZSTD_compressBound.restype = self.zstd.ZSTD_compress.restype = size
        self.zstd.ZSTD_compressBound.argtypes = [size]
        self.zstd.ZSTD_compress.argtypes = [ctypes.c_char_p, size, ctypes.c_char_p, size, ctypes.c_int]
        self.key = base64.b64decode(master["encrypt"])
        self.mac_key = base64.b64decode(master["mac"]["k"])
        masked = bytearray(base64.b64decode(master["mac"]["r"]))
        for place in (3, 7, 11, 15):
            masked[place] &= 15
        for place in (4, 8, 12):
            masked[place] &= 252
        self.mac_r = bytes(masked)

    def encrypt(self, cipher: int, key: bytes, start: bytes | None, plain: bytes) -> bytes:
        context = self.crypto.EVP_CIPHER_CTX_new()
        output, count = ctypes.create_string_buffer(len(plain) + 32), ctypes.c_int(0)
        done = self.crypto.EVP_EncryptInit_ex(context, cipher, None, key, start) == 1
        done = done and self.crypto.EVP_EncryptUpdate(context, output, ctypes.byref(count), plain, len(plain)) == 1
        self.crypto.EVP_CIPHER_CTX_free(context)
        if not done or count.value != len(plain):
            sys.exit("error: OpenSSL does not encrypt")
        return output.raw[:len(plain)]

    def authenticator(self, nonce: bytes, message: bytes) -> bytes:
        key = self.mac_r + self.encrypt(self.crypto.EVP_aes_128_ecb(), self.mac_key, None, nonce)
        context = self.crypto.EVP_MAC_CTX_new(self.crypto.EVP_MAC_fetch(None, b"POLY1305", None))
        output, count = ctypes.create_string_buffer(16), ctypes.c_size_t(0)
        done = self.crypto.EVP_MAC_init(context, key, len(key), None) == 1
        done = done and self.crypto.EVP_MAC_update(context, message, len(message)) == 1
        done = done and self.crypto.EVP_MAC_final(context, output, ctypes.byref(count), 16) == 1
        self.crypto.EVP_MAC_CTX_free(context)
        if not done:
            sys.exit("error: OpenSSL does not authenticate")
        return output.raw

    def seal_document(self, json_text: bytes, nonce: bytes) -> bytes:
        room = self.zstd.ZSTD_compressBound(len(json_text))
        output = ctypes.create_string_buffer(room)
        count = self.zstd.ZSTD_compress(output, room, json_text, len(json_text), 3)
        if count > room:
            sys.exit("error: zstd does not compress")
        cipher_text = self.encrypt(self.crypto.EVP_aes_256_ctr(), self.key, nonce, b"\x02" + output.raw[:count])
        return nonce + cipher_text + self.authenticator(nonce, cipher_text)


def pack_listing(source: random.Random, count: int, kind: str, mean: int) -> tuple[str, str, int]:
    """One pack: its id, its entry in the index, its size."""
    ids = source.randbytes(32 * (count + 1)).hex()
    offset, blobs = 0, []
    for number in range(count):
        length = SEAL + int(source.random() * 2 * (mean - 200)) + 200
        plain = int(length * 1.6)
        blobs.append(
            f'{{"id":"{ids[64 * number:64 * number + 64]}","type":"{kind}","offset":{offset},"length":{length},'
            f'"uncompressed_length":{plain}}}')
        offset += length
    pack = ids[64 * count:]
    return pack, f'{{"id":"{pack}","blobs":[{",".join(blobs)}]}}', offset + HEADER + HEADER_ENTRY * count


def write_file(task: tuple[str, int, int, dict]) -> int:
    """Makes one index file, and the empty packs that it lists.

    Returns the sum of the packs' sizes.
    """
    repository, number, blobs, master = task
    source = random.Random(SEED * 1_000_003 + number)
    trees = min(TREES, blobs // 20)
    kinds = [("data", 100_000)] * ((blobs - trees + DATA_IN_PACK - 1) // DATA_IN_PACK)
    left, listings, total = blobs - trees, [], 0
    plans = []
    for kind, mean in kinds:
        plans.append((min(left, DATA_IN_PACK), kind, mean))
        left -= DATA_IN_PACK
    if trees:
        plans.insert(source.randrange(len(plans) + 1), (trees, "tree", 3000))
    for count, kind, mean in plans:
        pack, listing, size = pack_listing(source, count, kind, mean)
        listings.append(listing)
        total += size
        folder = os.path.join(repository, "data", pack[:2])
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, pack), "xb") as file:
            file.truncate(size)
    text = f'{{"packs":[{",".join(listings)}]}}\n'.encode()
    sealed = Sealer(master).seal_document(text, source.randbytes(16))
    path = os.path.join(repository, "index", hashlib.sha256(sealed).hexdigest())
    with open(path, "xb") as file:
        file.write(sealed)
    os.chmod(path, 0o400)
    return total


def fill(repository: pathlib.Path, blobs: int, master: dict) -> int:
    tasks = [
        (str(repository), number, min(FILE_BLOBS, blobs - number * FILE_BLOBS), master)
        for number in range((blobs + FILE_BLOBS - 1) // FILE_BLOBS)]
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        return sum(pool.imap_unordered(write_file, tasks))


def main() -> None:
    if len(sys.argv) != 4 or not sys.argv[2].isdecimal():
        sys.exit(__doc__)
    repository = pathlib.Path(sys.argv[1])
    if not (repository / "config").is_file() or any(repository.glob("index/*")):
        sys.exit(f"error: '{repository}' is no repository without index\n  do: Make one with `coffre repo init`.")
    (repository / "index").mkdir(exist_ok=True)
    size = fill(repository, int(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text()))
    print(f"{sys.argv[2]} blobs in packs of {size / 1e9:.1f} GB")


if __name__ == "__main__":
    main()
