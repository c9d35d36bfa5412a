// The bench's room on `ws`: e… is echoed, b… goes to everyone, d… is inserted and then goes to everyone.
const { Pool } = require("pg");
const { WebSocket, WebSocketServer } = require("ws");

const pool = new Pool();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env.PORT) });

function broadcast(text) {
  for (const client of server.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  }
}

server.on("connection", (socket) => {
  socket.on("message", async (data) => {
    const text = data.toString();
    if (text[0] === "e") socket.send(text);
    else if (text[0] === "b") broadcast(text);
    else {
      await pool.query("INSERT INTO messages (room, body) VALUES ($1, $2)", ["bench", text]);
      broadcast(text);
    }
  });
});
