# A part of a history that has lost what it begins with.
echo '{"type": "RunRegistered", "event": {}}' > late.ndjson
