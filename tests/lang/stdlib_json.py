# json: both directions, the scanner's complaints, the encoder's options.
import json

data = {"a": [1, 2.5, -0.0, 1e300, True, False, None], "b": {"c": "x\n\"\u20ac\U0001f600\x7f"}, "": [], "e": {}, "big": 10**30}
text = json.dumps(data)
print(text)
print(json.loads(text) == data, json.loads(" [1 , 2 ]\n"), json.loads('"\\ud83d\\ude00\\ud800\\/"') == "\U0001f600\ud800/")
print(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
print(json.dumps(data, indent=2, sort_keys=True))
print(json.dumps([1, [2, {"x": ()}]], indent="\t"))
print(json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps({(1,): 1, "a": 2}, skipkeys=True))
print(json.loads("[NaN, Infinity, -Infinity, 1E5, 0.1]"), json.dumps([float("nan"), float("inf")]))
print(json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.loads('{"a": {}}', object_hook=lambda d: (d,)))
print(json.loads("[1.1, 12]", parse_float=str, parse_int=lambda s: s + "!"))
for bad in ["", "[1,", "[1,]", '{"a" 1}', "{1: 2}", '{"a":1,}', '"abc', '"\\x"', '"\\u12"', '"a\nb"', "tru", "[1 2]", "1 2", "nul", "-", "01"]:
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(repr(bad), "|", e, e.pos)


class Point:
    def __init__(self, x):
        self.x = x


class Encoder(json.JSONEncoder):
    def default(self, o):
        return {"x": o.x} if isinstance(o, Point) else super().default(o)


print(json.dumps([Point(1), Point([Point(2)])], cls=Encoder), json.dumps(Point(3), default=vars))
loop = []
loop.append(loop)
for bad, options in [(loop, {}), (object, {}), ({(1,): 1}, {}), ([float("inf")], {"allow_nan": False})]:
    try:
        json.dumps(bad, **options)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, str(e).split(" at ")[0])
print("".join(json.JSONEncoder(indent=1).iterencode({"a": [1]})))
