package io.flowledger.deploy.server;

import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.mcp.OwnServer;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.http.forward.PartCalls;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.Projector;
import io.flowledger.projector.readmodel.ReadModel;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * What a node is made of below its endpoints.
 *
 * @param kafka its log, to read and write by clients of its own
 * @param projector its views
 * @param readModel the same, for endpoints
 * @param others that have a part of what endpoints tell; empty where there are none
 * @param log appends to the log
 * @param sequences of the numbers of runs, tasks and metadata
 * @param memory for all that is held of requests
 * @param parts of requests that go to other nodes; empty where there are none
 * @param own where it reaches its own endpoints
 */
record Node(
    ServerConfig config,
    DataFolder data,
    KafkaLog kafka,
    Projector projector,
    ReadModel readModel,
    Optional<OtherNodes> others,
    EventLog log,
    Sequences sequences,
    RequestMemory memory,
    PrometheusMeterRegistry metrics,
    Vertx vertx,
    Optional<PartCalls> parts,
    OwnServer own) {}
