/**
 * The client of the socket protocol: hello, resume, resend, heartbeat, reconnect.
 *
 *     idle → connecting → online → waiting → connecting …
 *                                └→ ended (the server said not to come back)
 */

import { Outbox } from "./outbox.js";
import { fullJitter, uuid } from "./random.js";
import { Topics } from "./topics.js";

const PROTOCOL = "gauntlet.v1+json";
const PATIENCE = 10_000; // without an answer to hello or ping for this long the connection counts as dead

export class GameSocket {
  #socket = null;
  #attempt = 0;
  #heardAt = 0;
  #draining = 0;
  #retry = null;
  #watchdog = null;
  #pingedAt = 0;
  #wantsFreshToken = false;
  #hadFreshToken = false;
  #chosen = new Set();
  #topics = new Topics();
  #outbox = new Outbox((frame) => this.#transmit(frame));
  #on;
  phase = "idle";

  /**
   * `on` has: token(fresh) → promise of an access token · device · phase(name, info) · hello(reply) ·
   * push(push) · lost(topic): pushes were missed for good, read its state again · time(serverTime).
   */
  constructor(on) {
    this.#on = on;
  }

  start() {
    this.#attempt = 0;
    this.#connect();
  }

  stop() {
    this.#drop();
    this.#wantsFreshToken = false;
    this.#topics.clear();
    this.#chosen.clear();
    this.#outbox.abandon("signed out");
    this.#enter("idle");
  }

  /** Try now rather than when the back-off ends; on a living connection, find out whether it really lives. */
  hurry() {
    if (this.phase === "waiting") this.#connect();
    else if (this.phase === "online") this.#ping();
  }

  /** A command that changes something: carried out once, however often it has to be sent. */
  command(type, data = {}) {
    return this.#outbox.add(type, data, uuid());
  }

  /** A command that only reads. */
  read(type, data = {}) {
    return this.#outbox.add(type, data);
  }

  /** Follows a topic until `unwatch`, also across reconnects. → its state, where the server gives one. */
  async watch(topic) {
    this.#chosen.add(topic);
    const answer = await this.read("subscribe", { topic });
    this.#topics.joined(topic, { ...answer, recovered: false });
    return answer.state;
  }

  unwatch(topic) {
    if (!this.#chosen.delete(topic)) return;
    this.#topics.left(topic);
    this.read("unsubscribe", { topic }).catch(() => {});
  }

  async #connect() {
    this.#drop();
    this.#enter("connecting");
    let token;
    try {
      this.#hadFreshToken = this.#wantsFreshToken;
      token = await this.#on.token(this.#wantsFreshToken);
    } catch (error) {
      if (error.code === "UNAUTHENTICATED") this.#enter("ended", { code: 4501 });
      else this.#later();
      return;
    }
    if (this.phase !== "connecting" || this.#socket) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`, PROTOCOL);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onopen = () => {
      const data = { token, device: this.#on.device, resume: this.#topics.resume() };
      socket.send(JSON.stringify({ id: "hello", type: "hello", data }));
    };
    socket.onmessage = (message) => this.#heard(JSON.parse(message.data));
    socket.onclose = ({ code }) => this.#closed(code);
    this.#watch(PATIENCE);
  }

  #heard(frame) {
    this.#heardAt = Date.now();
    if (frame.type === "pong") this.#on.time(frame.serverTime);
    else if (frame.type === "server:draining") this.#draining = (frame.data ?? frame).within ?? 1;
    else if (frame.topic !== undefined) this.#pushed(frame);
    else if (frame.id === "hello") this.#welcomed(frame);
    else this.#outbox.settle(frame);
  }

  #welcomed({ ok, error }) {
    if (error) {
      // UNAUTHENTICATED and FORBIDDEN are followed by a close code that says what to do
      const wait = Number(error.details?.retryAfter) * 1000;
      if (wait) this.#closed(4029, wait + fullJitter(0));
      return;
    }
    const resumed = this.#topics.names().length > 0;
    const lost = Object.keys(ok.topics).filter((topic) => this.#topics.joined(topic, ok.topics[topic]));
    this.#attempt = 0;
    this.#wantsFreshToken = this.#hadFreshToken = false;
    this.#on.time(ok.serverTime);
    this.#on.hello(ok);
    this.#enter("online", { resumed });
    this.#watch(ok.heartbeat * 1000);
    this.#outbox.flush();
    for (const topic of this.#chosen) if (!(topic in ok.topics)) this.#follow(topic);
    for (const topic of lost) this.#on.lost(topic);
  }

  /** Takes up a topic again that hello does not subscribe by itself. */
  async #follow(topic) {
    const since = this.#topics.position(topic);
    const answer = await this.read("subscribe", since ? { topic, since } : { topic }).catch(() => null);
    if (answer && this.#topics.joined(topic, answer)) this.#on.lost(topic);
  }

  #pushed(push) {
    const verdict = this.#topics.judge(push);
    if (verdict === "old") return;
    this.#on.push(push);
    if (verdict === "gap") this.#on.lost(push.topic);
  }

  #closed(code, wait) {
    this.#drop();
    if (code === 4501 && !this.#hadFreshToken) {
      this.#wantsFreshToken = true;
      this.#connect();
    } else if (code >= 4500) this.#enter("ended", { code });
    else if (code === 1012) this.#later(Math.random() * 1000 * this.#draining);
    else this.#later(wait);
  }

  #later(delay = fullJitter(this.#attempt++)) {
    this.#enter("waiting", { until: Date.now() + delay });
    this.#retry = setTimeout(() => this.#connect(), delay);
  }

  /** Every `period` of silence asks for a sign of life, and gives up when none comes. */
  #watch(period) {
    clearInterval(this.#watchdog);
    this.#watchdog = setInterval(() => {
      const unanswered = this.phase === "connecting" ? this.#heardAt : this.#pingedAt;
      const now = Date.now(); // timers of a hidden page may be minutes late, so a ping comes before a verdict
      if (unanswered >= this.#heardAt && now - unanswered >= PATIENCE) this.#closed(1006);
      else if (this.#pingedAt <= this.#heardAt && now - this.#heardAt >= period) this.#ping();
    }, PATIENCE / 2);
  }

  #ping() {
    this.#pingedAt = Date.now();
    this.#transmit({ type: "ping" });
  }

  /** → did it go out? */
  #transmit(frame) {
    if (this.phase !== "online" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #enter(phase, info = {}) {
    this.phase = phase;
    this.#on.phase(phase, info);
  }

  #drop() {
    clearTimeout(this.#retry);
    clearInterval(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    this.#outbox.disconnected();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
