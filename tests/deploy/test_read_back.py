"""What the templates say is what the services report: a template can say anything, and a service forget it."""

import pytest

from .cloud import Cloud
from .reports import REPORTS, WITHOUT_REPORT, lost


def test_every_type_is_read_back(cloud: Cloud) -> None:
    types = {resource.type for resource in cloud.all_resources()}
    assert types == REPORTS.keys() | WITHOUT_REPORT.keys()


@pytest.mark.parametrize("resource_type", REPORTS)
def test_every_property_is_reported(cloud: Cloud, resource_type: str) -> None:
    for resource in cloud.resources(resource_type):
        assert lost(resource) == {}, f"{resource.path} says {resource.properties}"
