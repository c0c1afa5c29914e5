// Hive Gateway over the supergraph in a file, on a loopback port: node router.mjs SUPERGRAPH PORT
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";

const [supergraph, port] = process.argv.slice(2);
const passedOn = ["authorization", "emporium-cart-token"];
const gateway = createGatewayRuntime({
  supergraph: readFileSync(supergraph, "utf8"),
  logging: false,
  graphiql: false,
  landingPage: false,
  maskedErrors: false,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) =>
      Object.fromEntries(passedOn.map((name) => [name, request.headers.get(name)]).filter(([, value]) => value)),
  },
});
createServer(gateway).listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
