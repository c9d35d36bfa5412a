/** Where this client stands in each topic: what it resumes from, and whether a push is new. */

export class Topics {
  #positions = new Map();

  /** The `resume` of a hello. */
  resume() {
    return Object.fromEntries(this.#positions);
  }

  position(topic) {
    return this.#positions.get(topic);
  }

  names() {
    return [...this.#positions.keys()];
  }

  /** The server's answer to a subscription. → was anything lost on the way? */
  joined(topic, { epoch, offset, recovered }) {
    const known = this.#positions.get(topic);
    if (known && recovered && known.epoch === epoch) return false; // what was missed follows as pushes
    this.#positions.set(topic, { epoch, offset });
    return known !== undefined;
  }

  left(topic) {
    this.#positions.delete(topic);
  }

  clear() {
    this.#positions.clear();
  }

  /** "new" to be shown, "old" was shown already, "gap" is new with something missing before it. */
  judge({ topic, offset }) {
    const position = this.#positions.get(topic);
    if (offset === undefined || !position) return "new";
    if (offset <= position.offset) return "old";
    const gap = offset > position.offset + 1;
    position.offset = offset;
    return gap ? "gap" : "new";
  }
}
