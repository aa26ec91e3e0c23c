# Compression: whole and in parts, every container, dictionaries, what is left over, errors.
import gzip
import io
import zlib

data = b"".join(b"%d and %d\n" % (i, i * i % 97) for i in range(3000))
for level in (0, 1, 6, 9, -1):
    for window in (15, -15, 31, 9):
        print(level, window, zlib.decompress(zlib.compress(data, level, window), window) == data)
c = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED, zdict=b"and ")
packed = c.compress(data[:500]) + c.flush(zlib.Z_SYNC_FLUSH) + c.compress(data[500:]) + c.flush()
d = zlib.decompressobj(-15, b"and ")
parts, rest = [], packed + b"tail"
while not d.eof:
    parts.append(d.decompress(rest, 1000))
    rest = d.unconsumed_tail
print(b"".join(parts) == data, max(map(len, parts)), d.unused_data, d.unconsumed_tail, d.flush())
reader = zlib._ZlibDecompressor()
packed = zlib.compress(data) + b"more"
print(len(reader.decompress(packed, 10)), reader.needs_input, reader.eof, len(reader.decompress(b"")), reader.eof, reader.unused_data)
print(gzip.decompress(gzip.compress(data) + gzip.compress(b"x")) == data + b"x", gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(data))).readline())
print(zlib.crc32(data), zlib.crc32(b"x", 7), zlib.adler32(data), zlib.adler32(b"x", 7), zlib.MAX_WBITS, zlib.Z_FINISH)
ended = zlib.compressobj()
ended.flush()
for f, *args in [(zlib.decompress, b"abc"), (zlib.decompress, zlib.compress(b"abc")[:-1]), (zlib.decompress, b""), (zlib.compress, "text"), (zlib.compress, b"", 10), (zlib.compressobj, 10), (zlib.decompressobj, 7), (zlib.decompressobj().decompress, b"", -1), (zlib.decompressobj().flush, 0), (ended.flush,), (reader.decompress, b""), (zlib.decompressobj().decompress, b"abc")]:
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)
