// node evaluate.cjs WORKFLOW NODE < ITEM: what n8n makes of the parameters of a node, by its own package, as JSON.
const { readFileSync } = require("node:fs");
const { Workflow } = require("n8n-workflow");

const [file, name] = process.argv.slice(2);
const { nodes, connections, settings } = JSON.parse(readFileSync(file, "utf8"));
const { parameters } = structuredClone(nodes.find((node) => node.name === name));
const type = (type, version) => ({
  description: { name: type, version, properties: [], group: [], defaults: {}, inputs: ["main"], outputs: ["main"] },
});
const nodeTypes = { getByName: type, getByNameAndVersion: type, getKnownTypes: () => ({}) };
const workflow = new Workflow({ nodes, connections, settings, active: false, nodeTypes });
const items = [{ json: JSON.parse(readFileSync(0, "utf8")) }];

function evaluated(value) {
  if (Array.isArray(value)) return value.map(evaluated);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, evaluated(each)]));
  }
  if (typeof value !== "string" || !value.startsWith("=")) return value;
  return workflow.expression.resolveSimpleParameterValue(value, {}, null, 0, 0, name, items, "manual", {});
}

const before = workflow.getParentNodes(name);
console.log(JSON.stringify({ before, parameters: evaluated(parameters) }));
