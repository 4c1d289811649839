-- The tables of the metadata service of Metaflow as its migrations leave them, with the keys that
-- decide what can be in them.
CREATE TABLE flows_v3 (
  flow_id varchar(255) PRIMARY KEY,
  user_name varchar(255),
  ts_epoch bigint NOT NULL,
  tags jsonb,
  system_tags jsonb
);
CREATE TABLE runs_v3 (
  flow_id varchar(255) NOT NULL REFERENCES flows_v3,
  run_number serial NOT NULL,
  user_name varchar(255),
  ts_epoch bigint NOT NULL,
  tags jsonb,
  system_tags jsonb,
  run_id varchar(255),
  last_heartbeat_ts bigint,
  PRIMARY KEY (flow_id, run_number),
  UNIQUE (flow_id, run_id)
);
CREATE TABLE steps_v3 (
  flow_id varchar(255) NOT NULL,
  run_number bigint NOT NULL,
  step_name varchar(255) NOT NULL,
  user_name varchar(255),
  ts_epoch bigint NOT NULL,
  tags jsonb,
  system_tags jsonb,
  run_id varchar(255),
  PRIMARY KEY (flow_id, run_number, step_name),
  FOREIGN KEY (flow_id, run_number) REFERENCES runs_v3 (flow_id, run_number),
  UNIQUE (flow_id, run_id, step_name)
);
CREATE TABLE tasks_v3 (
  flow_id varchar(255) NOT NULL,
  run_number bigint NOT NULL,
  step_name varchar(255) NOT NULL,
  task_id bigserial PRIMARY KEY,
  user_name varchar(255),
  ts_epoch bigint NOT NULL,
  tags jsonb,
  system_tags jsonb,
  run_id varchar(255),
  task_name varchar(255),
  last_heartbeat_ts bigint,
  FOREIGN KEY (flow_id, run_number, step_name)
    REFERENCES steps_v3 (flow_id, run_number, step_name),
  UNIQUE (flow_id, run_number, step_name, task_name)
);
CREATE TABLE metadata_v3 (
  flow_id varchar(255),
  run_number bigint NOT NULL,
  step_name varchar(255) NOT NULL,
  task_id bigint NOT NULL,
  id bigserial NOT NULL,
  field_name varchar(255) NOT NULL,
  value text NOT NULL,
  type varchar(255) NOT NULL,
  user_name varchar(255),
  ts_epoch bigint NOT NULL,
  tags jsonb,
  system_tags jsonb,
  run_id varchar(255),
  task_name varchar(255),
  PRIMARY KEY (id, flow_id, run_number, step_name, task_id, field_name)
);
CREATE TABLE artifact_v3 (
  flow_id varchar(255) NOT NULL,
  run_number bigint NOT NULL,
  step_name varchar(255) NOT NULL,
  task_id bigint NOT NULL,
  name varchar(255) NOT NULL,
  location varchar(255) NOT NULL,
  ds_type varchar(255) NOT NULL,
  sha varchar(255),
  type varchar(255),
  content_type varchar(255),
  user_name varchar(255),
  attempt_id smallint NOT NULL,
  ts_epoch bigint NOT NULL,
  tags jsonb,
  system_tags jsonb,
  run_id varchar(255),
  task_name varchar(255),
  PRIMARY KEY (flow_id, run_number, step_name, task_id, attempt_id, name)
);
CREATE INDEX runs_v3_newest ON runs_v3 (flow_id, ts_epoch DESC, run_number DESC);
CREATE INDEX steps_v3_named ON steps_v3 (flow_id, run_id, step_name);
CREATE INDEX tasks_v3_newest
  ON tasks_v3 (flow_id, run_number, step_name, ts_epoch DESC, task_id DESC);
CREATE INDEX metadata_v3_fields
  ON metadata_v3 (flow_id, run_number, step_name, task_id, field_name);
CREATE INDEX metadata_v3_newest ON metadata_v3 (flow_id, run_number, ts_epoch DESC, id DESC);
CREATE INDEX artifact_v3_newest ON artifact_v3 (flow_id, run_number, task_id, name, ts_epoch DESC);
