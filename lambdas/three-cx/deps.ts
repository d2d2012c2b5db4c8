import type { ConsentTerms } from '../callers/consent';
import type { Connection } from '../elevenlabs/request';
import type { DynamicVariables } from '../initiation/dynamic-variables';
import type { AgentSetups } from '../ledger/agent-setups';
import type { Agents } from '../ledger/agents';
import type { Callers } from '../ledger/callers';
import type { Calls } from '../ledger/calls';
import type { Voices } from '../ledger/voices';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { GreetingTerms } from '../voices/greeting';

/** The settings for placing 3CX calls. */
export interface ThreeCxSettings extends GreetingTerms {
  /** Empty if not configured. */
  readonly agentId: string;
  /** Empty if not configured. */
  readonly phoneNumberId: string;
  readonly transport: 'sip_trunk' | 'twilio';
  /** `caller`, or the number of an extension or queue. */
  readonly dialTarget: string;
  readonly greetingVoiceId: string | undefined;
  readonly greetingMessage: string;
  /** Maximum duration of the greeting, in seconds. */
  readonly greetingMaxS: number;
  /** Undefined if there is no music. */
  readonly musicUrl: string | undefined;
  readonly dynamicVariables: DynamicVariables;
  /** How long a call waits for the caller's own voice, in seconds. */
  readonly cloneMaxWaitS: number;
  readonly isTransitionAutomatic: boolean;
  /** A call gets only a voice that is guaranteed to live this long, in seconds. */
  readonly longestCallS: number;
  /** @default no consent is demanded */
  readonly consent?: ConsentTerms;
}

/** Dependencies for placing calls. */
export interface ThreeCxCallDeps {
  readonly elevenLabs: Connection;
  readonly calls: Calls;
  readonly callers: Callers;
  readonly voices: Voices;
  readonly setups: AgentSetups;
  readonly agents: Pick<Agents, 'read'>;
  readonly settings: ThreeCxSettings;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}
