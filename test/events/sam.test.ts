import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFunctions } from '../../local/lambda/functions';
import { readCloudAssembly, type Template } from '../../local/stack/cloud-assembly';
import type { DeployedFunction } from '../../local/stack/deployed-stack';
import { synthesize } from '../../local/synth';
import { declaredVariables, type EnvFile, envFileOf, readEnvFile } from '../../scripts/invoke/env-file';
import { functionIds } from '../../scripts/invoke/find-function';
import { openStage, type Stage } from '../../scripts/invoke/open-stage';
import { renewEvent } from '../../scripts/invoke/renew-event';
import { writeSamFiles } from '../../scripts/invoke/sam-template';
import { inShort, readEvent, root } from './event-table';
import { localDefaults } from './local-defaults';

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
const samEnvironment = (
  declared: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(declared).map(([name, value]) => [name, file[name] ?? (typeof value === 'string' ? value : '')]),
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
});

interface SamTemplate {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties: {
          readonly CodeUri: string;
          readonly Handler: string;
          readonly Runtime: string;
          readonly Timeout: number;
          readonly MemorySize: number;
          readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
        };
      }
    >
  >;
}

describe('npm run sam-template', () => {
  let stage: Stage;
  let folder: string;
  let sam: SamTemplate;
  let env: EnvFile;

  beforeAll(async () => {
    stage = await openStage({ assemblyDir, settings: localDefaults, environment: {} });
    folder = await mkdtemp(join(tmpdir(), 'precall-sam-'));
    const files = await writeSamFiles(folder, assemblyDir, stage);
    sam = JSON.parse(await readFile(files.template, 'utf8')) as SamTemplate;
    env = await readEnvFile(files.variables);
  });
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true });
  });

  /** The function that SAM makes of the two files. */
  const asSam = (id: string): DeployedFunction => {
    const { CodeUri, Handler, Runtime, Timeout, MemorySize, Environment } = sam.Resources[id]!.Properties;
    return {
      id,
      codeDir: join(folder, CodeUri),
      handler: Handler,
      runtime: Runtime,
      timeoutS: Timeout,
      memoryMb: MemorySize,
      environment: samEnvironment(Environment.Variables, env[id] ?? {}),
    };
  };

  it('given the stack, when written, then every function is there with its code, and nothing that SAM does not run', () => {
    expect(Object.keys(sam.Resources).sort()).toEqual(functionIds(template).sort());
    for (const [id, { Type, Properties }] of Object.entries(sam.Resources)) {
      expect(Type).toBe('AWS::Serverless::Function');
      expect(Properties.CodeUri).toBe(`${id}/`);
      expect(existsSync(join(folder, id, 'index.js'))).toBe(true);
    }
  });

  it('given the two files, then nothing is left that SAM warns about: no reference, and no variable that is not declared', () => {
    expect(JSON.stringify(sam)).not.toMatch(/"(Ref|Fn::\w+|aws:\w+:\w+)"/);
    for (const [id, { Properties }] of Object.entries(sam.Resources)) {
      const declared = Object.keys(Properties.Environment.Variables);
      expect(Object.keys(env[id] ?? {}).filter((name) => !declared.includes(name))).toEqual([]);
      const source = declaredVariables(template, id);
      const blank = Object.entries(asSam(id).environment).filter(
        ([name, value]) => value === '' && source[name] !== '',
      );
      expect(blank).toEqual([]);
    }
  });

  it('given the two files and a stored event signed afresh, when run as SAM runs them, then the function answers 200', async () => {
    const { awsUrl } = stage;
    const functions = await startFunctions({
      functions: ['UploadsFunction', 'PreCallFunction'].map(asSam),
      awsUrl,
      region: localDefaults.AWS_REGION,
    });
    try {
      const answers = await Promise.all(
        [
          ['UploadsFunction', 'uploads.json'],
          ['PreCallFunction', 'precall.json'],
        ].map(([id = '', file = '']) =>
          functions.invoke(id, renewEvent(readEvent(file), stage.secrets, new Date())).then(inShort),
        ),
      );
      expect(answers).toEqual(['200', '200']);
    } finally {
      await functions.close();
    }
  }, 60_000);
});
