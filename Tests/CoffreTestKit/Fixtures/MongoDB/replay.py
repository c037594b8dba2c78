"""Has a server apply the changes of an oplog.bson, as mongorestore --oplogReplay does. usage: URL=… python replay.py FILE"""
import os, sys
import bson, pymongo
from bson.raw_bson import RawBSONDocument

raw = bson.codec_options.CodecOptions(document_class=RawBSONDocument)
admin = pymongo.MongoClient(os.environ["URL"]).admin
count, batch, size = 0, [], 0


def apply(changes):
    return admin.command(bson.SON([("applyOps", changes), ("alwaysUpsert", False)]), check=False)["ok"] == 1


def flush():
    """All at once, or one after the other where one does not fit."""
    if batch and not apply(batch):
        for change in batch:
            # What was removed before it was copied, and is changed before that here.
            if not apply([change]) and change["op"] != "u": raise SystemExit(repr(change)[:2000])
    batch.clear()


for entry in bson.decode_file_iter(open(sys.argv[1], "rb"), raw):
    if len(batch) == 500 or size + len(entry.raw) > 4_000_000: flush(); size = 0
    # The collection has another identity here.
    batch.append(bson.SON([(name, entry[name]) for name in ("op", "ns", "o", "o2") if name in entry]))
    size += len(entry.raw)
    count += 1
flush()
print("replayed", count)
