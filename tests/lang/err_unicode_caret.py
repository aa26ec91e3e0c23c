naïve = "é" * 3
print(len(naïve))
日本 = {"ключ": 1}
print(日本["ключ"], naïve.nope, "—")
