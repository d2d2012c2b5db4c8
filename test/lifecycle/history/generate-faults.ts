import fc from 'fast-check';
import type { NewFault } from '../../../local/elevenlabs/faults';
import type { Step } from './history';

const of = fc.constantFrom;

const operation = of<NewFault['operation']>(
  'createVoice',
  'createVoice',
  'patchAgent',
  'patchAgent',
  'getAgent',
  'getVoice',
  'listVoices',
  'deleteVoice',
  'getConversation',
  '*',
);

const error = (status: number, code: string) => ({ kind: 'error', status, code }) as const;

const atElevenLabs: fc.Arbitrary<NewFault> = fc.oneof(
  fc.record({
    operation,
    times: of(1, 1, 4, 9),
    effect: of('before', 'after'),
    action: of<NewFault['action']>(
      error(500, 'internal_error'),
      error(503, 'unavailable'),
      { kind: 'reset' },
      { kind: 'hang', ms: 5 },
      { kind: 'slow', ms: 30 },
      { kind: 'truncate' },
    ),
  }),
  fc.record({ operation, times: of(1, 6), action: of(error(429, 'rate_limit_exceeded')) }),
  of(1, 4).map((times): NewFault => ({ operation: 'patchAgent', times, action: { kind: 'patchIgnored' } })),
);

const atAws = fc.record({
  service: of('dynamodb', 'dynamodb', 'dynamodb', 'sqs', 's3'),
  effect: of('before', 'after'),
  skip: fc.nat(12),
});

/** A fault that waits for its call. */
export const fault: fc.Arbitrary<Step> = fc.oneof(
  atElevenLabs.map((given): Step => ({ do: 'fault', fault: given })),
  atAws.map(({ service, ...given }): Step => {
    const skip = service === 'dynamodb' ? given.skip : 0;
    return { do: 'awsFault', fault: { service, ...given, skip } };
  }),
);
