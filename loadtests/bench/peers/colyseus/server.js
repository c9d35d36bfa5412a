// The bench's room on Colyseus: `e` is echoed, `b` goes to everyone, `d` is inserted and then goes to everyone.
const { Room, Server } = require("@colyseus/core");
const { WebSocketTransport } = require("@colyseus/ws-transport");
const { Pool } = require("pg");

const pool = new Pool();

class Bench extends Room {
  onCreate() {
    this.onMessage("e", (client, text) => client.send("e", text));
    this.onMessage("b", (client, text) => this.broadcast("b", text));
    this.onMessage("d", async (client, text) => {
      await pool.query("INSERT INTO messages (room, body) VALUES ($1, $2)", ["bench", text]);
      this.broadcast("d", text);
    });
  }
}

const server = new Server({ transport: new WebSocketTransport(), greet: false });
server.define("bench", Bench);
server.listen(Number(process.env.PORT), "127.0.0.1");
