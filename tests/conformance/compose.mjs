// Composes the schemas named by the arguments (NAME=FILE): JSON with the errors, the supergraph, its public schema, and
// that of the contract that leaves out what is tagged "admin".
import { readFileSync } from "node:fs";
import {
  composeSchemaContract,
  composeServices,
  transformSupergraphToPublicSchema,
} from "@theguild/federation-composition";
import { parse, print } from "graphql";

const services = process.argv.slice(2).map((argument) => {
  const [name, file] = argument.split("=");
  return { name, url: `http://${name}.test/graphql`, typeDefs: parse(readFileSync(file, "utf8")) };
});
const composed = composeServices(services);
const contract = composeSchemaContract(services, { include: new Set(), exclude: new Set(["admin"]) }, true);
const publicSchema = ({ supergraphSdl }) =>
  supergraphSdl ? print(transformSupergraphToPublicSchema(parse(supergraphSdl))) : "";
console.log(
  JSON.stringify({
    errors: [...(composed.errors ?? []), ...(contract.errors ?? [])].map((error) => error.message),
    supergraph: composed.supergraphSdl ?? "",
    admin: publicSchema(composed),
    storefront: publicSchema(contract),
  }),
);
