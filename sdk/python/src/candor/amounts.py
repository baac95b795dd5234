"""Amounts of CNDR, exact to the planck."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

#: Planck of one CNDR.
CNDR = 10**12


def planck(amount: int | str | Decimal) -> int:
    """An amount as an exact number of planck.

    Numbers of type ``int`` are planck already; texts and decimals are CNDR, exact to twelve places.

    >>> planck("0.001")
    1000000000
    """
    if isinstance(amount, bool) or not isinstance(amount, int | str | Decimal):
        raise TypeError("give planck as int, or CNDR as text: floats are not exact")
    if isinstance(amount, int):
        value = amount
    else:
        try:
            exact = Decimal(amount) * CNDR
        except InvalidOperation as error:
            raise ValueError(f"{amount!r} is not an amount") from error
        if not exact.is_finite() or exact != exact.to_integral_value():
            raise ValueError(f"{amount} CNDR has more than twelve places")
        value = int(exact)
    if value < 0:
        raise ValueError(f"{amount} is negative")
    return value


def cndr(amount: int) -> str:
    """Planck as decimal CNDR.

    >>> cndr(1_500_000_000)
    '0.0015'
    """
    whole, rest = divmod(amount, CNDR)
    return f"{whole}.{rest:012}".rstrip("0").rstrip(".")
