import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { commonFlags } from '../../cli/command-help';
import { commands } from '../../cli/commands';
import { help } from '../../cli/help';
import { settingsSchema } from '../../lib/settings';
import { commandsIn, type DocumentedCommand } from '../support/documented-commands';

const root = join(__dirname, '..', '..');
const files = globSync(['*.md', '.github/*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: root }).filter(
  (name) => !/node_modules|^docs\/site\/|CHANGELOG/.test(name),
);
const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
const all = texts.flatMap(commandsIn);

const named = (...words: string[]): DocumentedCommand[] =>
  all.filter(({ program, args }) => words.every((word, index) => [program, ...args][index] === word));

const flagsOf = (args: readonly string[]): string[] =>
  args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2).replace(/=.*/, ''));

describe("the documents' commands of precall", () => {
  const lines = named('npx', 'precall')
    .map(({ args }) => args.slice(1))
    // `npx precall` alone is its name.
    .filter(([name = '']) => name !== '' && name !== '<command>');

  const faultOf = ([name = '', ...rest]: readonly string[]): string | undefined => {
    const { [name]: command } = commands;
    const { [name as keyof typeof help]: text } = help as Partial<typeof help>;
    if (command === undefined && text === undefined) return name.startsWith('--') ? undefined : `no command ${name}`;
    const known = Object.keys({ ...command?.flags, ...commonFlags });
    const strange = flagsOf(rest).filter((flag) => !known.includes(flag) && text?.includes(`--${flag}`) !== true);
    if (strange.length > 0) return `${name} has no --${strange.join(', --')}`;
    const actions = command?.forms.map((form) => form.split(' ')[0]!) ?? [];
    const [action = ''] = rest;
    const isAction = /^[a-z]+$/.test(action) && actions.every((form) => /^[a-z]*$/.test(form));
    return isAction && !actions.includes(action) ? `${name} has no ${action}` : undefined;
  };

  it('given each, then the command has it, with these flags', () => {
    expect(lines.length).toBeGreaterThan(150);
    expect(lines.flatMap((line) => (faultOf(line) === undefined ? [] : [[line.join(' '), faultOf(line)]]))).toEqual([]);
  });

  it('given a command, an action or a flag that does not exist, then it is found', () => {
    const [unknown, action, flag] = commandsIn('`npx precall look`, `npx precall agents look`, `npx precall end --now`')
      .map(({ args }) => args.slice(1))
      .map(faultOf);

    expect([unknown, action, flag]).toEqual(['no command look', 'agents has no look', 'end has no --now']);
  });
});

