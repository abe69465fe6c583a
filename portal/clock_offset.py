"""The demo offset of the database clock, as last read by any transaction of this process.

It stands outside the kernel because `tenants.scope` reads it with every BEGIN while `kernel.clock` uses it.
In production the offset is always zero: only the owner role can set it.
"""

seconds: float = 0.0
