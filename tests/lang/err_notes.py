try:
    raise TypeError("with notes")
except TypeError as e:
    e.add_note("first note")
    e.add_note("second\nnote")
    raise
