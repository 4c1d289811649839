"""The differences between two JSON values, each with its place."""


def differences(left, right, path="$"):
    """Yields (path, left, right) of every place in which the two values differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(set(left) | set(right)):
            yield from differences(
                left.get(key, "<absent>"), right.get(key, "<absent>"), "%s.%s" % (path, key)
            )
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for i, (a, b) in enumerate(zip(left, right)):
            yield from differences(a, b, "%s[%d]" % (path, i))
    elif left != right or type(left) is not type(right):
        yield path, left, right


def report(local, service, limit=40):
    """A readable text of the differences, or None if there are none."""
    found = list(differences(local, service))
    if not found:
        return None
    lines = ["%d differences between the local provider and the service:" % len(found)]
    for path, a, b in found[:limit]:
        lines += [path, "    local:   %r" % (a,), "    service: %r" % (b,)]
    if len(found) > limit:
        lines.append("... and %d more" % (len(found) - limit))
    return "\n".join(lines)
