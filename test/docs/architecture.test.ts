import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { cloneJob } from '../../lambdas/voices/clone-job';
import { deletionJob } from '../../lambdas/voices/deletion-job';
import { templateOf } from '../support/templates';

const root = join(__dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const document = read('docs', 'ARCHITECTURE.md');

const template = templateOf();

type Properties = Record<string, unknown>;
interface Resource {
  Type: string;
  Properties: Properties;
}
const { Resources: resources } = template.toJSON() as { Resources: Record<string, Resource> };
const ofType = (type: string): [string, Properties][] =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => [id, Properties]);

/** The logical ids that a value of the template refers to. */
const references = (value: unknown): string[] =>
  [...JSON.stringify(value ?? null).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(([, id]) => id!);

const pathOf = (id: string): string => {
  const { PathPart, ParentId } = resources[id]!.Properties as { PathPart: string; ParentId: { Ref?: string } };
  return `${ParentId.Ref === undefined ? '' : pathOf(ParentId.Ref)}/${PathPart}`;
};

/** What people call a function or a queue: its logical id without the kind of resource. */
const nameOf = (id: string): string =>
  resources[id]!.Type === 'AWS::Lambda::Function' ? id.replace(/Function$/, '') : id.replace(/Queue$/, '');

const functionIds = ofType('AWS::Lambda::Function').map(([id]) => id);
const queueIds = ofType('AWS::SQS::Queue').map(([id]) => id);
const isFunction = (id: string) => functionIds.includes(id);
const isQueue = (id: string) => queueIds.includes(id);

const methods = ofType('AWS::ApiGateway::Method').map(([, properties]) => {
  const { HttpMethod, ResourceId } = properties as { HttpMethod: string; ResourceId: { Ref: string } };
  const [handler = ''] = references(properties['Integration']).filter(isFunction);
  return { route: `${HttpMethod} ${pathOf(ResourceId.Ref)}`, handler };
});

/** Functions by the role that they have. */
const byRole = new Map(ofType('AWS::Lambda::Function').map(([id, { Role }]) => [references(Role)[0]!, id] as const));

const sends = ofType('AWS::IAM::Policy').flatMap(([, { Roles, PolicyDocument }]) => {
  const { Statement } = PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
  const sender = references(Roles)
    .map((role) => byRole.get(role))
    .find((id) => id !== undefined);
  return Statement.filter(({ Action }) => JSON.stringify(Action).includes('sqs:SendMessage'))
    .flatMap(({ Resource }) => references(Resource).filter(isQueue))
    .map((queue) => `${nameOf(sender!)} → ${nameOf(queue)}`);
});

const edges = [
  ...methods.map(({ route, handler }) => `${route} → ${nameOf(handler)}`),
  ...sends,
  ...ofType('AWS::Lambda::EventSourceMapping').flatMap(([, { EventSourceArn, FunctionName }]) =>
    references(EventSourceArn)
      .filter(isQueue)
      .map((queue) => `${nameOf(queue)} → ${nameOf(references(FunctionName)[0]!)}`),
  ),
  ...ofType('AWS::SQS::Queue').flatMap(([id, { RedrivePolicy }]) =>
    references(RedrivePolicy).map((parked) => `${nameOf(id)} → ${nameOf(parked)}`),
  ),
];

/** The diagrams' nodes by their ids, `id["label"]:::kind` in whatever brackets. */
const nodes = new Map(
  [...document.matchAll(/^ {2}(\w+)[[({]+"([^"]+)"[\])}]+:::(\w+)$/gm)].map(([, id, label, kind]) => [
    id!,
    { label: label!, kind: kind! },
  ]),
);
const labelled = (...kinds: string[]) =>
  [...nodes.values()].filter(({ kind }) => kinds.includes(kind)).map(({ label }) => label);

/** The diagrams' arrows between what the template knows, `a & b --> c & d`. */
const drawn = [...document.matchAll(/^ {2}(\w+(?: & \w+)*) -[-.]+>(?:\|[^|]*\|)? (\w+(?: & \w+)*)$/gm)]
  .flatMap(([, from, to]) =>
    from!.split(' & ').flatMap((one) => to!.split(' & ').map((other) => [nodes.get(one), nodes.get(other)] as const)),
  )
  .filter((pair) => pair.every((node) => ['route', 'function', 'queue', 'parked'].includes(node?.kind ?? 'unknown')))
  .map(([from, to]) => `${from?.label} → ${to?.label}`);

describe('the diagram in docs/ARCHITECTURE.md', () => {
  it('given the functions of the template, when compared, then it has each, and no other', () => {
    expect(labelled('function').sort()).toEqual(functionIds.map(nameOf).sort());
  });

  it('given the queues of the template, when compared, then it has each, and no other', () => {
    expect(labelled('queue', 'parked').sort()).toEqual(queueIds.map(nameOf).sort());
  });

  it('given the routes of the template, when compared, then it has each, and no other', () => {
    expect(labelled('route').sort()).toEqual(methods.map(({ route }) => route).sort());
  });

  it('given who is invoked by what, and who may send where, when compared, then its arrows are those', () => {
    expect(drawn.sort()).toEqual(edges.sort());
  });
});

describe('docs/ARCHITECTURE.md', () => {
  it('given the items of the ledger, when compared, then its table has each kind, and no other', () => {
    const ledger = join('lambdas', 'ledger');
    const source = readdirSync(join(root, ledger))
      .map((name) => read(ledger, name))
      .join('\n');
    const kinds = [...source.matchAll(/\bkind'?: '(\w+)'/g)].map(([, kind]) => kind!.toUpperCase());
    const rows = [...document.matchAll(/^\| `([A-Z]{4,}(?:_[A-Z]+)*)(?:#[^`]+)?`/gm)].map(([, prefix]) => prefix!);

    expect(rows.sort()).toEqual([...new Set(kinds)].sort());
  });

  it('given the jobs that the code knows, then the table of queues has each', () => {
    const nameIn = (field: z.ZodType): unknown[] =>
      field instanceof z.ZodEnum ? field.options : field instanceof z.ZodLiteral ? [...field.values] : [];
    const names = [
      ...deletionJob.options.flatMap(({ shape }) => nameIn(shape.reason)),
      ...cloneJob.options.flatMap(({ shape }) => nameIn(shape.kind)),
    ];
    const [, table = ''] = /\| queue +\| jobs [^\n]+\n((?:\|.+\n)+)/.exec(document) ?? [];

    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !table.includes(`\`${String(name)}\``))).toEqual([]);
  });

  it('given the invariants, then each of I1 to I11 has its row, with tests', () => {
    const rows = [...document.matchAll(/^\| (I\d+) .*`test\/[\w./-]+`.*\|$/gm)].map(([, name]) => name);

    expect(rows).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11']);
  });

  it('given the files to read for each path, then they exist', () => {
    const lists = [...document.matchAll(/`(lambdas\/[\w/-]+\/)`: ((?:`[\w.-]+\.ts`(?:, )?)+)/g)];
    const paths = lists.flatMap(([, folder, names]) =>
      [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => join(folder!, name!)),
    );

    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(['ARCHITECTURE.md', 'SECURITY.md', 'RUNBOOK.md'])(
    'given the files that %s names, then they exist',
    (name) => {
      const text = read('docs', name);
      const named = [...text.matchAll(/`((?:lambdas|lib|test|bench|local|cli|scripts|events|docs)\/[\w./-]*)/g)];
      const linked = [...text.matchAll(/\]\(([\w./-]+\.(?:md|json))(?:#[\w-]+)?\)/g)];
      const paths = [...named.map(([, path]) => path!), ...linked.map(([, path]) => join('docs', path!))];

      expect(paths.length).toBeGreaterThan(0);
      expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    },
  );
});
