/** The leaderboard: a row map kept true by deltas. */

export class Board {
  #rows = new Map();
  #early = []; // deltas that came while the first rows were still on their way
  #loaded = false;
  #turn = 0;
  revision = -1;
  participants = 0;
  provisional = true;

  /** The whole board, as `challenge:leaderboard` answers; deltas newer than it stay applied. */
  load({ revision, provisional, participants, rows }) {
    Object.assign(this, { revision, provisional, participants });
    this.#rows = new Map(rows.map((row) => [row.userId, { ...row, turn: ++this.#turn }]));
    this.#loaded = true;
    for (const delta of this.#early.splice(0)) this.apply(delta);
  }

  /** A push; one that is older than what is shown changes nothing. */
  apply(delta) {
    if (!this.#loaded) {
      this.#early.push(delta);
      return;
    }
    if (delta.revision <= this.revision) return;
    this.revision = delta.revision;
    this.participants = delta.participants;
    this.#turn += 1;
    for (const row of delta.changed) {
      const known = this.#rows.get(row.userId);
      // whoever reaches a score later stands below those who share it
      const turn = known && known.score === row.score ? known.turn : this.#turn;
      this.#rows.set(row.userId, { ...row, turn, seen: this.#turn });
    }
    this.#trim(delta.top);
  }

  /** The final standings, as `challenge:finished` brings them. */
  settle({ rows, provisional }) {
    this.load({ revision: this.revision, provisional, participants: Math.max(this.participants, rows.length), rows });
  }

  remove(userId) {
    this.#rows.delete(userId);
  }

  /** Looks again from the beginning; the rows stay on show until then. */
  reload() {
    this.#loaded = false;
    this.#early = [];
  }

  get(userId) {
    return this.#rows.get(userId);
  }

  /** Rows in the order of the board; who has no rank comes last. */
  rows() {
    const place = ({ rank }) => rank ?? Infinity;
    return [...this.#rows.values()].sort((a, b) => place(a) - place(b) || a.turn - b.turn);
  }

  /** A row that fell out of the top is not sent again: it is the one that was heard of longest ago. */
  #trim(top) {
    const ranked = this.rows().filter(({ rank }) => rank !== null);
    const surplus = top ? ranked.length - top : 0;
    if (surplus <= 0) return;
    const tail = ranked.slice(-2 * surplus).sort((a, b) => (a.seen ?? 0) - (b.seen ?? 0));
    for (const { userId } of tail.slice(0, surplus)) this.#rows.delete(userId);
  }
}
