import { voiceOf } from '../../../lambdas/voices/conversation';
import { agentNow } from '../../support/lifecycle/agent-now';
import type { KnownCall, World } from '../history/world';

/** A call that ended while it had a voice. */
interface Watched {
  readonly voiceId: string;
  readonly agentId: string;
  readonly endedMs: number;
  /** Whether the agent had the voice at the end, and has not been seen without it since. */
  isOnAgent: boolean;
  /** When a late PATCH brought the voice back. */
  backSinceMs: number | undefined;
}

/** How long after the ends of calls their agents had their own voices again, and their voices were gone. */
export interface Watch {
  /** Notes the end of a call. */
  ended(call: KnownCall, isKept: boolean): Promise<void>;
  /** Looks at the agents and voices of the calls that ended. */
  look(): void;
  /** In seconds, for each call. */
  readonly restoredS: number[];
  readonly deletedS: number[];
  /** How long voices stayed that a late PATCH brought back. */
  readonly backS: number[];
}

/** Watches from outside, as somebody who calls the agent would. */
export const watchOf = ({ rig }: World): Watch => {
  const watched = new Set<Watched>();
  const [restoredS, deletedS, backS]: number[][] = [[], [], []];
  const lookAt = (call: Watched): void => {
    const { voiceId, agentId, endedMs } = call;
    const nowMs = rig.nowMs();
    const hasIt = agentNow(rig, agentId).voiceId === voiceId;
    if (call.isOnAgent && !hasIt) {
      restoredS!.push((nowMs - endedMs) / 1000);
      call.isOnAgent = false;
    } else if (!call.isOnAgent && hasIt) call.backSinceMs ??= nowMs;
    if (call.backSinceMs !== undefined && !hasIt) {
      backS!.push((nowMs - call.backSinceMs) / 1000);
      call.backSinceMs = undefined;
    }
    if (rig.elevenLabs.state.voices.some((known) => known.voiceId === voiceId)) return;
    deletedS!.push((nowMs - endedMs) / 1000);
    watched.delete(call);
  };
  return {
    restoredS: restoredS!,
    deletedS: deletedS!,
    backS: backS!,
    ended: async ({ conversationId, agentId }, isKept) => {
      const seen = await rig.deps.conversations.read(conversationId);
      const voiceId = seen === undefined ? undefined : voiceOf(seen);
      const exists = rig.elevenLabs.state.voices.some((known) => known.voiceId === voiceId);
      if (voiceId === undefined || !exists || isKept) return;
      const isOnAgent = agentNow(rig, agentId).voiceId === voiceId;
      watched.add({ voiceId, agentId, endedMs: rig.nowMs(), isOnAgent, backSinceMs: undefined });
    },
    look: () => watched.forEach(lookAt),
  };
};

/** How many there are, and half, 99 of 100 and all of them are at most how large. */
export const distributionOf = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0).toFixed(1);
  return `${values.length} (p50 ${at(0.5)} s, p90 ${at(0.9)} s, p99 ${at(0.99)} s, max ${at(1)} s)`;
};
