import { endpointsOf } from './endpoints';
import { parseFlags } from './flags';
import type { Surroundings } from './surroundings';
import { readTimeoutS } from './timeout';
import { webhookSecret } from './webhook-secret';
import { WrongUse } from './wrong-use';

const maxAgents = 20;

const flags = {
  agent: { type: 'string', multiple: true },
  url: { type: 'string', default: 'http://127.0.0.1:3005' },
  secret: { type: 'string' },
  json: { type: 'boolean' },
  timeout: { type: 'string', default: '30' },
} as const;

/** What `precall check` was asked for. */
export interface CheckOptions {
  /** Undefined: those that the service knows. */
  readonly agentIds: readonly string[] | undefined;
  readonly url: URL;
  readonly secret: string;
  readonly isJson: boolean;
  /** Above 0, at most 3600. */
  readonly timeoutS: number;
}

/**
 * Reads the arguments of `precall check`. Throws WrongUse for flags that are unknown or lack a value, and for other
 * arguments.
 */
export const readCheckOptions = (args: readonly string[], env: Surroundings['env']): CheckOptions => {
  const { values, positionals } = parseFlags(args, flags);
  if (positionals[0] !== undefined)
    throw new WrongUse(`${positionals[0]} has no meaning here: an agent is named with --agent.`);
  if (values.agent !== undefined && values.agent.length > maxAgents)
    throw new WrongUse(`--agent is given ${values.agent.length} times; ${maxAgents} agents are checked at a time.`);
  return {
    agentIds: values.agent,
    url: endpointsOf(values.url).setupCheck,
    secret: webhookSecret(values.secret, env),
    isJson: values.json ?? false,
    timeoutS: readTimeoutS(values.timeout),
  };
};
