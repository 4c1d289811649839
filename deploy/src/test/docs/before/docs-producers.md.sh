# Two records that are rejected: of a task that is made only later, and of somebody who knows no Avro.
task=$(curl -s -XPOST localhost:8080/flows/TrainFlow/runs/1/steps/start/task -d '{}')
[[ $task =~ \"task_id\":\ ([0-9]+) ]]
PYTHONPATH=deploy/examples/python python -c "
from metadata_producer import MetadataProducer
producer = MetadataProducer('127.0.0.1:9092', 'http://127.0.0.1:8080')
number = producer.claim('metadata', 1)[0]
producer.record('TrainFlow', 1, 'start', ${BASH_REMATCH[1]} + 1, [(number, 'gpu_hours', '3.5')])
producer.append('TrainFlow', b'no Avro')
producer.flush()"
until [[ $(curl -s localhost:8080/flowledger/dead-letters) =~ \"position\":\ 1, ]]; do :; done
