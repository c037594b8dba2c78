"""Fills a database with everything MongoDB has. usage: URL=… python everything.py DATABASE"""
import datetime, os, sys
import bson, gridfs, pymongo
from bson import (Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, SON, Timestamp)

client = pymongo.MongoClient(os.environ["URL"])
db = client[sys.argv[1]]
UTC = datetime.timezone.utc

# Every kind of value, and those that programs convert.
kinds = {
    "double": 1.5, "whole double": 1.0, "negative zero": -0.0, "nan": float("nan"), "infinite": float("-inf"),
    "tiny": 5e-324, "string": "é 😀 \u0000 \n\t\"", "empty": "", "document": {}, "nested": {"a": [{"b": [[], [1, {}]]}]},
    "array": [1, "2", None], "binary": Binary(b"\x00\xff", 0), "uuid": Binary(bytes(range(16)), 4),
    "old binary": Binary(b"\x01\x02", 2), "user binary": Binary(b"", 128), "object id": ObjectId(b"\x00" * 12),
    "true": True, "false": False, "date": datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, UTC),
    "old date": datetime.datetime(1901, 1, 1, tzinfo=UTC), "far date": bson.datetime_ms.DatetimeMS(2**62),
    "null": None, "regex": Regex("^a/b\\.c", "imsx"), "ref": DBRef("other", 1), "code": Code("return 1"),
    "scoped code": Code("return x", {"x": 1}), "int32": -2**31, "int64": Int64(1), "large": 2**63 - 1,
    "timestamp": {"inner": Timestamp(5, 6)}, "decimal": Decimal128("-1.50E+3"), "decimal nan": Decimal128("NaN"),
    "min": MinKey(), "max": MaxKey(), "": "a field without a name", "$dollar": 1, "dotted.name": 2,
}
db.kinds.insert_many([SON([("_id", name), ("value", value)]) for name, value in kinds.items()])
db.kinds.insert_one(SON([("_id", SON([("b", 1), ("a", 2)])), ("z", 1), ("a", 2), ("m", SON([("$x", 1), ("a.b", 2)]))]))
db.kinds.insert_many([{"_id": identity} for identity in (1, 2.5, Int64(3), None, True, MinKey(), Binary(b"id"))])
db.kinds.insert_one({"_id": "deep", "d": __import__("functools").reduce(lambda inner, _: {"n": inner}, range(90), 1)})

# Sizes: none, one, many, and as large as a document may be.
db.create_collection("empty")
db.one.insert_one({"_id": 1})
db.many.insert_many([{"_id": i, "n": i * 7919 % 5003, "text": "row %d " % i * (i % 30)} for i in range(20_000)])
db.large.insert_many([{"_id": 1, "b": b"x" * (16 * 1024 * 1024 - 40)}, {"_id": 2, "b": os.urandom(5_000_000)}])

# Indexes of all kinds.
c = db.indexed
c.insert_many([{"_id": i, "a": i, "b": [i, -i], "t": "some words %d" % i, "w": {"x": {"y": i}}, "h": "h%d" % i,
                "p": {"type": "Point", "coordinates": [i / 10, i / 20]}, "q": [i / 10, i / 20], "e": datetime.datetime.now(UTC)}
               for i in range(200)])
c.create_index([("a", 1), ("b", -1)], name="compound, with a name of its own")
c.create_index([("a", -1)], unique=True)
c.create_index([("missing", 1)], sparse=True)
c.create_index([("h", "hashed")])
c.create_index([("t", "text"), ("h", "text")], weights={"t": 10}, default_language="french", language_override="sprache")
c.create_index([("p", "2dsphere")])
c.create_index([("q", "2d")], min=-500, max=500, bits=20)
c.create_index([("w.$**", 1)])
c.create_index([("e", 1)], expireAfterSeconds=10_000_000)
c.create_index([("b", 1)], partialFilterExpression={"a": {"$gt": 5}, "h": {"$type": "string"}}, hidden=True)
c.create_index([("h", 1)], collation={"locale": "de", "strength": 2, "numericOrdering": True}, name="collated")
db.wild.insert_one({"x": 1})
db.wild.create_index([("$**", 1)], wildcardProjection={"secret": 0})

