/**
 * The page of the chat server.
 *
 * @module
 */

/** The page: it enters a room, comes again when the server does, and sends again what nobody has heard. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Chat</title>
<style>
body { font: 16px system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }
#lines { list-style: none; padding: 0; min-height: 12rem; }
#lines b { color: #0b5; }
.told { color: #777; }
</style>
<h1>Chat</h1>
<form id="door">
  <label>Name <input name="name" required maxlength="20"></label>
  <label>Room <input name="room" required maxlength="20" value="lobby"></label>
  <button>Enter</button>
</form>
<p id="state" role="status"></p>
<ul id="lines" aria-live="polite"></ul>
<form id="talk" hidden>
  <label>Say <input name="text" autocomplete="off"></label>
  <button>Send</button>
</form>
<script type="module">
const [door, talk, lines, state] = ["door", "talk", "lines", "state"]
  .map((id) => document.getElementById(id));
const shown = new Set(); // What came before comes again with each WebSocket.
const unheard = new Map(); // What was sent and has not come back, by its id.
const start = Date.now().toString(36);
let socket, sent = 0, wait = 500;

function show({ id, from, text, people }) {
  state.textContent = "here: " + people.join(", ");
  unheard.delete(id);
  if (shown.has(from + "/" + id)) return;
  if (id !== undefined) shown.add(from + "/" + id);
  const item = document.createElement("li");
  if (from === "") item.className = "told";
  else item.append(Object.assign(document.createElement("b"), { textContent: from }), ": ");
  item.append(text);
  lines.append(item);
}

function send(id) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id, text: unheard.get(id) }));
}

function enter() {
  const { name, room } = Object.fromEntries(new FormData(door));
  const url = new URL("/rooms/" + encodeURIComponent(room), location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("name", name);
  socket = new WebSocket(url);
  socket.onopen = () => {
    wait = 500;
    door.hidden = true;
    talk.hidden = false;
    for (const id of unheard.keys()) send(id);
  };
  socket.onmessage = ({ data }) => show(JSON.parse(data));
  socket.onclose = ({ code, reason }) => {
    state.textContent = "closed: " + code + " " + reason;
    if (door.hidden) setTimeout(enter, wait = Math.min(2 * wait, 10_000)); // The server is restarted.
  };
}

door.onsubmit = (event) => {
  event.preventDefault();
  enter();
};
talk.onsubmit = (event) => {
  event.preventDefault();
  if (talk.text.value === "") return;
  const id = start + "-" + ++sent;
  unheard.set(id, talk.text.value);
  send(id); // Or when there is a WebSocket again.
  talk.reset();
};
</script>
</html>
`;
