import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { jsonOf } from './answer-json';
import type { Call } from './command';
import { describeAnswer } from './describe-answer';
import { eventKinds, type KindName, senderHeaders } from './event-kinds';
import { type Answer, exchange, Unreachable } from './exchange';
import { type ExitCode, exitCodes } from './exit-codes';
import { meaningOf } from './meaning';
import { fileProblem, type JsonObject } from './read-input';
import type { Target } from './target';
import { WrongUse } from './wrong-use';

const accepted = z.object({ export_id: z.string() });
const status = z.object({
  export: z.discriminatedUnion('state', [
    z.object({ state: z.literal('running') }),
    z.object({ state: z.literal('failed'), reason: z.string() }),
    z.object({ state: z.literal('ready'), download: z.object({ url: z.url(), files: z.number() }) }),
  ]),
});

const lookEveryMs = 1000;

/**
 * Requests the export of a caller, waits until its archive is ready, and writes it to a file. Throws WrongUse if the
 * file cannot be written, and Unreachable if no response arrives.
 */
export const exportCaller = async (phone_number: string, target: Target, call: Call): Promise<ExitCode> => {
  const request = await send('export', { type: 'caller_export', phone_number }, target);
  const { data: begun } = accepted.safeParse(jsonOf(request));
  if (begun === undefined) return refused(request, call);
  call.surroundings.note(`The export ${begun.export_id} was accepted. Waiting for its archive…`);
  for (;;) {
    const answer = await send('export-status', { type: 'export_status', ...begun }, target);
    const { data } = status.safeParse(jsonOf(answer));
    if (data === undefined || data.export.state === 'failed') return refused(answer, call);
    if (data.export.state === 'ready') {
      const path = call.text('out') ?? `caller-export-${begun.export_id}.zip`;
      await download(data.export.download.url, path);
      const { files } = data.export.download;
      call.show({ ...begun, file: path, files }, [`${path}: an archive of ${files} files. It is personal data.`]);
      return exitCodes.done;
    }
    await sleep(lookEveryMs);
  }
};

const send = async (kind: KindName, event: JsonObject, target: Target): Promise<Answer> => {
  const { path, sender } = eventKinds[kind];
  const body = Buffer.from(JSON.stringify(event));
  const nowS = Math.floor(Date.now() / 1000);
  const headers = senderHeaders(sender, body, { secret: await target.secretOf(sender), isInvalid: false, nowS });
  return exchange({ method: 'POST', url: target.url(path), headers, body, timeoutS: 30 });
};

const refused = (answer: Answer, call: Call): ExitCode => {
  call.show(jsonOf(answer) ?? { http_status: answer.status }, describeAnswer(answer, meaningOf(answer)));
  return exitCodes.refused;
};

const download = async (url: string, path: string): Promise<void> => {
  const { ok, status: code, body } = await fetch(url);
  if (!ok || body === null) throw new Unreachable(`The archive cannot be downloaded: S3 answered ${code}.`);
  await pipeline(Readable.fromWeb(body), createWriteStream(path, { mode: 0o600 })).catch((error: unknown) => {
    throw new WrongUse(`${path} cannot be written: ${fileProblem(error)}.`);
  });
};
