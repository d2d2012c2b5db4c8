import { authenticateSender } from '../../lambdas/calls/authenticate-sender';
import type { SenderPolicy } from '../../lambdas/platform/verify-sender';
import { signatureOf } from '../support/sender';

const nowS = 1_780_000_000;
const policy = (...secrets: string[]): SenderPolicy => ({
  secrets: { values: () => Promise.resolve(secrets), reread: () => Promise.resolve(secrets) },
  toleranceS: 300,
});
const body = '{"type":"post_call_transcription"}';
const signed = (secret: string, timestampS = nowS) => ({
  header: signatureOf(body, { timestampS, secret }),
  signed: [Buffer.from(body)],
  nowMs: nowS * 1000,
});
const elevenLabs = policy('secret of ElevenLabs');
const [own, none] = [policy('secret of the flat form'), policy()];

describe('who may have signed a post-call event', () => {
  it.each([
    ['ElevenLabs’ secret, and none for the flat form', none, 'secret of ElevenLabs', ['elevenlabs', 'flat']],
    ['ElevenLabs’ secret, and one for the flat form', own, 'secret of ElevenLabs', ['elevenlabs']],
    ['the secret of the flat form', own, 'secret of the flat form', ['flat']],
    ['the same secret for both', elevenLabs, 'secret of ElevenLabs', ['elevenlabs', 'flat']],
  ])('given %s, then these senders', async (_what, flat, secret, senders) => {
    expect([...(await authenticateSender(signed(secret), { elevenLabs, flat }))]).toEqual(senders);
  });

  it.each([
    ['a secret that nobody has', none, signed('x'), 'INVALID_SIGNATURE'],
    ['a secret that nobody has, and one for the flat form', own, signed('x'), 'INVALID_SIGNATURE'],
    ['an old signature of ElevenLabs', own, signed('secret of ElevenLabs', nowS - 400), 'SIGNATURE_EXPIRED'],
    ['an old signature of the flat form', own, signed('secret of the flat form', nowS - 400), 'SIGNATURE_EXPIRED'],
  ])('given %s, then it is refused', async (_what, flat, request, code) => {
    await expect(authenticateSender(request, { elevenLabs, flat })).rejects.toMatchObject({ code });
  });
});
