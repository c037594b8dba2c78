"""Reads or writes archives as mongodump's specification has them. usage: URL=… python archive.py read|write|mixed FILE DATABASE

read: makes the database DATABASE of an archive that has one; write, mixed: the archive of a database, mixed with the
documents of all collections in turns.
"""
import json, os, struct, sys
import bson, pymongo
from bson import json_util
from bson.raw_bson import RawBSONDocument

mode, path, name = sys.argv[1:4]
client = pymongo.MongoClient(os.environ["URL"])
db = client[name]
raw = bson.codec_options.CodecOptions(document_class=RawBSONDocument)
options = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, document_class=bson.SON)
TERMINATOR = b"\xff\xff\xff\xff"

TABLE = []
for byte in range(256):
    for _ in range(8): byte = byte >> 1 ^ (0xC96C5795D7870F42 if byte & 1 else 0)
    TABLE.append(byte)


def crc(data, value=0):
    value ^= 0xFFFFFFFFFFFFFFFF
    for byte in data: value = TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFFFFFFFFFF


assert crc(b"123456789") == 0x995DC9BBDF1939FA


def read():
    with open(path, "rb") as file: data = file.read()
    assert data[:4] == struct.pack("<I", 0x8199E26D)
    at = 4

    def document():
        nonlocal at
        length = struct.unpack_from("<i", data, at)[0]
        if length == -1:
            at += 4
            return None
        at += length
        return data[at - length : at]

    head = bson.decode(document())
    assert head["version"] == "0.1" and head["server_version"], head
    preludes = []
    while (one := document()) is not None: preludes.append(bson.decode(one))
    views, later = [], []
    assert len({one["db"] for one in preludes}) == 1, preludes
    for one in preludes:
        plain, meta = json.loads(one["metadata"]), None
        if "coffreBSON" in plain:
            import base64
            exact = bson.BSON(base64.b64decode(plain["coffreBSON"]["$binary"]["base64"])).decode(
                bson.codec_options.CodecOptions(document_class=bson.SON))
            meta = dict(options=exact["options"], indexes=exact["indexes"])
        else:
            meta = json_util.loads(one["metadata"], json_options=options)
        assert plain["collectionName"] == one["collection"] and plain["type"] == one["type"]
        if one["type"] == "view": views.append((one["collection"], meta["options"]))
        else:
            expiry = meta["options"].pop("expireAfterSeconds", None) if one["type"] == "timeseries" else None
            db.command(bson.SON([("create", one["collection"])] + list(meta["options"].items())))
            later.append((one["collection"], meta["indexes"], expiry))
    sums, ended = {}, set()
    while at < len(data):
        header = bson.decode(document())
        key = header["db"], header["collection"]
        assert key not in ended, key
        batch, size = [], 0
        while (one := document()) is not None:
            assert not header["EOF"]
            sums[key] = crc(one, sums.get(key, 0))
            batch.append(RawBSONDocument(one)); size += len(one)
            if size > 4_000_000:
                db.command("insert", header["collection"], documents=batch, bypassDocumentValidation=True)
                batch, size = [], 0
        if batch: db.command("insert", header["collection"], documents=batch, bypassDocumentValidation=True)
        if header["EOF"]:
            assert header["CRC"] & 0xFFFFFFFFFFFFFFFF == sums.get(key, 0), key
            ended.add(key)
    for one in preludes:
        if one["type"] != "timeseries": assert (one["db"], one["collection"]) in ended, one["collection"]
        else: assert (one["db"], "system.buckets." + one["collection"]) in ended
    for collection, indexes, expiry in later:
        wanted = [i for i in indexes if not (list(i["key"]) == ["_id"] or i.get("clustered"))]
        if wanted: db.command("createIndexes", collection, indexes=wanted)
        if expiry is not None: db.command("collMod", collection, expireAfterSeconds=expiry)
    for collection, meta in views: db.command(bson.SON([("create", collection)] + list(meta.items())))
    print("read", sum(1 for _ in ended))


def write(turns):
    out = [struct.pack("<I", 0x8199E26D)]
    add = lambda **fields: out.append(bson.encode(bson.SON(fields.items())))
    add(concurrent_collections=4, version="0.1", server_version="6.0.5", tool_version="100.9.0")
    found = sorted(db.command("listCollections")["cursor"]["firstBatch"], key=lambda one: one["name"])
    found = [one for one in found if not one["name"].startswith("system.") or one["name"] == "system.js"]
    documents = {}
    for one in found:
        collection, kind = one["name"], one["type"]
        indexes = [] if kind == "view" else list(db.command("listIndexes", collection)["cursor"]["firstBatch"])
        meta = {"options": one["options"], "indexes": indexes, "uuid": "", "collectionName": collection, "type": kind}
        add(db=name, collection=collection, metadata=json_util.dumps(meta, json_options=options), size=0, type=kind)
        rows = "system.buckets." + collection if kind == "timeseries" else collection
        documents[rows] = [] if kind == "view" else list(db.get_collection(rows, codec_options=raw).find())
    out.append(TERMINATOR)
    sums = {}
    while documents:
        for collection in list(documents):
            rest = documents[collection]
            part, documents[collection] = (rest[:100], rest[100:]) if turns else (rest, [])
            if part:
                add(db=name, collection=collection, EOF=False, CRC=0)
                for one in part:
                    out.append(one.raw)
                    sums[collection] = crc(one.raw, sums.get(collection, 0))
                out.append(TERMINATOR)
            if not documents[collection]:
                value = sums.get(collection, 0)
                add(db=name, collection=collection, EOF=True, CRC=bson.Int64(value - (1 << 64 if value >> 63 else 0)))
                out.append(TERMINATOR)
                del documents[collection]
    with open(path, "wb") as file: file.write(b"".join(out))
    print("wrote", len(found))


if mode == "read": read()
else: write(turns=mode == "mixed")
