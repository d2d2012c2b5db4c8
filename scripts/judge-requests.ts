import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import * as z from 'zod';

/**
 * Judges requests that tests recorded (`RECORD_ELEVENLABS_REQUESTS=<file>`) by ElevenLabs' whole OpenAPI file, which is
 * not part of this repository: `npm run requests:judge -- <openapi.json> <requests.jsonl>`.
 */
const [openApiPath, requestsPath] = process.argv.slice(2);
if (openApiPath === undefined || requestsPath === undefined)
  throw new Error('Usage: npm run requests:judge -- <openapi.json> <requests.jsonl>');

const anything = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema: anything }));
const parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: anything,
});
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ required: z.boolean().default(false), content }).optional(),
});
const openApi = z
  .object({ paths: z.record(z.string(), anything), components: z.object({ schemas: anything }) })
  .parse(JSON.parse(readFileSync(openApiPath, 'utf8')));

const request = z.object({
  method: z.string(),
  path: z.string(),
  query: z.array(z.tuple([z.string(), z.string()])),
  isForm: z.boolean(),
  body: z.unknown().optional(),
});
type Request = z.infer<typeof request>;

/** The vendor's file refers to schemas that it does not have; what they describe counts as anything. */
const danglingIn = (schemas: Readonly<Record<string, unknown>>): string[] => {
  const named = JSON.stringify(openApi).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...new Set([...named].map(([, name = '']) => name))].filter((name) => !Object.hasOwn(schemas, name));
};

const { schemas } = openApi.components;
const dangling = danglingIn(schemas);
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: false });
const looseAjv = new Ajv({ strict: false, validateFormats: false, coerceTypes: 'array' });
const root = {
  $id: 'vendor',
  components: { schemas: { ...schemas, ...Object.fromEntries(dangling.map((name) => [name, {}])) } },
};
ajv.addSchema(root);
looseAjv.addSchema(root);

const compiled = new Map<string, ValidateFunction>();
const judge = (schema: object, isText: boolean): ValidateFunction => {
  const absolute = JSON.stringify(schema).replaceAll('"#/components/', '"vendor#/components/');
  const key = `${isText ? 'text' : 'json'} ${absolute}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = (isText ? looseAjv : ajv).compile(anything.parse(JSON.parse(absolute)));
  compiled.set(key, made);
  return made;
};

const templates = Object.keys(openApi.paths).map((template) => ({
  template,
  literals: template.split('/').filter((part) => !part.startsWith('{')).length,
  pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
}));

const templateOf = (path: string): string | undefined =>
  templates.filter(({ pattern }) => pattern.test(path)).sort((a, b) => b.literals - a.literals)[0]?.template;

/** Text is read as the type that its schema asks for; a form's file is text to the vendor. */
const queryFaults = ({ query }: Request, parameters: readonly z.infer<typeof parameter>[]): string[] => {
  const known = parameters.filter((each) => each.in === 'query');
  const unknown = query.filter(([name]) => !known.some((each) => each.name === name));
  const missing = known.filter(({ name, required }) => required && !query.some(([given]) => given === name));
  const wrong = query.filter(([name, value]) => {
    const schema = known.find((each) => each.name === name)?.schema;
    return schema !== undefined && !judge({ type: 'object', properties: { value: schema } }, true)({ value });
  });
  return [
    ...unknown.map(([name]) => `unknown parameter ${name}`),
    ...missing.map(({ name }) => `missing parameter ${name}`),
    ...wrong.map(([name, value]) => `parameter ${name} has the wrong value ${value}`),
  ];
};

const formAsVendor = (body: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(anything.parse(body)).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(() => 'bytes of a file') : value,
    ]),
  );

const bodyFaults = ({ body, isForm }: Request, asked: z.infer<typeof operation>['requestBody']): string[] => {
  if (asked === undefined) return body === undefined ? [] : ['a body that the operation does not have'];
  if (body === undefined) return asked.required ? ['no body'] : [];
  const kind = isForm ? 'multipart/form-data' : 'application/json';
  const schema = asked.content[kind]?.schema;
  if (schema === undefined) return [`a body of the kind ${kind}`];
  const validate = judge(schema, isForm);
  if (validate(isForm ? formAsVendor(body) : body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`.trim());
};

const faultsOf = (sent: Request): string[] => {
  const template = templateOf(sent.path);
  const found = template === undefined ? undefined : openApi.paths[template]?.[sent.method.toLowerCase()];
  if (found === undefined) return ['no such operation'];
  const { parameters, requestBody } = operation.parse(found);
  return [...queryFaults(sent, parameters), ...bodyFaults(sent, requestBody)];
};

const lines = readFileSync(requestsPath, 'utf8').split('\n').filter(Boolean);
const counts = new Map<string, number>();
const violations: string[] = [];
for (const line of lines) {
  const sent = request.parse(JSON.parse(line));
  const name = `${sent.method} ${templateOf(sent.path) ?? sent.path}`;
  counts.set(name, (counts.get(name) ?? 0) + 1);
  violations.push(...faultsOf(sent).map((fault) => `${name}: ${fault}`));
}
for (const [name, count] of [...counts].sort()) process.stdout.write(`${String(count).padStart(8)}  ${name}\n`);
process.stdout.write(
  `${lines.length} requests of ${counts.size} operations, ${violations.length} violations; ` +
    `${dangling.length} dangling references\n`,
);
for (const violation of [...new Set(violations)].slice(0, 50)) process.stdout.write(`${violation}\n`);
process.exitCode = violations.length === 0 && lines.length > 0 ? 0 : 1;
