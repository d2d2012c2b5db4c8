import type { Command } from './command';
import { agents } from './commands/agents';
import { call } from './commands/call';
import { caller } from './commands/caller';
import { calls } from './commands/calls';
import { completionOf } from './commands/completion';
import { webConsole } from './commands/console';
import { costs } from './commands/costs';
import { end } from './commands/end';
import { parked } from './commands/parked';
import { pause, resume } from './commands/pause';
import { reconcile } from './commands/reconcile';
import { restore } from './commands/restore';
import { rights } from './commands/rights';
import { secret } from './commands/secret';
import { setup } from './commands/setup';
import { status } from './commands/status';
import { exportRecords, recording, replay, transcript } from './commands/stored';
import { tail } from './commands/tail';
import { trigger } from './commands/trigger';
import { voices } from './commands/voices';

/** The commands for an installation, in the order of the help. */
export const commands: Readonly<Record<string, Command>> = {
  status,
  calls,
  call,
  tail,
  console: webConsole,
  voices,
  agents,
  end,
  caller,
  rights,
  restore,
  parked,
  reconcile,
  secret,
  setup,
  pause,
  resume,
  transcript,
  recording,
  export: exportRecords,
  costs,
  trigger,
  replay,
  completion: completionOf(() => commands),
};
