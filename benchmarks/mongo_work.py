"""What the benchmark asks of MongoDB through pymongo. It is run by the Python that has pymongo, see `mongodb_server`.

usage: mongo_work.py ADDRESS WORD…
"""

import datetime
import json
import struct
import sys
from collections.abc import Iterable, Iterator

import pymongo
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from database_bench import accounts, texts

BATCH = 1000
INDEXES = {"accounts": "bid", "documents": "title"}
RAW = CodecOptions(document_class=RawBSONDocument)


def batches(documents: Iterable) -> Iterator[list]:
    batch = []
    for document in documents:
        batch.append(document)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def insert(collection: pymongo.collection.Collection, documents: Iterable) -> None:
    for batch in batches(documents):
        collection.insert_many(batch, ordered=False)


def initiate(client: pymongo.MongoClient) -> None:
    """A set of one: only sets know instants."""
    host = "{}:{}".format(*client.address)
    client.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": host}]})


def is_primary(client: pymongo.MongoClient) -> None:
    print(client.admin.command("hello").get("isWritablePrimary", False))


def version(client: pymongo.MongoClient) -> None:
    print(client.server_info()["version"])


def fill(client: pymongo.MongoClient, scale: str) -> None:
    shop = client.shop
    names = ("_id", "bid", "abalance", "filler")
    insert(shop.accounts, (dict(zip(names, row)) for row in accounts(int(4_000_000 * float(scale)))))
    changed = datetime.datetime(2026, 11, 22, 8)
    found = enumerate(texts(int(460_000_000 * float(scale))), 1)
    insert(shop.documents, (
        {"_id": number, "title": title.decode(), "changed": changed, "body": body.decode(errors="replace")}
        for number, (title, body) in found))
    index(client, "shop", *INDEXES)


def index(client: pymongo.MongoClient, database: str, *collections: str) -> None:
    for name in collections:
        client[database][name].create_index(INDEXES[name])


def size(client: pymongo.MongoClient) -> None:
    print(int(client.shop.command("dbStats")["dataSize"]))


def hashes(client: pymongo.MongoClient, database: str) -> None:
    print(json.dumps(client[database].command("dbHash")["collections"], sort_keys=True))


def drop(client: pymongo.MongoClient, *databases: str) -> None:
    for name in databases:
        client.drop_database(name)


def dump(client: pymongo.MongoClient, collection: str) -> None:
    """A collection's documents to stdout, as the server sends them."""
    for batch in client.shop[collection].find_raw_batches():
        sys.stdout.buffer.write(batch)
    sys.stdout.buffer.flush()


def load(client: pymongo.MongoClient, database: str, collection: str) -> None:
    """A collection's documents from stdin, and its index behind them."""
    def documents() -> Iterator[RawBSONDocument]:
        while head := sys.stdin.buffer.read(4):
            yield RawBSONDocument(head + sys.stdin.buffer.read(struct.unpack("<i", head)[0] - 4), RAW)

    insert(client[database][collection], documents())
    index(client, database, collection)


def grow(client: pymongo.MongoClient, new: str, changed: str) -> None:
    """New documents, and changed ones among the newest; in thousandths."""
    collection = client.shop.documents
    last = collection.find_one(sort=[("_id", -1)])["_id"]
    found = collection.find({"_id": {"$lte": last * int(new) // 1000}}).sort("_id")
    insert(collection, (
        document | {"_id": last + number, "body": document["body"][::-1]} for number, document in enumerate(found, 1)))
    last = collection.find_one(sort=[("_id", -1)])["_id"]
    collection.update_many(
        {"_id": {"$gt": last * (1000 - int(changed)) // 1000}}, [{"$set": {"title": {"$concat": ["$title", "."]}}}])


def scatter(client: pymongo.MongoClient) -> None:
    """One document of a hundred, in both collections."""
    chosen = {"_id": {"$mod": [100, 7]}}
    client.shop.documents.update_many(chosen, [{"$set": {"title": {"$concat": ["$title", "!"]}}}])
    client.shop.accounts.update_many(chosen, {"$inc": {"abalance": 1}})


WORDS = {word.__name__: word for word in (
    initiate, is_primary, version, fill, size, hashes, drop, dump, load, grow, scatter)}

if __name__ == "__main__":
    with pymongo.MongoClient(sys.argv[1], directConnection=True) as one:
        one.admin.command("ping")
        WORDS[sys.argv[2]](one, *sys.argv[3:])