# Options.
db.create_collection("collated", collation={"locale": "fr", "backwards": True, "strength": 2})
db.collated.insert_many([{"_id": "cote"}, {"_id": "coter"}])
db.collated.create_index([("n", 1)])
db.create_collection("checked", validator={"$or": [{"n": {"$gte": 0}}, {"name": {"$regex": "^x$", "$options": "i"}},
                     {"when": {"$lt": datetime.datetime(2030, 1, 1)}}, {"r": Regex("^y", "m")}]},
                     validationLevel="moderate", validationAction="error")
db.checked.insert_one({"_id": 1, "n": 1})
db.command("insert", "checked", documents=[{"_id": 2, "n": -1}], bypassDocumentValidation=True)
db.create_collection("schema", validator={"$jsonSchema": {"bsonType": "object", "required": ["n"], "properties": {
                     "n": {"bsonType": ["int", "long"], "minimum": 1, "description": "\"quoted\" é"}}}})
db.schema.insert_many([{"_id": i, "n": i + 1} for i in range(10)])
db.create_collection("capped", capped=True, size=1 << 20, max=50)
db.capped.insert_many([{"_id": 100 - i} for i in range(80)])
db.create_collection("clustered", clusteredIndex={"key": {"_id": 1}, "unique": True, "name": "by key"})
db.clustered.insert_many([{"_id": i} for i in range(100)])
db.create_collection("images", changeStreamPreAndPostImages={"enabled": True})
db.images.insert_one({"_id": 1})
db.create_collection("engine", storageEngine={"wiredTiger": {"configString": "block_compressor=zlib"}})
db.engine.insert_many([{"_id": i, "t": "x" * 1000} for i in range(100)])

# Time series.
db.create_collection("weather", timeseries={"timeField": "at", "metaField": "where", "granularity": "minutes"},
                     expireAfterSeconds=1_000_000_000)
db.weather.insert_many([{"at": datetime.datetime(2025, 1, 1, tzinfo=UTC) + datetime.timedelta(minutes=i), "where": {"s": i % 7},
                         "t": i / 3, "_id": i} for i in range(3000)])
db.weather.create_index([("where.s", 1), ("at", -1)])
db.create_collection("plain series", timeseries={"timeField": "t"})
db["plain series"].insert_one({"t": datetime.datetime(2025, 1, 1, tzinfo=UTC), "x": Decimal128("1")})

# Views, also of views, of time series and of what is not there.
db.create_collection("view", viewOn="many", pipeline=[{"$match": {"n": {"$lt": 100}}}, {"$project": {"text": 0}}])
db.create_collection("a view of a view", viewOn="view", pipeline=[{"$limit": 3}])
db.create_collection("sorted", viewOn="one", pipeline=[{"$sort": {"x": 1}}], collation={"locale": "sv"})
db.create_collection("hot", viewOn="weather", pipeline=[{"$match": {"t": {"$gt": 500}, "x": Regex("^a")}}])
db.create_collection("broken", viewOn="nowhere", pipeline=[])

# Files, stored functions, names.
fs = gridfs.GridFS(db)
fs.put(os.urandom(700_000), filename="é.bin", metadata={"x": Int64(1)})
gridfs.GridFS(db, "photos").put(b"", filename="empty")
db["system.js"].insert_one({"_id": "add", "value": Code("function (a, b) { return a + b; }")})
for number, name in enumerate(["a/b", "é", "😀", "with space ", "per%cent", "quote\"'", "back\\slash", "a:b*c?", "-dash",
                               "line\nbreak", "tab\t", "CON", "Many", "dot.ted.name", "plus+and&", "long" * 40, "é" * 60]):
    db[name].insert_one({"_id": number, "name": name})
    db[name].create_index([("n", 1)], name="é \"quoted\" $ %d" % number)
print(len(db.list_collection_names()))
