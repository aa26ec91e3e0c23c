def cleanup():
    raise ValueError("in cleanup")


try:
    [][1]
except IndexError:
    cleanup()
