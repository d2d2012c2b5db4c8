import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { DeployedFunction, DeployedStack } from '../../local/stack/deployed-stack';
import { secrets } from './rig';

const folder = mkdtempSync(join(tmpdir(), 'precall-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const peer = (id: string, file: string, environment: Readonly<Record<string, string>>): DeployedFunction => {
  const codeDir = join(folder, id);
  buildSync({
    entryPoints: [join(__dirname, '..', 'peers', `${file}.ts`)],
    outfile: join(codeDir, 'index.js'),
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'error',
  });
  return { id, codeDir, handler: 'index.handler', runtime: 'nodejs24.x', timeoutS: 60, memoryMb: 1024, environment };
};

/** Builds the functions that the product is compared with. */
export const peers = ({
  elevenLabs,
  stack,
}: {
  readonly elevenLabs: string;
  readonly stack: DeployedStack;
}): readonly DeployedFunction[] => {
  const account = { ELEVENLABS_API_BASE_URL: elevenLabs, API_KEY: secrets.ElevenLabsApiKey };
  const SECRET = secrets.ElevenLabsWebhookSecret;
  return [
    peer('Empty', 'empty', {}),
    peer('BareCalls', 'bare-calls', account),
    peer('OfficialSdk', 'official-sdk', { ...account, SECRET }),
    peer('StoreAndSend', 'store-and-send', {
      SECRET,
      BUCKET: Object.values(stack.buckets)[0] ?? '',
      QUEUE: Object.values(stack.queues)[0] ?? '',
    }),
  ];
};
