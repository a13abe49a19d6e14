"""Workflows over several domains: state machines of AWS Step Functions, in `statemachines/`."""

import json
from collections.abc import Mapping

from kernel import aws


def start(arn: str, name: str, work: Mapping[str, str]) -> None:
    """Start a workflow under a name that it is known by from then on: started again, it is the one that there is.

    `work` is its input: ids and keys of objects, nothing personal.
    """
    client = aws.workflows()
    try:
        client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(work))
    except client.exceptions.ExecutionAlreadyExists:
        return
