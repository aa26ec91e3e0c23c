# The hash functions that are always there.
import hashlib
import hmac

for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name, bytes(range(200)))
    more = h.copy()
    more.update(b"more")
    n = (20,) if "shake" in name else ()
    print(name, h.hexdigest(*n), more.digest(*n).hex(), h.name, h.digest_size, h.block_size)
print(hashlib.blake2b(b"abc", digest_size=20, key=b"k", salt=b"s", person=b"p", fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=1, inner_size=6, last_node=True).hexdigest())
print(hashlib.blake2s(b"abc", digest_size=9, key=b"key", node_offset=2**40).hexdigest(), hashlib.blake2b.MAX_KEY_SIZE, hashlib.blake2s.SALT_SIZE)
print(hmac.new(b"key", b"msg", "sha256").hexdigest(), hmac.compare_digest("ab", "ab"), hmac.compare_digest(b"ab", bytearray(b"ac")))

import _blake2, _md5, _sha3

for f, *args in [(_md5.md5, "text"), (_md5.md5, 1), (_md5.MD5Type,), (_sha3.shake_128().digest, -1), (_sha3.shake_128().digest, 2**29), (hmac.compare_digest, "\xe9", "a"), (hmac.compare_digest, 1, 2)]:
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)
for name, value in [("digest_size", 65), ("key", bytes(65)), ("salt", bytes(17)), ("fanout", 256), ("depth", 0), ("leaf_size", -1), ("leaf_size", 2**32), ("node_offset", 2**64), ("node_depth", 256), ("inner_size", 65)]:
    try:
        print(_blake2.blake2b(**{name: value}))
    except Exception as e:
        print(name, type(e).__name__, e)
