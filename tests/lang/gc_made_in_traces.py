# Recordings and traces make several objects in one op; a collection between them must not take the first ones.
def zipped():
    numbers = [4, 5]
    for k in range(60):
        found = [q - r for q, r in zip(numbers, [1 << 80, k, 7])]
    print(found)


def nested():
    for k in range(60):
        found = [(a, b, c) for a, (b, c) in enumerate(zip([k, 1.5e300], enumerate([k, 2.5e300])))]
    print(found)



def listed():
    for k in range(60):
        found = [] + [(k, k)]
        if type(found[0]) is not tuple:
            print(k, found)
    print(found)


zipped()
nested()
listed()
