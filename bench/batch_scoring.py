"""Batch scoring: each entity once, at now(). The workloads of point_in_time.py that ask this, with its options."""

import sys

import point_in_time

if __name__ == "__main__":
    point_in_time.DEFAULT_WORKLOADS[:] = ["B_now", "M_now", "L_now"]
    sys.exit(point_in_time.main())