describe("the documents' commands of AWS", () => {
  const packages: Readonly<Record<string, string>> = {
    cloudformation: 'client-cloudformation',
    cloudwatch: 'client-cloudwatch',
    dynamodb: 'client-dynamodb',
    events: 'client-eventbridge',
    lambda: 'client-lambda',
    logs: 'client-cloudwatch-logs',
    secretsmanager: 'client-secrets-manager',
  };
  /** Options of the AWS CLI itself. */
  const ofTheCli = ['query', 'output', 'region', 'profile', 'cli-read-timeout'];
  /** The high-level commands of S3 that the documents use, which are no operations of its API. */
  const ofS3: Readonly<Record<string, readonly string[]>> = { sync: ['source-region'], rb: ['force'] };
  const load = createRequire(__filename);
  /** A schema of the SDK: an operation with its input, or a structure with the names of its members. */
  type Schema<Part> = readonly [number, string, string, unknown, Part, unknown, number?];
  const squeezed = (name: string): string => name.replaceAll('-', '').toLowerCase();

  /** What the SDK says of an operation: the names of its input, of which the first are required. */
  const inputOf = (service: string, operation: string): { names: string[]; required: number } | undefined => {
    const client = load(`@aws-sdk/${packages[service]!}`) as Record<string, unknown>;
    const name = Object.keys(client).find((key) => key.toLowerCase() === `${squeezed(operation)}$`);
    if (name === undefined) return undefined;
    const [, , , , input] = client[name] as Schema<Schema<string[]> | (() => Schema<string[]>)>;
    const [, , , , names, , required] = typeof input === 'function' ? input() : input;
    return { names: names.map(squeezed), required: required ?? 0 };
  };

  const faultOf = ({ args: [service = '', operation = '', ...rest] }: DocumentedCommand): string | undefined => {
    // No client of SSM is installed; the command was run by hand.
    if (service === 'ssm') return undefined;
    if (service === 's3') {
      const strange = flagsOf(rest).filter(
        (flag) => ofS3[operation]?.includes(flag) !== true && !ofTheCli.includes(flag),
      );
      return ofS3[operation] === undefined || strange.length > 0 ? `s3 ${operation}: ${strange.join()}` : undefined;
    }
    if (packages[service] === undefined) return `no service ${service}`;
    const isWaiter = operation === 'wait';
    const input = isWaiter ? inputOf(service, 'describe-table') : inputOf(service, operation);
    if (input === undefined) return `no operation ${operation}`;
    const given = flagsOf(rest).filter((flag) => !ofTheCli.includes(flag));
    const names = given.map((flag) => squeezed(flag.replace(/^no-/, '')));
    const strange = given.filter((_, index) => !input.names.includes(names[index]!));
    const missing = input.names.slice(0, input.required).filter((name) => !names.includes(name));
    return strange.length + missing.length === 0 ? undefined : `unknown: ${strange.join()}, missing: ${missing.join()}`;
  };

  it('given each, then the service has the operation, with these options and no other that is required', () => {
    const lines = named('aws').filter(({ args }) => args.length > 0);

    expect(lines.length).toBeGreaterThan(12);
    expect(
      lines.flatMap((line) => (faultOf(line) === undefined ? [] : [[line.args.join(' '), faultOf(line)]])),
    ).toEqual([]);
  });

  it('given an operation or an option that does not exist, or one too few, then it is found', () => {
    const faults = commandsIn(
      '`aws lambda run`, `aws lambda invoke --name x`, `aws dynamodb update-table`, `aws s3 sync a b --now`, `aws s3 cp a`',
    ).map(faultOf);

    expect(faults).toEqual([
      'no operation run',
      'unknown: name, missing: functionname',
      'unknown: , missing: tablename',
      's3 sync: now',
      's3 cp: ',
    ]);
  });
});

describe("the documents' commands of the CDK, of npm and of Vitest", () => {
  it("given those of the CDK, then each has a verb, and its settings are the template's", () => {
    const known = ['quiet', 'output', 'cloudformation-execution-policies'];
    const lines = named('npx', 'cdk');
    const faults = lines.flatMap(({ env, args: [, verb = '', ...rest] }) => {
      const { AWS_REGION, ...settings } = env;
      const { success } = settingsSchema.safeParse(settings);
      const unknown = Object.keys(settings).filter((name) => !(name in settingsSchema.shape));
      const flags = flagsOf(rest).filter((flag) => !known.includes(flag));
      const isKnown = ['bootstrap', 'deploy', 'destroy', 'diff', 'synth', 'list'].includes(verb);
      return success && isKnown && [...flags, ...unknown].length === 0
        ? []
        : [{ settings, unknown, verb, flags, AWS_REGION }];
    });

    expect(lines.length).toBeGreaterThan(15);
    expect(faults).toEqual([]);
  });

  it('given those of npm, then package.json has the script, and none gives an option twice', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const lines = [...named('npm', 'run'), ...named('npm', 'test'), ...named('npm', 'start')];
    const faults = lines.filter(({ args }) => {
      const [first, second] = args.filter((arg) => arg !== '--silent');
      const script = first === 'run' ? second! : first!;
      // A script whose name is cut off stands for several.
      return !(script in scripts) || (script === 'test' && args.some((arg) => arg.startsWith('--coverage')));
    });

    expect(lines.length).toBeGreaterThan(30);
    expect(faults).toEqual([]);
  });

  it('given those of Vitest, then each path has tests', () => {
    const tests = globSync('test/**/*.test.ts', { cwd: root });
    const words = named('npx', 'vitest', 'run').flatMap(({ args }) => args.slice(2));
    const paths = words.filter((word) => word !== '--config');

    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !tests.some((test) => test.includes(path)) && !existsSync(join(root, path)))).toEqual(
      [],
    );
  });
});
