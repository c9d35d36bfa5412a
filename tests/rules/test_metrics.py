from dataclasses import fields

from rules.day import DeviceDay
from rules.metrics import DEVICE_FIELDS, Metric


def test_every_metric_of_devices_is_fed_by_a_field():
    assert set(DEVICE_FIELDS) <= {metric.value for metric in Metric}
    assert set(DEVICE_FIELDS.values()) <= {field.name for field in fields(DeviceDay)}
