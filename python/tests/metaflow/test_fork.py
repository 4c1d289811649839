"""What a child has of its parent after a fork."""

import os

from flowledger.metaflow import user_metadata


def test_a_child_does_not_wait_for_a_thread_of_its_parent():
    with user_metadata._lock:  # as while another thread sets metadata
        child = os.fork()
        if child == 0:
            os._exit(0 if user_metadata._lock.acquire(timeout=10) else 1)
        _, status = os.waitpid(child, 0)
    assert status == 0
