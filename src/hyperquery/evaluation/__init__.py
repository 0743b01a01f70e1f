"""Measuring rankings: metrics, judged data, peers. Needs ``hyperquery[bench]``."""
