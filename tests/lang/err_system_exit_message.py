import sys

print("bye")
sys.exit("exit message on stderr")
