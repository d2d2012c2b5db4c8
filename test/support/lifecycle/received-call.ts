import { createHash } from 'node:crypto';
import { deadlineAt } from '../../../lambdas/platform/deadline';
import type { ReceivedPreCall } from '../../../lambdas/voices/pre-call/deps';
import { spokenSample } from '../samples';

/** A pre-call to run. */
export interface CallPlan {
  readonly conversationId: string;
  readonly agentId: string;
  readonly phoneNumber?: string | undefined;
  /** What the sample is made of: equal texts are equal samples. */
  readonly sample?: string;
  readonly name?: string;
  readonly leftMs?: number | undefined;
  readonly killAfter?: number | undefined;
}

/** The pre-call as it was let in. */
export const receivedCall = (
  { conversationId, agentId, phoneNumber, sample = 'a', name = 'Ivan', leftMs = 20_000 }: CallPlan,
  nowMs: () => number,
): ReceivedPreCall => {
  const bytes = Buffer.concat([spokenSample('caller.wav').subarray(0, 2000), Buffer.from(sample)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    event: {
      type: 'pre_call' as const,
      conversation_id: conversationId,
      agent_id: agentId,
      caller_metadata: { name, ...(phoneNumber !== undefined && { phone_number: phoneNumber }) },
    },
    samples: [{ bytes, format: 'wav' as const, sha256, durationS: 5, sampleRateHz: 24_000, warnings: [] }],
    signedAtS: Math.floor(nowMs() / 1000),
    receivedAtMs: nowMs(),
    deadline: deadlineAt(nowMs() + leftMs, nowMs),
  };
};
