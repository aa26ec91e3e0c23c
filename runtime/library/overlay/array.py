"""Arrays of numbers and characters: machine values in a bytearray."""

import struct as _struct
from _collections_abc import MutableSequence as _MutableSequence
from operator import index as _index

typecodes = "bBuwhHiIlLqQfd"

_WIDE = "uw"
_new = object.__new__


def _array_reconstructor(arraytype, typecode, mformat_code, items, /):
    """Internal. Used for pickling support."""
    if not isinstance(arraytype, type):
        raise TypeError("first argument must be a type object, not %.200s" % type(arraytype).__name__)
    if not issubclass(arraytype, array):
        raise TypeError("%.200s is not a subtype of array.array" % arraytype.__name__)
    if not isinstance(typecode, str) or typecode not in typecodes:
        raise ValueError("second argument must be a valid type code")
    if not 0 <= mformat_code <= 21:
        raise ValueError("third argument must be a valid machine format code.")
    if not isinstance(items, bytes):
        raise TypeError("fourth argument should be bytes, not %.200s" % type(items).__name__)
    if mformat_code >= 18:
        encoding = {18: "utf-16-le", 19: "utf-16-be", 20: "utf-32-le", 21: "utf-32-be"}[mformat_code]
        return arraytype(typecode, items.decode(encoding))
    code = "BbHHhhIIiiQQqqffdd"[mformat_code]
    order = ">" if mformat_code >= 2 and mformat_code % 2 else "<"
    size = _struct.calcsize(order + code)
    if len(items) % size:
        raise ValueError("bytes length not a multiple of item size")
    return arraytype(typecode, [item[0] for item in _struct.iter_unpack(order + code, items)])


