# Local time, where TZ says.
import os
import time

for zone in ["UTC", "EST+05EDT,M3.2.0,M11.1.0", "CET-1CEST", "AEST-10AEDT-11,M10.5.0,M3.5.0", "XYZ3:30"]:
    os.environ["TZ"] = zone
    time.tzset()
    print(zone, time.timezone, time.altzone, time.daylight, time.tzname)
    for t in [0, 1700000000, 1720000000, -1, -86400 * 365 * 80]:
        f = time.localtime(t)
        print(f, f.tm_zone, f.tm_gmtoff, time.mktime(f) == t, time.strftime("%c %Z %z", f))
print(time.mktime((1969, 12, 31, 23, 59, 59, 0, 0, -1)), time.mktime((2020, 14, 35, 25, 61, 61, 0, 0, -1)))
for bad in [(1, 2), "text", (2**40, 1, 1, 0, 0, 0, 0, 0, -1)]:
    try:
        print(time.mktime(bad))
    except Exception as e:
        print(type(e).__name__, e)
