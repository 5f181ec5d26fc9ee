"""Runs moto on 127.0.0.1 at the given port for as long as somebody holds the other end of stdin."""
import os
import sys
import threading

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.instances import Instance
from moto.ec2.models.tags import EC2_PREFIX_TO_RESOURCE, get_prefix
from moto.server import main


def end_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)


def own_tags(resource):
    """What moto answers too, after it has matched every tag of every resource: with hundreds of instances that takes seconds."""
    if not resource.id:
        return []
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource.id), "")
    tags = resource.ec2_backend.tags.get(resource.id, {})
    return [{"resource_id": resource.id, "key": key, "value": value, "resource_type": kind} for key, value in tags.items()]


prep_nics = Instance.prep_nics


def nics_that_go(self, nic_spec, *args, **kwargs):
    """What a launch makes goes with the instance unless it says otherwise; moto keeps it for ever.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterfaceSpecification.html"""
    for nic in nic_spec:
        if "NetworkInterfaceId" not in nic:
            nic.setdefault("DeleteOnTermination", True)
    before = len(nic_spec)
    prep_nics(self, nic_spec, *args, **kwargs)
    if before == 0:
        for nic in self.nics.values():
            nic.delete_on_termination = True


TaggedEC2Resource.get_tags = own_tags
Instance.prep_nics = nics_that_go
threading.Thread(target=end_with_stdin, daemon=True).start()
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
