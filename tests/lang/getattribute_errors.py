# What __getattribute__ raises reaches the caller, unless __getattr__ answers.
class Own:
    def __getattribute__(self, name):
        raise AttributeError(f"own words about {name}")


class Hooked(Own):
    def __getattr__(self, name):
        return f"hook for {name}"


try:
    Own().x
except AttributeError as e:
    print(e)
print(Hooked().x, getattr(Own(), "y", "default"), hasattr(Own(), "z"))
