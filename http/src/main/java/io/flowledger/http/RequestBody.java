package io.flowledger.http;

/** Ways in which an endpoint takes the bodies of its requests. */
public enum RequestBody {
  /**
   * Read before the endpoint is called, which finds it in the request: bounded in size and time.
   */
  WHOLE,
  /** Read by the endpoint, which bounds its size. The server bounds the time that it may take. */
  OWN,
  /** Read by the endpoint, of any size, for as long as it takes. */
  STREAM
}
