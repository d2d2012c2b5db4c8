import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCloudAssembly, type Template } from '../../local/stack/cloud-assembly';
import { synthesize } from '../../local/synth';
import { declaredVariables, envFileOf, readEnvFile } from '../../scripts/invoke/env-file';
import { functionIds } from '../../scripts/invoke/find-function';
import { root } from './event-table';

interface SamFunction {
  readonly Type: string;
  readonly Properties: { readonly Handler: string; readonly Runtime: string };
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

let assemblyDir: string;
let template: Template;
let raw: { Resources: Record<string, SamFunction> };

beforeAll(async () => {
  assemblyDir = (await synthesize(new AbortController().signal)).assemblyDir;
  const assembly = await readCloudAssembly(assemblyDir);
  template = assembly.template;
  raw = JSON.parse(await readFile(join(assemblyDir, `${assembly.stackName}.template.json`), 'utf8')) as typeof raw;
});

const functions = () => {
  const ids = functionIds(template);
  return Object.entries(raw.Resources).filter(([id]) => ids.includes(id));
};

/** What SAM 1.164 gives a function: declared variables alone, references blank unless the file overrides them. */
const samEnvironment = (declared: Readonly<Record<string, unknown>>, file: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(declared).map(([name, value]) => [name, file[name] ?? (typeof value === 'object' ? '' : value)]),
  );

describe('the file that is written for SAM', () => {
  it('given a template that has the same address of ElevenLabs, then it is written all the same: another synth has the real one', () => {
    const environment = { ELEVENLABS_API_BASE_URL: 'http://127.0.0.1:4567', LOG_LEVEL: 'INFO' };
    const same = {
      Resources: { PreCallFunction: { Type: 'x', Properties: { Environment: { Variables: environment } } } },
    };
    const fn = { id: 'PreCallFunction', environment };

    const written = envFileOf(
      { deployed: { secrets: {}, name: 'Precall-dev', functions: [fn] }, awsUrl: 'http://aws' },
      same,
    );

    expect(written).toEqual({
      PreCallFunction: { AWS_ENDPOINT_URL: 'http://aws', ELEVENLABS_API_BASE_URL: 'http://127.0.0.1:4567' },
    });
  });
});

describe('sam local invoke', () => {
  it('given the template, when SAM looks for a function, then its id is a plain name and its bundle is where the metadata says', () => {
    for (const [id, { Properties, Metadata = {} }] of functions()) {
      expect(id).toMatch(/^[A-Z][A-Za-z]+Function$/);
      expect(Metadata['aws:asset:property']).toBe('Code');
      expect(existsSync(join(assemblyDir, String(Metadata['aws:asset:path']), 'index.js'))).toBe(true);
      expect(Properties).toMatchObject({ Handler: 'index.handler', Runtime: 'nodejs24.x' });
    }
    expect(functions().length).toBeGreaterThan(0);
  });

  it('given events/env.local.json, when SAM applies it, then no variable that refers to a resource is left blank', async () => {
    const file = await readEnvFile(join(root, 'events', 'env.local.json'));

    for (const [id] of functions()) {
      const given = samEnvironment(declaredVariables(template, id), file[id] ?? {});
      const references = Object.entries(declaredVariables(template, id)).filter(
        ([, value]) => typeof value === 'object',
      );
      expect(references.filter(([name]) => given[name] === '')).toEqual([]);
      const undeclared = Object.keys(file[id] ?? {}).filter((name) => !(name in given));
      expect(undeclared).toEqual(['AWS_ENDPOINT_URL']);
    }
  });

  it('given the command in docs/INVOKE.md, when run, then its copy of the template declares AWS_ENDPOINT_URL', async () => {
    const [, script] = /^node -e '\n(.*?)\n'$/ms.exec(await readFile(join(root, 'docs', 'INVOKE.md'), 'utf8'))!;
    const folder = await mkdtemp(join(tmpdir(), 'precall-sam-'));
    await mkdir(join(folder, 'cdk.out'));
    await writeFile(join(folder, 'cdk.out', 'Precall-dev.template.json'), JSON.stringify(raw));
    await promisify(execFile)(process.execPath, ['-e', script!], { cwd: folder });
    const copy = JSON.parse(await readFile(join(folder, 'cdk.out', 'sam.json'), 'utf8')) as Template;
    await rm(folder, { recursive: true });

    for (const [id] of functions())
      expect(declaredVariables(copy, id)).toEqual({ ...declaredVariables(template, id), AWS_ENDPOINT_URL: '' });
  });
});
