import type { Construct } from 'constructs';
import { EmptySecret } from './constructs/empty-secret';
import { GeneratedSecret } from './constructs/generated-secret';

/** The secrets of an installation; their logical ids are their names. */
export const secretsOf = (stack: Construct) => {
  const { secret: apiKey } = new EmptySecret(stack, 'ElevenLabsApiKey', {
    description: 'ElevenLabs API key, with the scopes voices (read, write), agents (read, write) and user (read)',
  });
  const { secret: webhookSecret } = new EmptySecret(stack, 'ElevenLabsWebhookSecret', {
    description: 'Secret that signs the webhooks, as issued; two live ones separated by a comma while it is rotated',
  });
  const { secret: callerHashKey } = new GeneratedSecret(stack, 'CallerHashKey', {
    description: 'Key under which phone numbers are hashed; generated, never to be changed without need',
  });
  const { secret: flatSecret } = new EmptySecret(stack, 'FlatPostCallSecret', {
    description:
      'Secret of the sender of the flat post-call form; left empty, that form is signed with the webhook secret',
  });
  const { secret: threeCxSecret } = new EmptySecret(stack, 'ThreeCxWebhookSecret', {
    description: 'Secret that signs the webhooks of 3CX; two live ones separated by a comma while it is rotated',
  });
  const { secret: initiationSecret } = new EmptySecret(stack, 'InitiationSecret', {
    description:
      'Secret header of ElevenLabs\u2019 conversation-initiation webhook; two live ones separated by a comma while it is rotated',
  });
  return { apiKey, webhookSecret, callerHashKey, flatSecret, threeCxSecret, initiationSecret };
};

/** What an installation keeps secret. */
export type InstallationSecrets = ReturnType<typeof secretsOf>;
