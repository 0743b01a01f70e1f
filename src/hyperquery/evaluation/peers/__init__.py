"""The systems that hyperquery is measured against."""
