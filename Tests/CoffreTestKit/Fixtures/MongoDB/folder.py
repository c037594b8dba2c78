"""Writes a database as mongodump does. usage: URL=… python folder.py write|gzip FOLDER DATABASE"""
import gzip, os, sys, urllib.parse
import bson, pymongo
from bson import json_util
from bson.raw_bson import RawBSONDocument

mode, root, name = sys.argv[1:4]
db = pymongo.MongoClient(os.environ["URL"])[name]
raw = bson.codec_options.CodecOptions(document_class=RawBSONDocument)
options = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, document_class=bson.SON)
folder = os.path.join(root, name)
os.makedirs(folder)


def write(file, content):
    if mode == "gzip": file, content = file + ".gz", gzip.compress(content)
    with open(os.path.join(folder, file), "wb") as out: out.write(content)


count = 0
for one in db.command("listCollections")["cursor"]["firstBatch"]:
    collection, kind = one["name"], one["type"]
    if collection.startswith("system.") and collection != "system.js": continue
    indexes = [] if kind == "view" else list(db.command("listIndexes", collection)["cursor"]["firstBatch"])
    meta = {"options": one["options"], "indexes": indexes, "uuid": "", "collectionName": collection, "type": kind}
    base = urllib.parse.quote(collection, safe="-._~$&+=@")
    write(base + ".metadata.json", json_util.dumps(meta, json_options=options).encode())
    if kind == "view": continue
    rows = "system.buckets." + collection if kind == "timeseries" else collection
    prefix = "system.buckets." if kind == "timeseries" else ""
    write(prefix + base + ".bson", b"".join(d.raw for d in db.get_collection(rows, codec_options=raw).find()))
    count += 1
with open(os.path.join(folder, "prelude.json"), "w") as out: out.write('{"ServerVersion":"6.0.5","ToolVersion":"100.9.0"}')
print("wrote", count)
