-- A history as clients make it: every seventh run is a scheduler's with names of its own, every
-- fifth task of the middle step has failed once, and rows are written one after the other, each
-- with a time of its own. Parameters: flows, runs (of each), width (tasks of the middle step).
INSERT INTO flows_v3 SELECT 'Flow' || f, 'user' || f % 7, 1700000000000 + f, 'null', 'null'
  FROM generate_series(1, :flows) f;
INSERT INTO runs_v3 (flow_id, user_name, ts_epoch, tags, system_tags, run_id, last_heartbeat_ts)
  SELECT 'Flow' || f, 'user' || f % 7, 1700000000000 + r * 3600000 + f * 1000,
    jsonb_build_array('nightly', 'täg ☃ ' || r),
    jsonb_build_array('runtime:dev', 'user:user' || f % 7, 'python_version:3.11',
      'metaflow_version:2.19.39'),
    CASE WHEN r % 7 = 0 THEN 'argo-flow' || f || '-' || r END,
    1700000000 + r * 3600 + f + 900
  FROM generate_series(1, :runs) r, generate_series(1, :flows) f;
INSERT INTO steps_v3
  SELECT flow_id, run_number, step, user_name, ts_epoch + 1000 * n, tags, system_tags, run_id
  FROM runs_v3, (VALUES (1, '_parameters'), (2, 'start'), (3, 'train'), (4, 'end')) s (n, step);
INSERT INTO tasks_v3 (flow_id, run_number, step_name, user_name, ts_epoch, tags, system_tags,
    run_id, task_name, last_heartbeat_ts)
  SELECT flow_id, run_number, step_name, user_name, ts_epoch + t * 50, tags, system_tags, run_id,
    CASE WHEN run_id IS NOT NULL THEN 't-' || step_name || '-' || t END,
    CASE WHEN step_name <> '_parameters' THEN ts_epoch / 1000 + 30 END
  FROM steps_v3, generate_series(1, :width) t
  WHERE t = 1 OR step_name = 'train'
  ORDER BY ts_epoch, flow_id, run_number, step_name, t;
INSERT INTO metadata_v3 (flow_id, run_number, step_name, task_id, field_name, value, type,
    user_name, ts_epoch, tags, system_tags, run_id, task_name)
  SELECT flow_id, run_number, step_name, task_id, field,
    CASE field WHEN 'attempt' THEN a::text WHEN 'attempt-done' THEN a::text
      WHEN 'attempt_ok' THEN CASE WHEN a = last THEN 'True' ELSE 'False' END
      WHEN 'foreach-stack' THEN '{"items=' || task_id || '"}' ELSE 'value of ' || field END,
    field, user_name, ts_epoch + 2 + a * 5000 + n + CASE WHEN n > 7 THEN 2000 ELSE 0 END,
    jsonb_build_array('attempt_id:' || a), 'null', run_id, task_name
  FROM (SELECT *, CASE WHEN step_name = 'train' AND task_id % 5 = 0 THEN 1 ELSE 0 END AS last
      FROM tasks_v3) t,
    generate_series(0, 1) a,
    unnest(ARRAY['attempt', 'origin-run-id', 'runtime', 'python_version', 'user',
      'metaflow_version', 'script-name', 'foreach-stack', 'ds-type', 'ds-root', 'attempt_ok',
      'attempt-done']) WITH ORDINALITY m (field, n)
  WHERE a <= last
  ORDER BY task_id, a, n;
INSERT INTO artifact_v3
  SELECT flow_id, run_number, step_name, task_id, 'artifact_' || n,
    's3://bucket/metaflow/' || flow_id || '/data/' || left(sha, 2) || '/' || sha, 's3', sha,
    'metaflow.artifact', 'gzip+pickle-v4', user_name, a, ts_epoch + 1500 + a * 5000 + n,
    tags, system_tags, run_id, task_name
  FROM (SELECT *, CASE WHEN step_name = 'train' AND task_id % 5 = 0 THEN 1 ELSE 0 END AS last
      FROM tasks_v3) t,
    generate_series(0, 1) a, generate_series(1, 10) n, md5(task_id || '/' || n || '/' || a) sha
  WHERE a <= last AND n <= 5 + task_id % 6;
