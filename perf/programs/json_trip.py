"""JSON there and back: documents of nested objects, numbers and texts, compact, sorted and indented."""

import json

from harness import main


def document(k):
    return {
        "id": k,
        "name": "name %d" % k,
        "active": k % 3 == 0,
        "score": k / 7,
        "tags": ["t%d" % (k % 5), "größe", 'quote " and \\ slash', None],
        "position": {"x": -k, "y": 1e300 / (k + 1), "path": [[k, k + 1], [k + 2, []]]},
        "text": "line one\nline two\t" * (k % 4),
    }


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def run(n):
    documents = [document(k) for k in range(n)]
    compact = json.dumps(documents, separators=(",", ":"))
    back = json.loads(compact)
    assert back == documents
    lines = "\n".join(json.dumps(d, sort_keys=True, ensure_ascii=False) for d in documents)
    again = [json.loads(line) for line in lines.splitlines()]
    assert again == documents
    indented = json.dumps(documents[: n // 4], indent=2)
    assert json.loads(indented) == documents[: n // 4]
    whole = json.loads(compact, parse_float=str)
    assert whole[1]["score"] == repr(documents[1]["score"])
    return "%d %d %d %d" % (len(compact), len(lines), len(indented), depth(documents))


if __name__ == "__main__":
    main(run, 2000)
