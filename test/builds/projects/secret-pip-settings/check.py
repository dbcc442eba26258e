import hashlib
import sys

# Shows that pip had its settings, without keeping them.
with open("proof.txt", "w") as proof:
    proof.write(hashlib.sha256(sys.argv[1].encode()).hexdigest())
