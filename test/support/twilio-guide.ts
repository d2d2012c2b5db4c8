import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { LocalStack } from '../../local/local-stack';
import { codeIn } from './guide';

const root = join(__dirname, '..', '..');
const state = z.object({
  conversations: z.array(z.object({ heard: z.object({ voiceId: z.string(), firstMessage: z.string() }) })),
});

/** The server that the Twilio guide tells its reader to save and start, and the program that dials it. */
export class TwilioProgram {
  private server: ChildProcess | undefined;
  private port = '';

  constructor(
    private readonly markdown: string,
    private readonly stack: Pick<LocalStack, 'url' | 'places'>,
  ) {}

  /** Starts the server with these settings, in place of one that runs, and returns what it prints first. */
  async start(settings: string | Readonly<Record<string, string>>): Promise<string> {
    await this.stop();
    const given =
      typeof settings === 'string'
        ? Object.fromEntries([...settings.matchAll(/([A-Z_]+)=(\S+) /g)].map(([, name, value]) => [name!, value!]))
        : settings;
    const { url, places } = this.stack;
    const env = { PRECALL_URL: url, ELEVENLABS_URL: places.elevenLabsUrl, PORT: '0', ...given };
    const file = this.save('twilio', ['const preCall =', 'const registerCallByHttp =', 'createServer']);
    this.server = spawn(process.execPath, [file], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const printed = String((await once(this.server.stdout!, 'data'))[0]);
    this.port = /port (\d+)/.exec(printed)?.[1] ?? '';
    return printed;
  }

  /** Dials the server, and returns what the program prints. */
  async dial(callSid: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const file = this.save('dial', ['await fetch(PUBLIC_URL'], `fetch('http://127.0.0.1:${this.port}/voice'`);
    return (await promisify(execFile)(process.execPath, [file, callSid], { cwd: root, env })).stdout;
  }

  async stop(): Promise<void> {
    if (this.server?.exitCode !== null || this.server.signalCode !== null) return;
    this.server.kill();
    await once(this.server, 'exit');
  }

  /** Returns what the callers heard at the simulated ElevenLabs. */
  async simulated(): Promise<z.infer<typeof state>> {
    return state.parse(await (await fetch(`${this.stack.places.elevenLabsUrl}/_simulator/state`)).json());
  }

  /** Saves the blocks with these parts as one file. The server's own port is chosen by the system. */
  private save(name: string, parts: readonly string[], request = 'fetch(PUBLIC_URL'): string {
    const file = join(mkdtempSync(join(tmpdir(), 'guide-')), `${name}.mjs`);
    const code = parts.flatMap((part) => codeIn(this.markdown, part).slice(0, 1)).join('\n');
    writeFileSync(file, code.replace('fetch(PUBLIC_URL', request));
    return file;
  }
}

/** Starts a server that accepts requests and answers none. */
export const silentServer = async (): Promise<{ url: string; close: () => Promise<void> }> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const sockets = new Set<{ destroy: () => unknown }>();
  server.on('connection', (socket) => void sockets.add(socket));
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
};
