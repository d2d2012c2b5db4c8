import { WebhooksClient } from '@elevenlabs/elevenlabs-js/wrapper/webhooks';
import { judgeSignature, signatureHeader } from '../../lambdas/platform/signature';

const sdk = new WebhooksClient({});
const secret = 'wsec_0123456789abcdef';
const body = '{"type":"pre_call","name":"Zoë"}';
const nowS = Math.floor(Date.now() / 1000);
const sign = (timestamp: number = nowS, key = secret, text = body) =>
  signatureHeader([Buffer.from(text)], key, timestamp);
const right = sign();
const v0 = right.split(',')[1]!;
const wrong = `v0=${'0'.repeat(64)}`;

const ours = (header: string, key: string, text = body) => {
  const verdict = judgeSignature(header, [Buffer.from(text)], { secrets: [key], nowMs: Date.now(), toleranceS: 1800 });
  return verdict.ok ? 'accepted' : 'refused';
};
const theirs = async (header: string, key: string, text = body) =>
  sdk.constructEvent(text, header, key).then(
    () => 'accepted',
    () => 'refused',
  );

/** Where we and the SDK agree. */
const agreed: [string, string, string, string][] = (
  [
    ['as ElevenLabs signs', right, secret],
    ['v0 before t', `${v0},t=${nowS}`, secret],
    ['an unknown part', `${right},v1=abc`, secret],
    ['right before wrong v0', `${right},${wrong}`, secret],
    ['an age within the tolerance', sign(nowS - 1700), secret],
    ['a little ahead of the clock', sign(nowS + 200), secret],
    ['a body in UTF-8', sign(nowS, secret, '"ü"'), secret, '"ü"'],
    ['an empty header', '', secret],
    ['no v0', `t=${nowS}`, secret],
    ['no t', v0, secret],
    ['a wrong digest', `t=${nowS},${wrong}`, secret],
    ['another secret', sign(nowS, 'wsec_other'), secret],
    ['the secret without its prefix', sign(nowS, secret.replace('wsec_', '')), secret],
    ['a changed body', right, secret, `${body} `],
    ['a changed timestamp', `t=${nowS - 5},${v0}`, secret],
    ['too old', sign(nowS - 1900), secret],
    ['capital keys', right.replace('t=', 'T=').replace('v0=', 'V0='), secret],
    ['a cut digest', right.slice(0, -2), secret],
    ['another scheme', `sha256=${v0.slice(3)}`, secret],
    ['no configured secret', sign(nowS, 'x'), ''],
  ] as [string, string, string, string?][]
).map(([given, header, key, text = body]) => [given, header, key, text]);

/** Where we do not, and why. */
const different: [string, string, 'accepted' | 'refused', string][] = [
  [
    'a space after the comma',
    `t=${nowS}, ${v0}`,
    'accepted',
    'senders write lists with spaces; the digest still decides',
  ],
  ['spaces around', ` ${right} `, 'accepted', 'the same'],
  [
    'wrong before right v0',
    `t=${nowS},${wrong},${v0}`,
    'accepted',
    'any live signature may fit, so that secrets can be rotated',
  ],
  [
    'a digest in capitals',
    `t=${nowS},v0=${v0.slice(3).toUpperCase()}`,
    'accepted',
    'hex has no case; the bytes are compared',
  ],
  [
    'two t, the signed one first',
    `${right},t=1`,
    'refused',
    'one timestamp was signed: two leave it open which one is judged',
  ],
  ['a year ahead', sign(nowS + 31_536_000), 'refused', 'a signature must not be kept for later: 300 s at most'],
  ['milliseconds', sign(Date.now()), 'refused', 'the same: it lies in the far future'],
];

describe("our verdict beside that of the official SDK's constructEvent", () => {
  it.each(agreed)('given %s, then it is the same', async (_given, header, key, text) => {
    expect(ours(header, key, text)).toBe(await theirs(header, key, text));
  });

  it.each(different)('given %s, then ours is another one, with a reason', async (_given, header, verdict, reason) => {
    expect(ours(header, secret)).toBe(verdict);
    expect(await theirs(header, secret)).not.toBe(verdict);
    expect(reason).not.toBe('');
  });

  it('given a timestamp that is no number, correctly signed, then only the SDK lets it in', async () => {
    const { createHmac } = await import('node:crypto');
    const header = `t=soon,v0=${createHmac('sha256', secret).update(`soon.${body}`).digest('hex')}`;

    expect(ours(header, secret)).toBe('refused');
    expect(await theirs(header, secret)).toBe('accepted');
  });

  it('given all cases, when counted, then they are at least 25', () => {
    expect(agreed.length + different.length + 1).toBeGreaterThanOrEqual(25);
  });
});
