"""The audit trail: who did what with whose data, written before the answer is sent, sealed so that it can be proven.

Every function that answers about patients may put records (`records`) and nothing else. Those of the audit domain read
them (`trail`) and seal them (`sealing`): each seal holds the root of a Merkle tree over its records (`tree`) and the
hash of the seal before it, and is signed. Both applications stand on this package, each with tables of its own.
"""
