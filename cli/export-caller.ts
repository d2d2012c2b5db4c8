import { lstat, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { jsonOf } from './answer-json';
import type { Invocation } from './command';
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

const pollMs = 1000;

/**
 * Requests the export of a caller, waits until its archive is ready, and writes it to a file. Throws WrongUse if the
 * file cannot be written, and Unreachable if no response arrives.
 */
export const exportCaller = async (phone_number: string, target: Target, invocation: Invocation): Promise<ExitCode> => {
  const request = await send('export', { type: 'caller_export', phone_number }, target);
  const { data: started } = accepted.safeParse(jsonOf(request));
  if (started === undefined) return refused(request, invocation);
  invocation.surroundings.note(`The export ${started.export_id} was accepted. Waiting for its archive…`);
  for (;;) {
    const answer = await send('export-status', { type: 'export_status', ...started }, target);
    const { data } = status.safeParse(jsonOf(answer));
    if (data === undefined || data.export.state === 'failed') return refused(answer, invocation);
    if (data.export.state === 'ready') {
      const path = invocation.text('out') ?? `caller-export-${started.export_id}.zip`;
      await download(data.export.download.url, path);
      const { files } = data.export.download;
      invocation.show({ ...started, file: path, files }, [
        `${path}: an archive of ${files} files. It is personal data.`,
      ]);
      return exitCodes.done;
    }
    await sleep(pollMs);
  }
};

const send = async (kind: KindName, event: JsonObject, target: Target): Promise<Answer> => {
  const { path, sender } = eventKinds[kind];
  const body = Buffer.from(JSON.stringify(event));
  const nowS = Math.floor(Date.now() / 1000);
  const headers = senderHeaders(sender, body, { secret: await target.secretOf(sender), isInvalid: false, nowS });
  return exchange({ method: 'POST', url: target.url(path), headers, body, timeoutS: 30 });
};

const refused = (answer: Answer, invocation: Invocation): ExitCode => {
  invocation.show(jsonOf(answer) ?? { http_status: answer.status }, describeAnswer(answer, meaningOf(answer)));
  return exitCodes.refused;
};

/** Downloads an archive to a file that only its owner can read. Leaves no incomplete archive behind. */
const download = async (url: string, path: string): Promise<void> => {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Unreachable('The archive was not downloaded: its storage did not answer. Run the command again.', {
      cause,
    });
  });
  const { ok, status: code, body } = response;
  if (!ok || body === null) throw new Unreachable(`The archive was not downloaded: S3 answered ${code}.`);
  const file = await open(path, 'w', 0o600).catch(async (error: unknown) => {
    await body.cancel().catch(() => undefined);
    throw cannotWrite(path, error);
  });
  try {
    await pipeline(Readable.fromWeb(body), file.createWriteStream());
  } catch (error) {
    await removeFile(path);
    if (writeFailure.safeParse(error).success) throw cannotWrite(path, error);
    throw new Unreachable('The archive was not downloaded completely. Run the command again.', { cause: error });
  }
};

const cannotWrite = (path: string, error: unknown): WrongUse =>
  new WrongUse(`${path} cannot be written: ${fileProblem(error)}.`);

const writeFailure = z.object({ syscall: z.enum(['write', 'close', 'fsync']), code: z.string() });

/** Deletes a file, but neither a device nor a link such as `/dev/stdout`. */
const removeFile = async (path: string): Promise<void> => {
  if ((await lstat(path)).isFile()) await rm(path);
};
