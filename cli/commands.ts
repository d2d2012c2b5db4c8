import type { Command } from './command';
import { agents } from './commands/agents';
import { call } from './commands/call';
import { calls } from './commands/calls';
import { end } from './commands/end';
import { status } from './commands/status';
import { trigger } from './commands/trigger';
import { voices } from './commands/voices';

/** The commands over an installation, in the order of the help. */
export const commands: Readonly<Record<string, Command>> = { status, calls, call, voices, agents, end, trigger };
