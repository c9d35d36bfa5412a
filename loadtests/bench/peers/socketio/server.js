// The bench's room on Socket.IO: `e` is echoed, `b` goes to everyone, `d` is inserted and then goes to everyone.
const { createServer } = require("node:http");
const { Pool } = require("pg");
const { Server } = require("socket.io");

const pool = new Pool();
const http = createServer();
const io = new Server(http);

io.on("connection", (socket) => {
  socket.on("e", (text) => socket.emit("e", text));
  socket.on("b", (text) => io.emit("b", text));
  socket.on("d", async (text) => {
    await pool.query("INSERT INTO messages (room, body) VALUES ($1, $2)", ["bench", text]);
    io.emit("d", text);
  });
});

http.listen(Number(process.env.PORT), "127.0.0.1");
