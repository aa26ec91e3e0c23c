# enum on top of metaclasses, descriptors and types.DynamicClassAttribute.
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique


class Color(Enum):
    RED = 1
    GREEN = "g"
    ALIAS = 1

    def describe(self):
        return f"{self.name}={self.value!r}"


print(Color.RED, repr(Color.GREEN), Color(1), Color["GREEN"], Color.ALIAS is Color.RED, list(Color), Color.RED.describe())
print(Color.__members__.keys(), isinstance(Color.RED, Color), Color.RED in Color, len(Color), hash(Color.RED) == hash(Color.RED))


class Shape(IntEnum):
    SQUARE = auto()
    CIRCLE = auto()


print(Shape.CIRCLE + 1, Shape.SQUARE < Shape.CIRCLE, sorted(Shape), f"{Shape.CIRCLE}", format(Shape.SQUARE, "03"))


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


print(Perm.R | Perm.X, Perm.RW & Perm.W, ~Perm.R, Perm(0), bool(Perm(0)), list(Perm.RW), Perm.W in Perm.RW, Perm.RW ^ Perm.R)


class Bits(IntFlag):
    A = 1
    B = 4


print(Bits.A | 8, Bits(5), repr(Bits.A | Bits.B), Bits.A | Bits.B == 5)


class Name(StrEnum):
    FIRST = auto()
    SECOND = "2nd"


print(Name.FIRST, Name.SECOND.upper(), Name("first"))
for call in [lambda: Color(7), lambda: Color["BLUE"], lambda: setattr(Color, "RED", 2)]:
    try:
        call()
    except (ValueError, KeyError, AttributeError) as e:
        print(type(e).__name__, e)
try:
    @unique
    class Twice(Enum):
        A = 1
        B = 1
except ValueError as e:
    print(e)
print(Enum("Animal", "CAT DOG").DOG.value, [m.name for m in Enum("N", {"x": 3, "y": 4})])
