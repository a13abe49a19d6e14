"""The patients table. Access patterns, each a read whose cost does not grow with the number of patients:

| question | how |
|---|---|
| one patient, and who may act for them | Query of `PATIENT#…` from `PROFILE` to `PROXY#…` |
| the family of a patient | Query of `PATIENT#…` / `FAMILY#…` |
| for whom may a patient act | Query of `PATIENT#…` / `ACTSFOR#…` |
| who of these does a practitioner treat, or a patient act for | BatchGetItem of `PATIENT#…` / `CARER#…`, `PROXY#…` |
| who is called, was born, is reached like this | Query of each term's `TOKEN#…`, then BatchGetItem of the patients |
| is somebody with this identity registered | condition on `IDENTITY#…`, in the transaction that registers |
| has this address a registration | condition on, or GetItem of, `REGISTRATION#…` |

Under each token patients stand in the order of their ids, so that several are intersected by leaping from list to
list; a request reads a bounded number of pages and hands on where it stopped.

No name, contact or date stands in a key: tokens, identities and addresses are keyed hashes, whose key is a secret.
"""
