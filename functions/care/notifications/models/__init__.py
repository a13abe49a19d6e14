"""The rules of telling: what about, when, in which words, and how far the telling has come."""
