"""Makes a database of files in mongodump's layout, as mongorestore does. usage: URL=… python load.py FOLDER DATABASE"""
import glob, json, os, sys, urllib.parse
import bson, pymongo
from bson import json_util
from bson.raw_bson import RawBSONDocument

folder, name = sys.argv[1], sys.argv[2]
db = pymongo.MongoClient(os.environ["URL"])[name]
raw = bson.codec_options.CodecOptions(document_class=RawBSONDocument)
options = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, document_class=bson.SON)
views, count = [], 0
for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.metadata.json"))):
    text = open(path, "rb").read().decode()
    plain = json.loads(text)
    if "coffreBSON" in plain:
        import base64
        exact = bson.BSON(base64.b64decode(plain["coffreBSON"]["$binary"]["base64"])).decode(
            bson.codec_options.CodecOptions(document_class=bson.SON))
        meta = dict(options=exact["options"], indexes=exact["indexes"])
    else:
        meta = json_util.loads(text, json_options=options)
    collection = plain["collectionName"]
    base = os.path.basename(path)[: -len(".metadata.json")]
    if len(base) < 230: assert urllib.parse.unquote(base) == collection, (base, collection)
    if plain["type"] == "view":
        views.append((collection, meta["options"]))
        continue
    expiry = meta["options"].pop("expireAfterSeconds", None) if plain["type"] == "timeseries" else None
    db.command(bson.SON([("create", collection)] + list(meta["options"].items())))
    series = plain["type"] == "timeseries"
    file = os.path.join(folder, ("system.buckets." if series else "") + base + ".bson")
    target = "system.buckets." + collection if series else collection
    batch, size = [], 0
    def flush():
        if batch: db.command("insert", target, documents=list(batch), bypassDocumentValidation=True)
        batch.clear()
    for document in bson.decode_file_iter(open(file, "rb"), raw):
        if size + len(document.raw) > 4_000_000: flush(); size = 0
        batch.append(document); size += len(document.raw); count += 1
    flush()
    wanted = [i for i in meta["indexes"] if not (list(i["key"]) == ["_id"] or i.get("clustered"))]
    if wanted: db.command("createIndexes", collection, indexes=wanted)
    if expiry is not None: db.command("collMod", collection, expireAfterSeconds=expiry)
for collection, meta in views: db.command(bson.SON([("create", collection)] + list(meta.items())))
print("loaded", count)
