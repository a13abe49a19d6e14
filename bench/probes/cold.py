"""Import of a function and its first event.

`python -I -S cold.py <file of the result> <file of handler and event> <path>…` writes the CPU seconds that both took.
"""

import sys
import time

BEGUN = time.process_time()


class Context:
    """A Lambda context, as far as anybody looks at it."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def main() -> None:
    sys.path[0:0] = sys.argv[3:]
    import importlib
    import json
    from pathlib import Path

    handler, event = json.loads(Path(sys.argv[2]).read_text())
    module, _, name = handler.rpartition(".")
    answer = getattr(importlib.import_module(module), name)(event, Context())
    taken = time.process_time() - BEGUN
    Path(sys.argv[1]).write_text(json.dumps({"seconds": taken, "status": answer["statusCode"]}))


if __name__ == "__main__":
    main()
