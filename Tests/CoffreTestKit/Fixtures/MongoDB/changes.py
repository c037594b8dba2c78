"""Changes a database of everything.py in all the ways that servers log. usage: URL=… python changes.py DATABASE"""
import datetime, os, random, sys
import bson, gridfs, pymongo
from bson import Decimal128, Int64, Regex, Timestamp

client = pymongo.MongoClient(os.environ["URL"])
db = client[sys.argv[1]]
many = db.many
dice = random.Random(7)
UTC = datetime.timezone.utc


def values():
    return dice.choice([1, 2.5, "é", None, True, [1, [2, {"x": 3}]], {"a": {"b": [1, 2, 3]}, "": 0}, Int64(5), [],
                        Decimal128("1.50"), Regex("^x"), datetime.datetime(2026, 1, 1, tzinfo=UTC), b"\x00\xff", {}])


def change(collection, identity, session=None):
    """One change of one document, whatever it is by now."""
    q = {"_id": identity}
    do = lambda change, **more: collection.update_one(q, change, session=session, **more)
    name = dice.choice(["a", "b", "c", "d.e", "d.f.g", "list", "u", "i", "s"])
    try:
        kind = dice.randrange(18)
        if kind == 0: do({"$set": {name: values()}})
        elif kind == 1: do({"$unset": {name: 1}})
        elif kind == 2: do({"$inc": {"n": 3}})
        elif kind == 3: do({"$push": {"list": {"$each": [values(), {"x": 1, "y": [1]}], "$position": dice.randrange(3)}}})
        elif kind == 4: do({"$push": {"list": {"$each": [values()], "$slice": -4}}})
        elif kind == 5: do({"$pop": {"list": dice.choice([1, -1])}})
        elif kind == 6: do({"$set": {"list.2": values(), "list.0": {"x": {"z": 1}}}})
        elif kind == 7: do({"$set": {"list.$[e].y.5": 7}}, array_filters=[{"e.x": 1}])
        elif kind == 8: do({"$rename": {"a": "was a"}})
        elif kind == 9: collection.replace_one(q, {"whole": values(), "n": dice.randrange(9)}, session=session)
        elif kind == 10: collection.delete_one(q, session=session)
        elif kind == 11:
            collection.delete_one(q, session=session)
            collection.insert_one({"z": values(), "_id": identity}, session=session)
        elif kind == 12: do({"$set": {"upserted": values()}, "$setOnInsert": {"new": 1}}, upsert=True)
        elif kind == 13: do([{"$set": {"d": {"$mergeObjects": ["$d", {"f": {"g": "$n"}, "h": [1, 2]}]}}}, {"$unset": "text"}])
        elif kind == 14: do([{"$replaceWith": {"_id": "$_id", "turned": "$$ROOT", "t": {"$literal": Timestamp(0, 0)}}}])
        elif kind == 15: do({"$set": {"c": values(), "b": values(), "d": {"e": 1, "f": {"g": [1, 2]}}}})
        elif kind == 16: do({"$set": {"d.f.g.1": values(), "text": "x" * dice.randrange(300)}})
        else: collection.find_one_and_update(q, {"$mul": {"n": 2}, "$currentDate": {"when": True}}, session=session)
    except (pymongo.errors.WriteError, pymongo.errors.DuplicateKeyError):
        # Not every change fits every document.
        if session: raise


# A few documents again and again, of those that were copied, that are being copied, and that are not yet.
pool = [dice.randrange(20_000) for _ in range(150)] + list(range(30)) + list(range(20_000, 20_030))
for _ in range(3000): change(many, dice.choice(pool))
many.delete_many({"_id": {"$gte": 15_000, "$lt": 15_200}})
many.update_many({"_id": {"$gte": 5_000, "$lt": 5_300}}, {"$set": {"all.of": ["them"]}, "$unset": {"n": 1}})
many.insert_many([{"_id": i, "late": True} for i in range(30_000, 30_500)])
db.one.update_one({"_id": 1}, {"$set": {"seen": True}})
db.one.insert_one({"_id": 1.5})
db.empty.insert_many([{"_id": i} for i in range(3)])
db.kinds.update_many({}, {"$set": {"again": 1}})
db.kinds.delete_one({"_id": None})
db.clustered.update_one({"_id": 5}, {"$set": {"a": {"b": 1}}})
db.clustered.delete_one({"_id": 6})
db.large.delete_one({"_id": 1})
db.large.insert_one({"_id": 1, "b": b"y" * (16 * 1024 * 1024 - 40)})
db.images.update_one({"_id": 1}, {"$set": {"x": 1}})
for i in range(400):
    db.weather.insert_one({"at": datetime.datetime(2025, 1, 1, tzinfo=UTC) + datetime.timedelta(minutes=7 * i),
                           "where": {"s": i % 7}, "t": i / 3, "_id": 100_000 + i})
db.weather.delete_many({"where": {"s": 3}})
gridfs.GridFS(db).put(os.urandom(600_000), filename="late.bin")

# Transactions: one that counts, one that does not, and one that needs several entries of the log.
with client.start_session() as session:
    with session.start_transaction():
        for i in range(50):
            many.update_one({"_id": 9_000 + i}, {"$inc": {"n": 1}, "$push": {"list": i}}, session=session)
        db.one.insert_one({"_id": "in a transaction"}, session=session)
    with session.start_transaction():
        many.update_one({"_id": 9_000}, {"$set": {"never": True}}, session=session)
        session.abort_transaction()
    with session.start_transaction():
        for i in range(4): db.large.insert_one({"_id": "part %d" % i, "b": os.urandom(7_000_000)}, session=session)
        many.update_one({"_id": 9_001}, {"$set": {"large": True}}, session=session)
print("changed")
