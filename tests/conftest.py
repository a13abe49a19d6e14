"""No test reaches a real account, whatever the machine is signed in to, and none fails because the machine is busy."""

import os

from hypothesis import settings

for _name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
    del os.environ[_name]
os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
os.environ |= {"AWS_EC2_METADATA_DISABLED": "true"}

settings.register_profile("salus", deadline=None)
settings.load_profile("salus")
