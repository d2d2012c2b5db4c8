import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeSignature } from '../../lambdas/platform/signature';
import { spokenSample } from '../support/samples';
import { callPrecall, repositoryFile } from './call-precall';

interface Event {
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly requestContext: { requestTime: string; requestTimeEpoch: number };
  readonly body: string;
}

const localSecret = 'wsec_local_webhook_secret';
const sampleEvent = repositoryFile('events', 'precall.json');
const folder = mkdtempSync(join(tmpdir(), 'precall-sign-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const inFile = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const isSigned = (
  signature: string | undefined,
  signed: string | Buffer,
  secret: string,
  nowMs = Date.now(),
): boolean => judgeSignature(signature, [Buffer.from(signed)], { secrets: [secret], nowMs, toleranceS: 60 }).ok;
const parsed = (text: string): Event => JSON.parse(text) as Event;

describe('events/precall.json', () => {
  it('given the file, when read, then it holds the sample payload with the recording, signed with the local secret', () => {
    const event = parsed(readFileSync(sampleEvent, 'utf8'));

    const payload = JSON.parse(readFileSync(repositoryFile('events', 'payloads', 'precall.json'), 'utf8')) as object;
    const voice_sample = { format: 'base64', data: spokenSample('caller.ogg').toString('base64') };
    expect(JSON.parse(event.body)).toEqual({ ...payload, voice_sample });
    const signature = event.headers['ElevenLabs-Signature'];
    expect(isSigned(signature, event.body, localSecret, event.requestContext.requestTimeEpoch)).toBe(true);
    expect(event.multiValueHeaders['ElevenLabs-Signature']).toEqual([signature]);
  });

  it('given the file, when signed afresh, then it is as before but for signature and time', async () => {
    const before = parsed(readFileSync(sampleEvent, 'utf8'));

    const { exitCode, out } = await callPrecall(['sign', sampleEvent], { env: {} });

    const after = parsed(out[0]!);
    const signature = after.headers['ElevenLabs-Signature']!;
    expect(exitCode).toBe(0);
    expect(isSigned(signature, after.body, localSecret)).toBe(true);
    expect(Math.abs(after.requestContext.requestTimeEpoch - Date.now())).toBeLessThan(10_000);
    expect(after.requestContext.requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    const { requestTime, requestTimeEpoch } = after.requestContext;
    expect(after).toEqual({
      ...before,
      headers: { ...before.headers, 'ElevenLabs-Signature': signature },
      multiValueHeaders: { ...before.multiValueHeaders, 'ElevenLabs-Signature': [signature] },
      requestContext: { ...before.requestContext, requestTime, requestTimeEpoch },
    });
    expect(Object.keys(after)).toEqual(Object.keys(before));
  });

  it('given a copy, when signed with --write, then only lines of signature and time differ', async () => {
    const text = readFileSync(sampleEvent, 'utf8');
    const copy = inFile('precall.json', text);
    inFile('.prettierrc.json', readFileSync(repositoryFile('.prettierrc.json'), 'utf8'));

    const { exitCode, out } = await callPrecall(['sign', copy, '--write', '--secret', 'wsec_mine']);

    const [before, after] = [text, readFileSync(copy, 'utf8')].map((content) => content.split('\n'));
    const changed = after!.filter((line, n) => line !== before![n]).map((line) => line.trim().split(':')[0]);
    const times = ['"requestTime"', '"requestTimeEpoch"'];
    const signatures = ['"ElevenLabs-Signature"', '"ElevenLabs-Signature"'];
    expect({ exitCode, out, lines: after!.length }).toEqual({ exitCode: 0, out: [], lines: before!.length });
    expect(changed.filter((name) => !times.includes(name!))).toEqual(signatures);
    const event = parsed(after!.join('\n'));
    expect(isSigned(event.headers['ElevenLabs-Signature'], event.body, 'wsec_mine')).toBe(true);
  });
});

describe('precall sign', () => {
  it('given headers of another case and a base64 body, when signed, then the raw bytes are signed in their place', async () => {
    const body = Buffer.from([0, 255, 1, 254]);
    const event = {
      httpMethod: 'POST',
      headers: { 'elevenlabs-signature': 'old', 'ELEVENLABS-SIGNATURE': 'older', host: 'h' },
      multiValueHeaders: null,
      body: body.toString('base64'),
      isBase64Encoded: true,
    };
    const path = inFile('other-case.json', JSON.stringify(event));

    const { out } = await callPrecall(['sign', path, '--secret', 'wsec_mine']);

    const { headers, multiValueHeaders, requestContext } = parsed(out[0]!);
    const signature = headers['elevenlabs-signature'];
    expect(Object.keys(headers)).toEqual(['elevenlabs-signature', 'host']);
    expect(isSigned(signature, body, 'wsec_mine')).toBe(true);
    expect(multiValueHeaders).toEqual({ 'ElevenLabs-Signature': [signature] });
    expect(requestContext.requestTimeEpoch).toEqual(expect.any(Number));
  });

  it('given a bare payload, when signed, then the header line for exactly its bytes is printed', async () => {
    const text = '{ "type" : "pre_call" }\n';
    const path = inFile('bare.json', text);

    const { out } = await callPrecall(['sign', path], { env: { ELEVENLABS_WEBHOOK_SECRET: 'wsec_new, wsec_old' } });

    const [, signature] = /^ElevenLabs-Signature: (.*)$/.exec(out.join('\n'))!;
    expect(isSigned(signature, text, 'wsec_new')).toBe(true);
  });

  it.each([
    ['3cx', 'threecx', 'X-Signature', 'local_3cx_secret', 'THREECX_WEBHOOK_SECRET'],
    ['the flat form', 'postcall-flat', 'ElevenLabs-Signature', localSecret, 'FLAT_POSTCALL_SECRET'],
  ])(
    'given an event of %s, when signed, then its own header has the signature with its own secret',
    async (...given) => {
      const [, name, header, local, variable] = given;
      const event = repositoryFile('events', `${name}.json`);
      const payload = repositoryFile('events', 'payloads', `${name}.json`);

      for (const [env, secret] of [
        [{}, local],
        [{ [variable]: 'of its own, older' }, 'of its own'],
      ] as const) {
        const { headers, multiValueHeaders, body } = parsed((await callPrecall(['sign', event], { env })).out[0]!);
        expect(isSigned(headers[header], body, secret)).toBe(true);
        expect(multiValueHeaders[header]).toEqual([headers[header]]);
        expect('ElevenLabs-Signature' in headers).toBe(header === 'ElevenLabs-Signature');

        const [line] = (await callPrecall(['sign', payload], { env })).out;
        expect(line!.startsWith(`${header}: `)).toBe(true);
        expect(isSigned(line!.slice(header.length + 2), readFileSync(payload), secret)).toBe(true);
      }
    },
  );

  it('given a question of the initiation webhook, when signed, then its header has the secret itself', async () => {
    const { out } = await callPrecall(['sign', repositoryFile('events', 'payloads', 'initiation.json')], {
      env: { INITIATION_SECRET: 'of its own' },
    });

    expect(out).toEqual(['X-Precall-Secret: of its own']);
  });

  it('given an event of the wrong form, when signed, then its field is named', async () => {
    const path = inFile('wrong-form.json', JSON.stringify({ httpMethod: 'POST', headers: {}, body: 1 }));

    const { exitCode, notes } = await callPrecall(['sign', path]);

    expect(exitCode).toBe(2);
    expect(notes[0]).toMatch(/not a valid API Gateway event: body: /);
  });
});
