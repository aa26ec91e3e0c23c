class Base(object, metaclass=Meta):
    """Doc."""

    attr: int = 3
    other: "Base"

    def __init__(self, x):
        super().__init__()
        self.__x = x
        self.y = [attr for attr in x]

    @property
    def x(self):
        return __class__, self.__x


def make(value):
    class Local:
        value = value
        seen = [value for _ in range(3)]

    return Local
