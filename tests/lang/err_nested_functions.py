def outer():
    def inner(x):
        return (lambda v: v.missing)(x)

    class Local:
        def run(self):
            return inner(self)

    return Local().run()


outer()
