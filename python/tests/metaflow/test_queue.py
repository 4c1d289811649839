"""The queue of writes, without a server: who is told of a fault, what an interruption leaves."""

import json
import threading
import types

import pytest

from flowledger.metaflow import writer


class Service:
    """Carries out entries but those that are bad; takes a number of them at once."""

    url = "http://service"
    is_flowledger = True

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.carried_out: dict[tuple[str, int], str] = {}  # by the key and the index
        self.before = lambda names: None

    def request(self, method, path, headers, *, body, key, **_):
        names = [json.loads(line)["name"] for line in body.splitlines()]
        self.before(names)
        if len(names) > self.most:
            return types.SimpleNamespace(status_code=413, text="too large", headers={})
        lines = []
        for index, name in enumerate(names):
            result = {"index": index, "result": "created"}
            if name == "bad":
                result |= {"result": "rejected", "status": 400, "message": "bad"}
            else:
                self.carried_out[key, index] = name
            lines.append(json.dumps(result))
        return types.SimpleNamespace(status_code=200, content="\n".join(lines).encode(), headers={})


def write(name: str) -> writer.Write:
    return writer.Write(entries=[{"name": name}], path=name, plain=lambda: None)


def in_a_thread(call):
    """What a call raises in a thread of its own, which is not the main one."""
    told = []
    thread = threading.Thread(target=lambda: told.extend(raised_by(call)))
    thread.start()
    thread.join()
    return told


def raised_by(call):
    try:
        call()
    except Exception as fault:
        return [str(fault)]
    return []


def test_a_fault_is_told_to_the_thread_whose_write_it_was():
    queue = writer.Writer(Service(), {}, 1.0)
    put, go_on = threading.Event(), threading.Event()

    def of_one():
        queue.put(write("bad"), 3600)
        put.set()
        go_on.wait()
        queue.flush()

    told = []
    one = threading.Thread(target=lambda: told.extend(raised_by(of_one)))
    one.start()
    put.wait()
    assert in_a_thread(lambda: queue.call(write("good"))) == []
    go_on.set()
    one.join()
    assert told == ["Metadata request (bad) failed (code 400): bad"]
    queue.flush()


def test_the_main_thread_is_told_what_others_have_left():
    queue = writer.Writer(Service(), {}, 1.0)
    assert in_a_thread(lambda: queue.put(write("bad"), 3600)) == []
    with pytest.raises(writer.ServiceException, match=r"\(bad\) failed \(code 400\)"):
        queue.flush()


def test_an_interruption_of_a_part_makes_nothing_twice():
    service = Service(most=1)
    queue = writer.Writer(service, {}, 1.0)
    names = ["a", "b", "c", "d"]

    def interrupt(asked):
        if asked == ["c"]:
            service.before = lambda names: None
            raise KeyboardInterrupt

    service.before = interrupt
    queue._start = lambda: None  # as where no thread can be started: who waits sends
    for name in names:
        queue.put(write(name), 3600)
    with pytest.raises(KeyboardInterrupt):
        queue.flush()
    queue.flush()
    assert list(service.carried_out.values()) == names
