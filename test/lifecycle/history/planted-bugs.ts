import type { Planted } from './world';

/** The end of a call does not take its activation off the agent. */
export const noRelease: Planted = ({ agents }) => ({
  agents: {
    ...agents,
    change: async (agentId, seen, change) => {
      const { activation = (await agents.read(agentId)).activation } = change;
      return agents.change(agentId, seen, { ...change, activation });
    },
  },
});

/** An agent is not given its voice back: to the worker of deletions it looks like one that never had a voice of ours. */
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
      return seen === undefined ? undefined : { ...seen, lease_until: 0 };
    },
  },
});

/** A PATCH that is about to be sent is not announced. */
export const noPendings: Planted = ({ agents }) => ({
  agents: {
    ...agents,
    change: (agentId, seen, change) => agents.change(agentId, seen, { ...change, pending: undefined }),
    addPending: async (agentId, seen) => (await agents.read(agentId)).version === seen,
  },
});

/** A voice is deleted with its first user's call, although others use it. */
export const noUsersCheck: Planted = ({ voices }) => ({
  voices: {
    ...voices,
    markDeleting: async (voiceId, expiresAtS) => {
      for (const user of Object.keys((await voices.read(voiceId))?.users ?? {})) await voices.endUse(voiceId, user);
      return voices.markDeleting(voiceId, expiresAtS);
    },
  },
});
