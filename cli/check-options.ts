import { parseFlags } from './flags';
import type { Surroundings } from './surroundings';
import { findTarget } from './target';
import { readTimeoutS } from './timeout';
import { WrongUse } from './wrong-use';

const maxAgents = 20;

const flags = {
  agent: { type: 'string', multiple: true },
  url: { type: 'string' },
  secret: { type: 'string' },
  stage: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  port: { type: 'string' },
  json: { type: 'boolean' },
  timeout: { type: 'string', default: '30' },
} as const;

/** The options of `precall check`. */
export interface CheckOptions {
  /** The agents to check; undefined means those that the service knows. */
  readonly agentIds: readonly string[] | undefined;
  readonly url: URL;
  readonly secret: string;
  readonly isJson: boolean;
  /** Above 0, at most 3600. */
  readonly timeoutS: number;
}

/**
 * Parses the arguments of `precall check`. Throws WrongUse for unknown flags, flags without a value, and other
 * arguments.
 */
export const readCheckOptions = async (args: readonly string[], env: Surroundings['env']): Promise<CheckOptions> => {
  const { values, positionals } = parseFlags(args, flags);
  if (positionals[0] !== undefined)
    throw new WrongUse(`Unexpected argument ${positionals[0]}. Name agents with --agent.`);
  if (values.agent !== undefined && values.agent.length > maxAgents)
    throw new WrongUse(`--agent is given ${values.agent.length} times; ${maxAgents} agents are checked at a time.`);
  const timeoutS = readTimeoutS(values.timeout);
  const target = await findTarget(values, env);
  return {
    agentIds: values.agent,
    url: target.endpoints.setupCheck,
    secret: await target.secretOf('elevenlabs'),
    isJson: values.json ?? false,
    timeoutS,
  };
};