class array:
    """array(typecode [, initializer]) -> array

Return a new array whose items are restricted by typecode, and
initialized from the optional initializer value, which must be a list,
string or iterable over elements of the appropriate type."""

    __slots__ = ("typecode", "itemsize", "_data", "_item", "__weakref__")

    def __new__(cls, typecode, initializer=(), /, **kwargs):
        if kwargs and cls is array:
            raise TypeError("array.array() takes no keyword arguments")
        if not isinstance(typecode, str) or len(typecode) != 1:
            given = f"a string of length {len(typecode)}" if isinstance(typecode, str) else type(typecode).__name__
            raise TypeError(f"array() argument 1 must be a unicode character, not {given}")
        if typecode not in typecodes:
            raise ValueError("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")
        if typecode == "u":
            import warnings
            warnings.warn("The 'u' type code is deprecated and will be removed in Python 3.16", DeprecationWarning, stacklevel=2)
        self = _new(cls)
        item = _struct.Struct("I" if typecode in _WIDE else typecode)
        _set_typecode(self, typecode)
        _set_itemsize(self, item.size)
        self._data = bytearray()
        self._item = item
        if isinstance(initializer, str) and typecode not in _WIDE:
            raise TypeError(f"cannot use a str to initialize an array with typecode '{typecode}'")
        if isinstance(initializer, array) and initializer.typecode in _WIDE and typecode not in _WIDE:
            raise TypeError(f"cannot use a unicode array to initialize an array with typecode '{typecode}'")
        if isinstance(initializer, (bytes, bytearray)):
            self.frombytes(initializer)
        elif isinstance(initializer, array) and initializer.typecode == typecode:
            self._data += initializer._data
        elif isinstance(initializer, str):
            self.fromunicode(initializer)
        else:
            self._data += b"".join(map(self._pack, initializer))
        return self

    def _pack(self, value):
        if self.typecode in _WIDE:
            if not isinstance(value, str) or len(value) != 1:
                given = f"a string of length {len(value)}" if isinstance(value, str) else type(value).__name__
                raise TypeError(f"array item must be a unicode character, not {given}")
            return self._item.pack(ord(value))
        try:
            return self._item.pack(value)
        except _struct.error as e:
            raise self._refused(value) from None

    def _refused(self, value):
        code = self.typecode
        if code in "fd":
            return TypeError(f"must be real number, not {type(value).__name__}")
        try:
            number = _index(value)
        except TypeError:
            return TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
        names = {"b": "signed char", "B": "unsigned byte integer", "h": "signed short integer", "H": "unsigned short",
                 "i": "signed integer", "I": "unsigned int", "l": "signed long", "L": "unsigned long", "q": "signed long long",
                 "Q": "unsigned long long"}
        side = "less than minimum" if number < 0 else "greater than maximum"
        return OverflowError(f"{names[code]} is {side}")

    def _value(self, item):
        return chr(item) if self.typecode in _WIDE else item

    def _place(self, i, what):
        n = len(self)
        i = _index(i)
        if i < 0:
            i += n
        if not 0 <= i < n:
            raise IndexError(what)
        return i * self.itemsize

    def __len__(self):
        return len(self._data) // self.itemsize

    def __iter__(self):
        return arrayiterator._over(self)

    def __getitem__(self, i, /):
        if isinstance(i, slice):
            made = array.__new__(array, self.typecode) if self.typecode != "u" else self._empty()
            size, data = self.itemsize, self._data
            start, stop, step = i.indices(len(self))
            if step == 1:
                made._data += data[start * size:max(start, stop) * size]
            else:
                for k in range(start, stop, step):
                    made._data += data[k * size:k * size + size]
            return made
        if not hasattr(i, "__index__"):
            raise TypeError("array indices must be integers")
        return self._value(self._item.unpack_from(self._data, self._place(i, "array index out of range"))[0])

    def _empty(self):
        made = _new(array)
        _set_typecode(made, self.typecode)
        _set_itemsize(made, self.itemsize)
        made._data = bytearray()
        made._item = self._item
        return made

    def __setitem__(self, i, value, /):
        if not isinstance(i, slice):
            if not hasattr(i, "__index__"):
                raise TypeError("array indices must be integers")
            self._place(i, "array assignment index out of range")
            item = self._pack(value)
            # The value's own code may have shortened the array.
            at = self._place(i, "array assignment index out of range")
            self._data[at:at + self.itemsize] = item
            return
        if not isinstance(value, array):
            raise TypeError(f'can only assign array (not "{type(value).__name__}") to array slice')
        if value.typecode != self.typecode:
            raise TypeError("bad argument type for built-in operation")
        size, data = self.itemsize, bytes(value._data)
        start, stop, step = i.indices(len(self))
        if step == 1:
            self._data[start * size:max(start, stop) * size] = data
            return
        places = range(start, stop, step)
        if len(value) != len(places):
            if not value:
                del self[i]
                return
            raise ValueError(f"attempt to assign array of size {len(value)} to extended slice of size {len(places)}")
        for k, place in enumerate(places):
            self._data[place * size:place * size + size] = data[k * size:k * size + size]

    def __delitem__(self, i, /):
        size = self.itemsize
        if not isinstance(i, slice):
            if not hasattr(i, "__index__"):
                raise TypeError("array indices must be integers")
            at = self._place(i, "array assignment index out of range")
            del self._data[at:at + size]
            return
        start, stop, step = i.indices(len(self))
        if step == 1:
            del self._data[start * size:max(start, stop) * size]
            return
        for place in sorted(range(start, stop, step), reverse=True):
            del self._data[place * size:place * size + size]

    def __contains__(self, value, /):
        return any(item is value or item == value for item in self)

    def __add__(self, other, /):
        if not isinstance(other, array):
            raise TypeError(f'can only append array (not "{type(other).__name__}") to array')
        if self.typecode != other.typecode:
            raise TypeError("bad argument type for built-in operation")
        made = self._empty()
        made._data += self._data + other._data
        return made

    def __iadd__(self, other, /):
        if not isinstance(other, array):
            raise TypeError(f'can only extend with array (not "{type(other).__name__}")')
        self.extend(other)
        return self

    def __mul__(self, n, /):
        made = self._empty()
        made._data += self._data * _index(n)
        return made

    __rmul__ = __mul__

    def __imul__(self, n, /):
        self._data *= _index(n)
        return self

    def _compared(self, other, how):
        if not isinstance(other, array):
            return NotImplemented
        return how(list(self), list(other))

    def __eq__(self, other, /):
        return self._compared(other, lambda a, b: a == b)

    def __ne__(self, other, /):
        return self._compared(other, lambda a, b: a != b)

    def __lt__(self, other, /):
        return self._compared(other, lambda a, b: a < b)

    def __le__(self, other, /):
        return self._compared(other, lambda a, b: a <= b)

    def __gt__(self, other, /):
        return self._compared(other, lambda a, b: a > b)

    def __ge__(self, other, /):
        return self._compared(other, lambda a, b: a >= b)

    __hash__ = None

    def __repr__(self):
        name = type(self).__name__
        if not self._data:
            return f"{name}('{self.typecode}')"
        return f"{name}('{self.typecode}', {(self.tounicode() if self.typecode in _WIDE else self.tolist())!r})"

    def __copy__(self):
        made = self._empty()
        made._data += self._data
        return made

    def __deepcopy__(self, memo, /):
        return self.__copy__()

    def __reduce_ex__(self, protocol, /):
        state = getattr(self, "__dict__", None)
        code = self.typecode
        if protocol < 3:
            return type(self), (code, self.tounicode() if code in _WIDE else self.tolist()), state
        formats = {"B": 0, "b": 1, "H": 2, "h": 4, "I": 6, "i": 8, "L": 10, "l": 12, "Q": 10, "q": 12, "f": 14, "d": 16}
        return _array_reconstructor, (type(self), code, formats.get(code, 20), self.tobytes()), state

    def __buffer__(self, flags, /):
        return memoryview(self._data).cast(self._item.format)

    def append(self, v, /):
        """Append new value v to the end of the array."""
        self._data += self._pack(v)

    def buffer_info(self):
        """Return a tuple (address, length) giving the current memory address and the length in items."""
        return id(self._data), len(self)

    def byteswap(self):
        """Byteswap all items of the array."""
        size = self.itemsize
        data = self._data
        for at in range(0, len(data), size):
            data[at:at + size] = data[at:at + size][::-1]

    def count(self, v, /):
        """Return number of occurrences of v in the array."""
        return sum(item is v or item == v for item in self)

    def extend(self, bb, /):
        """Append items to the end of the array."""
        if isinstance(bb, array):
            if bb.typecode != self.typecode:
                raise TypeError("can only extend with array of same kind")
            self._data += bytes(bb._data)
            return
        for item in bb:
            self._data += self._pack(item)

    def frombytes(self, buffer, /):
        """Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file."""
        if isinstance(buffer, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        view = memoryview(buffer)
        if view.itemsize != 1:
            view = view.cast("B")
        if len(view) % self.itemsize:
            raise ValueError("bytes length not a multiple of item size")
        self._data += bytes(view)

    def fromfile(self, f, n, /):
        """Read n objects from the file object f and append them to the end of the array."""
        if n < 0:
            raise ValueError("negative count")
        data = f.read(n * self.itemsize)
        if not isinstance(data, bytes):
            raise TypeError("read() didn't return bytes")
        whole = len(data) // self.itemsize * self.itemsize
        self.frombytes(data[:whole])
        if len(data) < n * self.itemsize:
            raise EOFError("read() didn't return enough bytes")

    def fromlist(self, list, /):
        """Append items to array from list."""
        if not isinstance(list, type([])):
            raise TypeError("arg must be list")
        self._data += b"".join([self._pack(item) for item in list])

    def fromunicode(self, ustr, /):
        """Extends this array with data from the unicode string ustr."""
        if self.typecode not in _WIDE:
            raise ValueError("fromunicode() may only be called on unicode type arrays ('u' or 'w')")
        for c in ustr:
            self._data += self._pack(c)

    def index(self, v, start=0, stop=None, /):
        """Return index of first occurrence of v in the array."""
        n = len(self)
        if start < 0:
            start = max(start + n, 0)
        if stop is None:
            stop = n
        elif stop < 0:
            stop += n
        for i in range(start, min(stop, n)):
            if i >= len(self):
                break
            item = self[i]
            if item is v or item == v:
                return i
        raise ValueError("array.index(x): x not in array")

    def insert(self, i, v, /):
        """Insert a new item v into the array before position i."""
        n = len(self)
        i = max(i + n, 0) if i < 0 else min(i, n)
        item = self._pack(v)
        self._data[i * self.itemsize:i * self.itemsize] = item

    def pop(self, i=-1, /):
        """Return the i-th element and delete it from the array."""
        if not self._data:
            raise IndexError("pop from empty array")
        at = self._place(i, "pop index out of range")
        value = self._value(self._item.unpack_from(self._data, at)[0])
        del self._data[at:at + self.itemsize]
        return value

    def remove(self, v, /):
        """Remove the first occurrence of v in the array."""
        for i, item in enumerate(self):
            if item is v or item == v:
                del self[i]
                return
        raise ValueError("array.remove(x): x not in array")

    def clear(self):
        """Remove all items from the array."""
        self._data.clear()

    def reverse(self):
        """Reverse the order of the items in the array."""
        size = self.itemsize
        data = bytes(self._data)
        self._data[:] = b"".join(data[at:at + size] for at in range(len(data) - size, -1, -size))

    def tobytes(self):
        """Convert the array to an array of machine values and return the bytes representation."""
        return bytes(self._data)

    def tofile(self, f, /):
        """Write all items (as machine values) to the file object f."""
        for at in range(0, len(self._data), 1 << 16):
            f.write(bytes(self._data[at:at + (1 << 16)]))

    def tolist(self):
        """Convert array to an ordinary list with the same items."""
        return [self._value(item) for item, in self._item.iter_unpack(bytes(self._data))]

    def tounicode(self):
        """Extends this array with data from the unicode string ustr."""
        if self.typecode not in _WIDE:
            raise ValueError("tounicode() may only be called on unicode type arrays ('u' or 'w')")
        return "".join(self.tolist())

    @classmethod
    def __class_getitem__(cls, item, /):
        import types
        return types.GenericAlias(cls, item)


class arrayiterator:
    __slots__ = ("_array", "_at")

    def __new__(cls, /, *args, **kwargs):
        raise TypeError("cannot create 'array.arrayiterator' instances")

    @classmethod
    def _over(cls, of):
        self = _new(cls)
        self._array = of
        self._at = 0
        return self

    def __iter__(self):
        return self

    def __next__(self):
        of = self._array
        if of is not None:
            at = self._at
            if at < len(of):
                self._at = at + 1
                return of[at]
            self._array = None
        raise StopIteration

    def __reduce__(self):
        if self._array is None:
            return iter, ((),)
        return iter, (self._array,), self._at

    def __setstate__(self, state, /):
        if self._array is not None:
            self._at = max(0, min(_index(state), len(self._array)))


arrayiterator.__module__ = "array"
_set_typecode = array.typecode.__set__
_set_itemsize = array.itemsize.__set__
array.__module__ = "array"
ArrayType = array
_MutableSequence.register(array)
