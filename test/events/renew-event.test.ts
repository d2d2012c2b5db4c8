import { judgeSignature } from '../../lambdas/platform/signature';
import { renewEvent } from '../../scripts/invoke/renew-event';

const now = new Date('2026-03-12T19:03:58.250Z');
const secrets = {
  ElevenLabsWebhookSecret: ' new one , old one',
  ThreeCxWebhookSecret: '3cx',
  InitiationSecret: 'header one,header two',
};

const apiEvent = (headers: Record<string, string>, body: string | null = '{"a":"é"}', isBase64Encoded = false) => ({
  httpMethod: 'POST',
  headers,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  requestContext: { stage: 'v1', requestTime: 'long ago', requestTimeEpoch: 1 },
  body,
  isBase64Encoded,
});

const renew = (event: Record<string, unknown>, held: Record<string, string> = secrets) =>
  renewEvent(event, held, now) as ReturnType<typeof apiEvent>;

const judge = (header: string | undefined, signed: string | Buffer, secret: string) =>
  judgeSignature(header, [Buffer.from(signed)], { secrets: [secret], nowMs: now.getTime(), toleranceS: 0 });

describe('renewEvent', () => {
  it('given an old signature, when renewed, then the first live secret signs the body now, in both lists of headers', () => {
    const { headers, multiValueHeaders } = renew(apiEvent({ Accept: '*/*', 'elevenlabs-signature': 't=1,v0=00' }));

    expect(judge(headers['elevenlabs-signature'], '{"a":"é"}', 'new one')).toMatchObject({ ok: true });
    expect(multiValueHeaders).toEqual({ Accept: ['*/*'], 'elevenlabs-signature': [headers['elevenlabs-signature']] });
    expect(headers['Accept']).toBe('*/*');
  });

  it('given a body in base64, when renewed, then its bytes are signed', () => {
    const bytes = Buffer.from([0, 255, 128]);
    const { headers } = renew(apiEvent({ 'ElevenLabs-Signature': 'old' }, bytes.toString('base64'), true));

    expect(judge(headers['ElevenLabs-Signature'], bytes, 'new one')).toMatchObject({ ok: true });
  });

  it('given headers of 3CX and of a starting call, when renewed, then each is proven by its own secret', () => {
    const { headers } = renew(apiEvent({ 'X-Signature': 'old', 'X-Precall-Secret': 'old' }));

    expect(judge(headers['X-Signature'], '{"a":"é"}', '3cx')).toMatchObject({ ok: true });
    expect(headers['X-Precall-Secret']).toBe('header one');
  });

  it('given the flat form, when its own secret is set, then that one signs it, and nothing else', () => {
    const held = { ...secrets, FlatPostCallSecret: 'flat' };
    const flat = '{"call_id":"1","agent_id":"agent_1"}';
    const event = '{"type":"post_call_transcription","data":{}}';
    const headerFor = (body: string, with_: Record<string, string>) =>
      renew(apiEvent({ 'ElevenLabs-Signature': 'old' }, body), with_).headers['ElevenLabs-Signature'];

    expect(judge(headerFor(flat, held), flat, 'flat')).toMatchObject({ ok: true });
    expect(judge(headerFor(event, held), event, 'new one')).toMatchObject({ ok: true });
    expect(judge(headerFor(flat, secrets), flat, 'new one')).toMatchObject({ ok: true });
  });

  it('given a request, when renewed, then it is made now', () => {
    expect(renew(apiEvent({})).requestContext).toEqual({
      stage: 'v1',
      requestTime: '12/Mar/2026:19:03:58 +0000',
      requestTimeEpoch: now.getTime(),
    });
  });

  it('given no signature, or no secret for it, when renewed, then the headers stay as they are', () => {
    expect(renew(apiEvent({ Accept: '*/*' })).headers).toEqual({ Accept: '*/*' });
    expect(renew(apiEvent({ 'X-Signature': 'old' }), {}).headers).toEqual({ 'X-Signature': 'old' });
  });

  it('given an event of a queue, when renewed, then it is the same', () => {
    const event = { Records: [{ body: '{}' }] };

    expect(renewEvent(event, secrets, now)).toBe(event);
  });

  it('given an event of API Gateway that is malformed, when renewed, then the field at fault is named', () => {
    expect(() => renew({ httpMethod: 'POST', headers: {}, body: 1 })).toThrow(/body/);
  });
});
