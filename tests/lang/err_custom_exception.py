class HttpError(Exception):
    def __init__(self, code, reason):
        super().__init__(code, reason)
        self.code = code

    def __str__(self):
        return f"{self.code}: multi\nline reason"


class Outer:
    class Inner(HttpError):
        pass


try:
    raise HttpError(404, "x")
except HttpError as e:
    print(repr(e))
raise Outer.Inner(500, "boom")
