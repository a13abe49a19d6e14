"""A client and one conditional put: what every function of this kind costs at the least.

`python -I -S reference.py <file of the result> <path>…` writes the CPU seconds that both took.
"""

import sys
import time

BEGUN = time.process_time()


def main() -> None:
    sys.path[0:0] = sys.argv[2:]
    import boto3

    client = boto3.client("dynamodb")
    item = {"pk": {"S": "APPOINTMENT#1"}, "sk": {"S": "APPOINTMENT"}}
    client.put_item(TableName="table", Item=item, ConditionExpression="attribute_not_exists(pk)")
    taken = time.process_time() - BEGUN
    from pathlib import Path

    Path(sys.argv[1]).write_text(f'{{"seconds": {taken}}}')


if __name__ == "__main__":
    main()
