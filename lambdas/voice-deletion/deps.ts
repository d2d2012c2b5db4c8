import type { Callers } from '../adapters/ledger/callers';
import type { Conversations } from '../adapters/ledger/conversations';
import type { Voices } from '../adapters/ledger/voices';
import type { Samples } from '../adapters/samples';
import type { AgentVoiceDeps } from '../agent-voice/deps';
import type { Meter } from '../shared/metrics';

/** What the worker of deletion jobs works with. */
export interface VoiceDeletionDeps extends AgentVoiceDeps {
  readonly conversations: Conversations;
  readonly voices: Voices;
  readonly callers: Callers;
  /** Undefined when samples are kept after their voice. */
  readonly samples: Pick<Samples, 'remove'> | undefined;
  readonly meter: Meter;
}
