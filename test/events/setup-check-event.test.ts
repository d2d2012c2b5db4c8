import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeSignature } from '../../lambdas/platform/signature';

describe('events/setup-check.json', () => {
  const file = (...names: string[]) =>
    JSON.parse(readFileSync(join(__dirname, '..', '..', 'events', ...names), 'utf8')) as Record<string, unknown>;
  const event = file('setup-check.json');

  it('given the file, when read, then it carries the sample payload to its route, signed by the local secret', () => {
    const { requestTimeEpoch: nowMs } = event['requestContext'] as { requestTimeEpoch: number };
    const header = (event['headers'] as Record<string, string>)['ElevenLabs-Signature'];
    const secrets = ['wsec_local_webhook_secret'];
    const signed = [Buffer.from(event['body'] as string)];

    expect(JSON.parse(event['body'] as string)).toEqual(file('payloads', 'setup-check.json'));
    expect(event).toMatchObject({ httpMethod: 'POST', path: '/setup/check' });
    expect(judgeSignature(header, signed, { secrets, nowMs, toleranceS: 60 })).toMatchObject({ ok: true });
  });
});
