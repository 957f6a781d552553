// PostGraphile over one schema, on loopback, in plain HTTP, in one process as the door is, with what it recommends for
// speed: persisted operations, prepared statements (which it makes by itself), nothing watched, nothing explained.
// Told by one argument, a JSON object: {pool, port, schema, operations}. Says "ready" once it answers.
import { createServer } from "node:http";
import { PersistedPlugin } from "@grafserv/persisted";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const told = JSON.parse(process.argv[2]);
const server = createServer();
const serving = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [PersistedPlugin],
  pgServices: [makePgService({ schemas: [told.schema], poolConfig: told.pool })],
  grafserv: { graphiql: false, watch: false, persistedOperations: told.operations },
  grafast: { explain: false },
}).createServ(grafserv);
await serving.addTo(server);
await serving.ready();
server.listen(told.port, "127.0.0.1", () => console.log("ready"));
