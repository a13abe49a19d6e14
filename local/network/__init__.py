"""A network of the reference size, invented: doctors, patients and their visits, loaded into the running stack.

What is written are the items that the repositories write: their own functions run, on a ledger in DynamoDB's place, and
what the ledger then holds goes to the tables in bulk. Read models follow from the same events as ever, handed from the
publishers' translations to the consumers' functions within one process.
"""
