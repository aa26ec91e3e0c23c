# Bytes as text and back, checksums, errors.
import base64
import binascii as b

data = bytes(range(40))
print(b.b2a_base64(data), b.b2a_base64(data[:4], newline=False), b.a2b_base64(b"AAEC\nAw==ju"), b.a2b_base64("ab=c=d"))
print(b.b2a_uu(data), b.b2a_uu(data[:3], backtick=True), b.a2b_uu(b.b2a_uu(data)) == data, b.a2b_uu(b"#AB"))
print(b.b2a_qp(b"a=b \t\nx_ .\n.\n" + b"\xe9" * 30), b.b2a_qp(b"a b_\n", quotetabs=True, header=True), b.a2b_qp("=41=\n=zz_==", header=True))
print(b.hexlify(data[:5], "-", 2), b.b2a_hex(bytearray(b"xy")), b.unhexlify("6a6B"), b.crc32(data), b.crc32(data, 5), b.crc_hqx(data, 0))
print(base64.b85encode(data), base64.b64decode(b"QUJD", validate=True), b.Error.__mro__[1], b.Incomplete.__mro__[1])
for f, *args in [(b.unhexlify, "abc"), (b.unhexlify, "zz"), (b.unhexlify, "\xe9"), (b.unhexlify, 1), (b.a2b_base64, "a"), (b.a2b_base64, "ab="), (b.a2b_uu, b"!!!!"), (b.a2b_uu, b"\xff\x00"), (b.b2a_uu, bytes(46)), (b.hexlify, "x"), (b.crc32, "x")]:
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)
for text in ["=abc", "ab==c", "abc==", "ab=c", "a b=", "a===", "abcd="]:
    try:
        print(b.a2b_base64(text, strict_mode=True))
    except b.Error as e:
        print(e)
