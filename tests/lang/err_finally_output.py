def work():
    try:
        print("working")
        raise OSError("disk on fire")
    finally:
        print("cleaning up")


try:
    work()
finally:
    print("last words")
