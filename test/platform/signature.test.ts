import { createHmac } from 'node:crypto';
import { judgeSignature, signatureHeader } from '../../lambdas/platform/signature';

const secret = 'wsec_7f3a0c';
const other = 'wsec_rotated';
const nowMs = 1_767_225_600_000;
const nowS = nowMs / 1000;
const body = Buffer.from('{"type":"pre_call"}');
const terms = { secrets: [secret], nowMs, toleranceS: 1800 };
const sign = (timestampS: number, key = secret, bytes = body) => signatureHeader([bytes], key, timestampS);
const digestOf = (header: string) => header.split('v0=')[1]!;
const bad = '0'.repeat(64);

describe('signatureHeader', () => {
  it('given a known secret, time and body, when signed, then it is the known answer', () => {
    const header = signatureHeader([Buffer.from('{"type":"ping"}')], 'wsec_known', 1_702_425_485);

    // printf '1702425485.{"type":"ping"}' | openssl dgst -sha256 -hmac wsec_known
    expect(header).toBe('t=1702425485,v0=2aef4d16f1a04b3eeee97c3de4317706621577561ce923c7d8a2c70e96d461b1');
  });

  it('given bytes in several pieces, when signed, then the pieces count as one', () => {
    const whole = createHmac('sha256', secret).update(`${nowS}.`).update(body).digest('hex');

    expect(signatureHeader([body.subarray(0, 5), body.subarray(5)], secret, nowS)).toBe(`t=${nowS},v0=${whole}`);
  });
});

describe('judgeSignature', () => {
  it.each([
    ['a header as ElevenLabs sends it', sign(nowS)],
    ['v0 before t', `v0=${digestOf(sign(nowS))},t=${nowS}`],
    ['spaces around the parts', ` t=${nowS} , v0=${digestOf(sign(nowS))} `],
    ['a wrong v0 before the right one', `t=${nowS},v0=${bad},v0=${digestOf(sign(nowS))}`],
    ['a wrong v0 after the right one', `${sign(nowS)},v0=${bad}`],
    ['an unknown part', `${sign(nowS)},v1=whatever`],
    ['the digest in capitals', `t=${nowS},v0=${digestOf(sign(nowS)).toUpperCase()}`],
    ['exactly the tolerated age', sign(nowS - 1800)],
    ['exactly the tolerated advance', sign(nowS + 300)],
  ])('given %s, when judged, then it holds', (_given, header) => {
    expect(judgeSignature(header, [body], terms)).toMatchObject({ ok: true });
  });

  it.each([
    ['no header', undefined, 'missing'],
    ['an empty header', ' ', 'missing'],
    ['no v0', `t=${nowS}`, 'malformed'],
    ['no t', `v0=${digestOf(sign(nowS))}`, 'malformed'],
    ['two t', `t=${nowS},${sign(nowS)}`, 'malformed'],
    ['a t that is no number', `t=now,v0=${bad}`, 'malformed'],
    ['a negative t', `t=-5,v0=${bad}`, 'malformed'],
    ['a t in scientific notation', `t=1e9,v0=${bad}`, 'malformed'],
    ['a v0 that is too short', `t=${nowS},v0=abcd`, 'malformed'],
    ['a v0 that is no hex', `t=${nowS},v0=${'z'.repeat(64)}`, 'malformed'],
    ['capital keys', `T=${nowS},V0=${bad}`, 'malformed'],
    ['an endless header', `${sign(nowS)},${'v0='.padEnd(5000, 'a')}`, 'malformed'],
    ['a digest of zeros', `t=${nowS},v0=${bad}`, 'mismatch'],
    ['another secret', sign(nowS, other), 'mismatch'],
    ['another body', sign(nowS, secret, Buffer.from('{}')), 'mismatch'],
    ['a changed timestamp', `t=${nowS - 1},v0=${digestOf(sign(nowS))}`, 'mismatch'],
    ['a forged old one', `t=${nowS - 9999},v0=${bad}`, 'mismatch'],
    ['a right one a second too old', sign(nowS - 1801), 'expired'],
    ['a right one a second too early', sign(nowS + 301), 'future'],
    ['milliseconds instead of seconds', sign(nowMs), 'future'],
  ])('given %s, when judged, then it is refused', (_given, header, reason) => {
    expect(judgeSignature(header, [body], terms)).toEqual({ ok: false, reason });
  });

  it.each([
    ['signed with the first of two live secrets', secret],
    ['signed with the second of two live secrets', other],
  ])('given one %s, when judged, then it holds', (_given, key) => {
    expect(judgeSignature(sign(nowS, key), [body], { ...terms, secrets: [secret, other] })).toEqual({
      ok: true,
      signedAtS: nowS,
    });
  });

  it.each([
    ['no secret', []],
    ['an empty secret', ['']],
  ])('given %s, when judged, then nobody gets in, not even with an empty key', (_given, secrets) => {
    const verdict = judgeSignature(sign(nowS, ''), [body], { ...terms, secrets });

    expect(verdict).toEqual({ ok: false, reason: 'mismatch' });
  });
});
