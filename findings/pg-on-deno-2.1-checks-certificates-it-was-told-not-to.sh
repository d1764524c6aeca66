#!/bin/sh
# pg 8.23.1 on Deno 2.1.4, which is what hosted Edge Functions run, and on Node.
#
# `ssl: { rejectUnauthorized: false }` is the usual setting for a database whose certificate is its own. Node then accepts the
# certificate. Deno 2.1.4 does not heed it and refuses: its `tls.connect` over a socket that is open already always checks.
# Stricter, not laxer. What works there is `ssl: { ca }`, or a certificate that the runtime trusts.
#
# Seen on 2026-11-30:
#   node: 28000 the handshake was accepted
#   deno 2.1.4: undefined invalid peer certificate: UnknownIssuer
#
# For us: connections of functions always check (docs/decisions/0026-straight-to-postgres.md).
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund pg@8.23.1 selfsigned@5.5.0
cat > server.mjs <<'JS'
// Speaks as much of Postgres as it takes: "TLS, please" - "yes" - and, once that stands, an error with a code.
import net from "node:net";
import tls from "node:tls";
import selfsigned from "selfsigned";
const { private: key, cert } = await selfsigned.generate([{ name: "commonName", value: "localhost" }], { keySize: 2048 });
const error = Buffer.from("SFATAL\0C28000\0Mthe handshake was accepted\0\0");
const head = Buffer.alloc(5);
head.write("E");
head.writeInt32BE(error.length + 4, 1);
net.createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", () => {
    socket.write("S");
    const secure = new tls.TLSSocket(socket, { isServer: true, key, cert });
    secure.on("error", () => {});
    secure.once("data", () => secure.end(Buffer.concat([head, error])));
  });
}).listen(55433, "127.0.0.1", () => console.log("ready"));
JS
cat > client.mjs <<'JS'
import pg from "pg";
const ssl = { rejectUnauthorized: false };
const client = new pg.Client({ host: "localhost", port: 55433, user: "u", password: "p", database: "d", ssl });
client.on("error", () => {});
await client.connect().catch(({ code, message }) => console.log(code, message));
process.exit(0);
JS
sed 's/^import pg.*/import process from "node:process";\nimport pg from "npm:pg@8.23.1";/' client.mjs > client_deno.mjs
node server.mjs > server.log &
server=$!
until grep -q ready server.log; do kill -0 "$server"; sleep 0.2; done
on_node=$(node client.mjs)
on_deno=$(DENO_TLS_CA_STORE=system,mozilla DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 \
  npx -y deno@2.1.4 run -A --quiet --no-lock --node-modules-dir=none client_deno.mjs)
echo "node: $on_node"
echo "deno 2.1.4: $on_deno"
case "$on_node" in "28000 "*) ;; *) echo "CHANGED: Node"; exit 1 ;; esac
case "$on_deno" in *"invalid peer certificate"*) ;; *) echo "CHANGED: Deno 2.1.4"; exit 1 ;; esac
echo "AS SEEN"
