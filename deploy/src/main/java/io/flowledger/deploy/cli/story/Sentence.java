package io.flowledger.deploy.cli.story;

import io.flowledger.deploy.cli.Tone;

/** Sentence about one thing that has happened. */
public record Sentence(String text, Tone tone) {

  static Sentence of(String text) {
    return new Sentence(text, Tone.PLAIN);
  }

  Sentence with(String addition) {
    return addition.isEmpty() ? this : new Sentence(text + addition, tone);
  }

  Sentence in(Tone other) {
    return new Sentence(text, other);
  }
}
