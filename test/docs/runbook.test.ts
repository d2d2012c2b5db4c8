import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiErrors } from '../../lambdas/platform/api-errors';
import { settingsSchema } from '../../lib/settings';
import { templateOf } from '../support/templates';

const root = join(__dirname, '..', '..');
const runbook = readFileSync(join(root, 'docs', 'RUNBOOK.md'), 'utf8');

/** The longest name that an installation can have. */
const stackName = 'Precall-abcdefghijklmnop';
const template = templateOf({}, stackName);

interface AlarmProperties {
  AlarmName: string;
  AlarmDescription: string;
  TreatMissingData?: string;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
}

const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties as AlarmProperties,
);
const queues = Object.keys(template.findResources('AWS::SQS::Queue'));

const lambdas = join(root, 'lambdas');
const source = readdirSync(lambdas, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(lambdas, path), 'utf8'))
  .join('\n');

/** Sections of alarms have one word as their title; those for everybody have several. */
const sections = Object.fromEntries(
  [...runbook.matchAll(/^## (\w+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].map(([, title, text]) => [title!, text!]),
);
const titles = Object.keys(sections);

describe('the alarms of the template', () => {
  it('given their number, then there are alarms to check, with names of their own that CloudWatch takes', () => {
    expect(alarms.length).toBeGreaterThan(50);
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(alarms.length);
    expect(alarms.filter(({ AlarmName }) => AlarmName.length > 255)).toEqual([]);
  });

  it('given each, then somebody is told when it goes off and when it is over, unless a stranger can set it off', () => {
    const silent = alarms.filter(({ AlarmActions = [], OKActions = [] }) => !AlarmActions.length || !OKActions.length);

    expect(silent.map(({ AlarmName }) => AlarmName.slice(stackName.length + 1)).toSorted()).toEqual([
      'OpenRouteRefusals',
      'RefusedByAws',
    ]);
  });

  it('given each, then it says its impact, and what missing data means', () => {
    const saying = /^[A-Z/][^#]{20,}\. No data [^#]{10,}\. What to do: docs\/RUNBOOK\.md#[a-z]+$/;
    const odd = alarms.filter(
      ({ AlarmDescription, TreatMissingData = '' }) =>
        !saying.test(AlarmDescription) || !['breaching', 'notBreaching'].includes(TreatMissingData),
    );

    expect(odd).toEqual([]);
  });
});

describe('the documents', () => {
  it('given the outputs that they name, then the template has them', () => {
    const outputs = globSync(['README.md', 'docs/**/*.md'], { cwd: root, exclude: ['docs/site/**'] })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .flatMap((text) => [...text.matchAll(/<output (\w+)>|output\s`(\w+)`/g)])
      .map(([, inCommand, inSentence]) => inCommand ?? inSentence!);

    expect(outputs.length).toBeGreaterThan(8);
    // Only a stack with DOMAIN_NAME has DomainTarget: test/infra/front.test.ts.
    expect(outputs.filter((name) => !(name in template.findOutputs('*')) && name !== 'DomainTarget')).toEqual([]);
  });
});

describe('docs/RUNBOOK.md', () => {
  it('given the alarms, when compared, then each leads to a section, and each section has an alarm', () => {
    const anchors = alarms.map(({ AlarmDescription }) => /docs\/RUNBOOK\.md#(\w+)$/.exec(AlarmDescription)?.[1]);

    expect([...new Set(anchors)].sort()).toEqual(titles.map((title) => title.toLowerCase()).sort());
  });

  it.each(titles)('given the section %s, then it says what is asked at night', (title) => {
    const asked = [...sections[title]!.matchAll(/^\*\*(.+?)\.?\*\*/gm)].map(([, label]) => label);

    expect(asked).toEqual(['Impact', 'Look first', 'What to do', 'Resolved when']);
  });

  it('given its commands, then none needs the tools of one system, and each of the CDK names its stage', () => {
    expect(runbook).not.toMatch(/date -u?d/);
    const commands = runbook.match(/`[^`\n]*npx cdk [^`\n]*`/g) ?? [];
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((command) => !command.startsWith('`STAGE='))).toEqual([]);
  });

  it('given its shell lines, then each runs a program that an operator has', () => {
    const blocks = [...runbook.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text!);
    const lines = blocks.flatMap((text) => text.trim().replace(/\\\n/g, ' ').split('\n'));
    const programs = lines.flatMap((line) => line.split(/; | && /)).map((command) => command.trim().split(' ')[0]!);

    expect(programs.length).toBeGreaterThan(40);
    expect(
      programs.filter(
        (name) => !name.startsWith('#') && !['npx', 'npm', 'aws', 'git', 'curl', 'export'].includes(name),
      ),
    ).toEqual([]);
  });

  it('given the log events that it asks for, then the functions write them', () => {
    const asked = [...runbook.matchAll(/--event ([\w,]+)/g)].flatMap(([, names]) => names!.split(','));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((event) => !source.includes(`'${event}'`))).toEqual([]);
  });

  it('given the queues and services that its commands name, then the stack has them', () => {
    const named = (command: RegExp) => [...runbook.matchAll(command)].flatMap(([, names]) => names!.match(/[\w-]+/g)!);
    const strange = {
      redriven: named(/parked redrive (\w+)/g).filter((name) => !queues.includes(`${name}DeadLetters`)),
      services: named(/--service ([\w,-]+)/g).filter(
        (name) => !source.includes(`createTelemetry('${name}')`) && !source.includes(`service: '${name}'`),
      ),
    };

    expect(strange).toEqual({ redriven: [], services: [] });
  });

  it('given the settings and codes that it names, then they exist', () => {
    const named = [...runbook.matchAll(/`([A-Z]+_[A-Z_]+)/g)].map(([, name]) => name!);
    const ofApiGateway = ['ACCESS_DENIED', 'MISSING_AUTHENTICATION_TOKEN'];
    const known = [...Object.keys(settingsSchema.shape), ...Object.keys(apiErrors), ...ofApiGateway];

    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});
