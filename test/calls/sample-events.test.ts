import { judgeSignature } from '../../lambdas/platform/signature';
import { audioFixture } from '../support/samples';
import { eventFile, payload, sampleNames } from './payloads';

describe.each(sampleNames)('events/postcall-%s.json', (name) => {
  const event = eventFile(`postcall-${name}.json`);
  const body = event['body'] as string;
  const { requestTimeEpoch: nowMs } = event['requestContext'] as { requestTimeEpoch: number };

  it('given the file, when read, then it carries the sample payload to its route', () => {
    expect(JSON.parse(body)).toEqual(payload(name));
    expect(event).toMatchObject({ httpMethod: 'POST', path: '/webhook/postcall', isBase64Encoded: false });
  });

  it('given the file, when its signature is judged, then the local secret made it', () => {
    const header = (event['headers'] as Record<string, string>)['ElevenLabs-Signature'];
    const secrets = ['wsec_local_webhook_secret'];

    expect(judgeSignature(header, [Buffer.from(body)], { secrets, nowMs, toleranceS: 60 })).toMatchObject({ ok: true });
    expect(event['multiValueHeaders']).toMatchObject({ 'ElevenLabs-Signature': [header] });
  });
});

describe('events/payloads/postcall-audio.json', () => {
  it('given the file, when read, then it carries the synthetic recording', () => {
    const { full_audio } = payload('audio')['data'] as { full_audio: string };

    expect(full_audio).toBe(audioFixture('too-short-2s.mp3').toString('base64'));
  });
});
