# What all documents have to tell of: a run that failed, and the one that resumed it. One write after
# the other, so that they happen in this order, and numbers begin with 1.
while read -r write; do
  curl -s localhost:8080/events -d "$write"
done <<'WRITES'
{"type": "flow", "flow_id": "TrainFlow"}
{"type": "run", "flow_id": "TrainFlow", "user_name": "tester", "tags": ["nightly"]}
{"type": "step", "flow_id": "TrainFlow", "run_number": 1, "step_name": "start"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 1, "step_name": "start"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "start", "task_id": 1, "field_name": "attempt", "value": "0"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "start", "task_id": 1, "field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:0"]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 1, "step_name": "start", "task_id": 1, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}]}
{"type": "step", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train", "task_id": 2, "field_name": "attempt", "value": "0"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train", "task_id": 2, "field_name": "attempt_ok", "value": "False", "tags": ["attempt_id:0"]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train", "task_id": 2, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}]}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train", "task_id": 2, "field_name": "attempt", "value": "1"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train", "task_id": 2, "field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:1"]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 1, "step_name": "train", "task_id": 2, "entries": [{"name": "rate", "location": "s3://bucket/1", "attempt_id": 1}, {"name": "name", "location": "s3://bucket/2", "attempt_id": 1}, {"name": "data", "location": "s3://bucket/3", "attempt_id": 1}, {"name": "model", "location": "s3://bucket/4", "attempt_id": 1}]}
{"type": "step", "flow_id": "TrainFlow", "run_number": 1, "step_name": "publish"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 1, "step_name": "publish"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "publish", "task_id": 3, "field_name": "attempt", "value": "0"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 1, "step_name": "publish", "task_id": 3, "field_name": "attempt_ok", "value": "False", "tags": ["attempt_id:0"]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 1, "step_name": "publish", "task_id": 3, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}, {"name": "model", "location": "s3://bucket/4"}]}
{"type": "run", "flow_id": "TrainFlow", "user_name": "tester"}
{"type": "step", "flow_id": "TrainFlow", "run_number": 2, "step_name": "start"}
{"type": "step", "flow_id": "TrainFlow", "run_number": 2, "step_name": "train"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 2, "step_name": "start"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 2, "step_name": "train"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 2, "step_name": "start", "task_id": 4, "entries": [{"field_name": "origin-run-id", "value": "1"}, {"field_name": "origin-task-id", "value": "1"}, {"field_name": "attempt", "value": "0"}, {"field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:0"]}]}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 2, "step_name": "train", "task_id": 5, "entries": [{"field_name": "origin-run-id", "value": "1"}, {"field_name": "origin-task-id", "value": "2"}, {"field_name": "attempt", "value": "0"}, {"field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:0"]}]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 2, "step_name": "start", "task_id": 4, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 2, "step_name": "train", "task_id": 5, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}, {"name": "model", "location": "s3://bucket/4"}]}
{"type": "step", "flow_id": "TrainFlow", "run_number": 2, "step_name": "publish"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 2, "step_name": "publish"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 2, "step_name": "publish", "task_id": 6, "field_name": "attempt", "value": "0"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 2, "step_name": "publish", "task_id": 6, "field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:0"]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 2, "step_name": "publish", "task_id": 6, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}, {"name": "model", "location": "s3://bucket/4"}]}
{"type": "step", "flow_id": "TrainFlow", "run_number": 2, "step_name": "end"}
{"type": "task", "flow_id": "TrainFlow", "run_number": 2, "step_name": "end"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 2, "step_name": "end", "task_id": 7, "field_name": "attempt", "value": "0"}
{"type": "metadata", "flow_id": "TrainFlow", "run_number": 2, "step_name": "end", "task_id": 7, "field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:0"]}
{"type": "artifact", "flow_id": "TrainFlow", "run_number": 2, "step_name": "end", "task_id": 7, "entries": [{"name": "rate", "location": "s3://bucket/1"}, {"name": "name", "location": "s3://bucket/2"}, {"name": "data", "location": "s3://bucket/3"}, {"name": "model", "location": "s3://bucket/4"}]}
{"type": "tags", "flow_id": "TrainFlow", "run_number": 2, "tags_to_add": ["prod"]}
WRITES
