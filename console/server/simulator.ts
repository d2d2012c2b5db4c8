import * as z from 'zod';
import { BadRequest } from './answers';

/** The ElevenLabs faults that the page offers, by name, in the simulator's format. */
const faults: Readonly<Record<string, object>> = {
  slow: { operation: 'createVoice', action: { kind: 'slow', ms: 8_000 } },
  rate_limited: {
    operation: 'createVoice',
    action: { kind: 'error', status: 429, code: 'too_many_concurrent_requests', retryAfterS: 2 },
  },
  down: { operation: '*', action: { kind: 'error', status: 503, code: 'service_unavailable' } },
  refused: { operation: 'createVoice', action: { kind: 'error', status: 400, code: 'voice_limit_reached' } },
  late_landing: { operation: 'patchAgent', action: { kind: 'slow', ms: 15_000 } },
};

const state = z.object({
  agents: z.array(z.object({ agentId: z.string() }).or(z.object({ agent_id: z.string() }))),
  faults: z.array(z.object({ id: z.string(), times: z.number().nullable() })),
  subscription: z.object({ voiceSlotsUsed: z.number(), voiceLimit: z.number() }),
});

/** The requests that the console sends to the simulated ElevenLabs. */
export interface Simulator {
  readonly read: () => Promise<z.infer<typeof state>>;
  /**
   * Queues a fault by its name. With `isLasting`, it stays until faults are cleared. Throws BadRequest if the name is
   * unknown.
   */
  readonly addFault: (name: string, isLasting: boolean) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
}

/** Connects to the simulator at this address. */
export const connectSimulator = (url: string): Simulator => {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/_simulator/${path}`, { method, ...init });
    const text = await response.text();
    if (!response.ok) throw new BadRequest(`The simulated ElevenLabs refused it: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    read: async () => state.parse(await ask('GET', 'state')),
    addFault: async (name, isLasting) => {
      const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
      if (fault === undefined) throw new BadRequest(`There is no fault ${name}.`);
      await ask('POST', 'faults', { ...fault, id: name, ...(isLasting && { times: null }) });
    },
    clearFaults: async () => {
      await ask('DELETE', 'faults');
    },
  };
};
