"""An acquirer that speaks ISO 8583 over TCP: authorise, capture, reverse, refund."""

from thenar_payment.iso8583.dialect import Dialect
from thenar_payment.iso8583.processor import Iso8583Processor
from thenar_payment.iso8583.settings import Iso8583Settings

__all__ = ["Dialect", "Iso8583Processor", "Iso8583Settings"]
