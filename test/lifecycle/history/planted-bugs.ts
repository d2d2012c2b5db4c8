import type { Transition } from '../../../lambdas/platform/transition';
import { type Conversation, heldWork } from '../../../lambdas/voices/conversation';
import { markDeleting } from '../../../lambdas/voices/voice';
import type { Planted } from './world';

/** The end of a call does not take its activation off the agent. */
export const noRelease: Planted = ({ agents }) => ({
  agents: {
    ...agents,
    write: (agentId, transition) => {
      const { activation, ...others } = transition.to;
      return agents.write(agentId, { ...transition, to: activation === undefined ? others : transition.to });
    },
  },
});

/**
 * An agent is not given its voice back: to the worker of deletions it looks like one that never had a voice of ours.
 */
export const noRestoring: Planted = ({ agents }, role) => ({
  agents: {
    ...agents,
    read: async (agentId) => {
      const seen = await agents.read(agentId);
      return role === 'worker' && seen.activation === undefined ? { ...seen, version: 0 } : seen;
    },
  },
});

/** A claim is taken over although its lease has not run out. */
export const noLease: Planted = ({ conversations }) => ({
  conversations: {
    ...conversations,
    read: async (conversationId) => {
      const seen = await conversations.read(conversationId);
      const held = seen === undefined ? undefined : heldWork(seen);
      return held === undefined ? seen : { ...seen!, work: { ...held, lease_until: 0 } };
    },
  },
});

/** A PATCH that is about to be sent is not announced. */
export const noPendings: Planted = ({ agents }) => ({
  agents: {
    ...agents,
    write: (agentId, transition) => {
      const kept = Object.entries(transition.to)
        .filter(([path]) => !path.startsWith('pendings.'))
        .map(([path, value]) => [path, path === 'pendings' ? {} : value]);
      return agents.write(agentId, { ...transition, to: Object.fromEntries(kept) as Transition['to'] });
    },
  },
});

/** A pre-call is given to a call although another has it. */
export const noTakenCheck: Planted = ({ conversations }) => ({
  conversations: {
    ...conversations,
    readMany: async (conversationIds) => (await conversations.readMany(conversationIds)).map(asUntaken),
    change: (conversationId, transition) => {
      const from = Object.entries(transition.from).filter(([path]) => path !== 'work.call');
      return conversations.change(conversationId, { ...transition, from: Object.fromEntries(from) });
    },
  },
});

const asUntaken = (seen: Conversation): Conversation =>
  seen.work?.state === 'taken' ? { ...seen, work: { ...seen.work, state: 'ready' } } : seen;

/** A voice is deleted with its first user's call, although others use it. */
export const noUsersCheck: Planted = ({ voices }) => ({
  voices: {
    ...voices,
    write: async (voiceId, transition) => {
      const isWritten = await voices.write(voiceId, transition);
      const isEndOfUse = Object.entries(transition.to).some(
        ([path, to]) => path.startsWith('users.') && to === undefined,
      );
      const from = { state: { oneOf: ['live', 'expiring'] } } as const;
      const to = { ...markDeleting(Date.now()).to, users: {} };
      if (isEndOfUse) await voices.write(voiceId, { region: 'voice', from, to });
      return isWritten;
    },
  },
});
