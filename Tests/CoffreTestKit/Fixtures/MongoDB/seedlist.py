"""A DNS server that knows one SRV record. usage: python3 seedlist.py NAME TARGET PORT

It prints `ready` and the address of this machine that it found free, on port 53.
"""
import random, socket, struct, sys, threading

name, target, port = sys.argv[1].lower(), sys.argv[2], int(sys.argv[3])
SRV, TXT, A = 33, 16, 1


def encoded(text):
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


def answer(query):
    at, parts = 12, []
    while query[at]:
        parts.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += query[at] + 1
    kind = struct.unpack_from(">H", query, at + 1)[0]
    question = query[12 : at + 5]
    asked, data = ".".join(parts), None
    if asked == "_mongodb._tcp." + name and kind == SRV: data = struct.pack(">HHH", 0, 0, port) + encoded(target)
    elif asked == target.lower() and kind == A: data = socket.inet_aton("127.0.0.1")
    record = b"" if data is None else b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 5, len(data)) + data
    return query[:2] + struct.pack(">HHHHH", 0x8580, 1, 1 if record else 0, 0, 0) + question + record


def serve_streams():
    while True:
        stream, _ = streams.accept()
        with stream:
            size = struct.unpack(">H", stream.recv(2))[0]
            reply = answer(stream.recv(size))
            stream.sendall(struct.pack(">H", len(reply)) + reply)


while True:
    # Others may run the same test at the same time.
    address = "127.%d.%d.%d" % tuple(random.randint(1, 254) for _ in range(3))
    packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        packets.bind((address, 53))
        streams = socket.create_server((address, 53))
        break
    except OSError as error:
        if error.errno != 98: raise
threading.Thread(target=serve_streams, daemon=True).start()
print("ready", address + ".", flush=True)
while True:
    query, sender = packets.recvfrom(4096)
    packets.sendto(answer(query), sender)
