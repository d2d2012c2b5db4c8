/**
 * What sending a sample to ElevenLabs costs by client, in milliseconds of this process's CPU time, for a warm process.
 * The server is another process. All clients take turns. `node --import tsx bench/http-clients.ts`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { median, printTable, quantile } from './measure/table';
import { wav } from './measure/wav';

const rounds = 40;
const boundary = 'bench';
const head = Buffer.from(
  `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="sample.wav"\r\n` +
    'Content-Type: audio/wav\r\n\r\n',
);
const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
const contentType = `multipart/form-data; boundary=${boundary}`;

const serve = (): void => {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().once('end', () => outgoing.end('{"voice_id":"v1"}'));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
};

type Client = (url: string, sample: Buffer<ArrayBuffer>) => Promise<unknown>;

const agent = new Agent({ keepAlive: true });

const clients: Readonly<Record<string, Client>> = {
  'fetch, FormData of a copy': async (url, sample) => {
    const form = new FormData();
    form.append('files', new Blob([new Uint8Array(sample)], { type: 'audio/wav' }), 'sample.wav');
    return (await fetch(url, { method: 'POST', body: form })).json();
  },
  'fetch, body in one piece': async (url, sample) => {
    const body = Buffer.concat([head, sample, tail]);
    return (await fetch(url, { method: 'POST', body, headers: { 'content-type': contentType } })).json();
  },
  'node:http, keep-alive': async (url, sample) => {
    const length = head.length + sample.length + tail.length;
    const headers = { 'content-type': contentType, 'content-length': String(length) };
    const sending = request(url, { method: 'POST', agent, headers });
    for (const part of [head, sample, tail]) sending.write(part);
    sending.end();
    const [response] = z.tuple([z.custom<AsyncIterable<Buffer>>()]).parse(await once(sending, 'response'));
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  },
};

const main = async (): Promise<void> => {
  const server = fork(__filename, ['serve'], { execArgv: ['--import', 'tsx'] });
  const [port] = z
    .tuple([z.number()])
    .rest(z.unknown())
    .parse(await once(server, 'message'));
  const rows: (string | number)[][] = [];
  for (const bytes of [200_000, 1_000_000, 4_000_000]) {
    const sample = wav(bytes);
    const costs: Record<string, number[]> = {};
    for (let round = -5; round < rounds; round += 1) {
      for (const [name, send] of Object.entries(clients)) {
        const before = process.cpuUsage();
        await send(`http://127.0.0.1:${port}/`, sample);
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) (costs[name] ??= []).push((user + system) / 1000);
      }
    }
    for (const [name, each] of Object.entries(costs))
      rows.push([`${bytes / 1e6} MB  ${name}`, median(each), quantile(each, 0.99)]);
  }
  printTable(`Sending a sample, n = ${rounds}`, ['', 'CPU p50', 'CPU p99'], rows);
  server.kill();
  agent.destroy();
};

if (process.argv[2] === 'serve') serve();
else void main();
