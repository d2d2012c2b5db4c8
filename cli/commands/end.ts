import { setTimeout as sleep } from 'node:timers/promises';
import { endCall } from '../../ops/end-call';
import type { Installation } from '../../ops/installation';
import { isToBeDeleted, storyOf } from '../../ops/story';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { oneArgument } from '../run-command';

const timeoutMs = 60_000;
const pollMs = 500;

/** `precall end <id>`. */
export const end: Command = {
  summary: 'Ends a call for Precall: its agent gets its own voice back, and its clone is deleted or kept',
  forms: ['<conversation id>'],
  about:
    'It does not hang up. Use it when the end of a call was never reported, or to end a call that you made with send.',
  examples: ['precall end conv_abc123xyz', 'precall end conv_abc123xyz --stage prod'],
  run: async (invocation) => {
    const id = oneArgument(invocation, 'conversation id');
    const installation = await invocation.installation();
    await endCall(installation, id);
    const next = await untilDone(installation, id);
    invocation.show({ conversation_id: id, still_to_come: next }, [`The call ${id} is ended.`, ...next]);
    return exitCodes.done;
  },
};

/** Waits until the end is processed, and returns what is still to come after that. */
const untilDone = async (installation: Installation, id: string): Promise<readonly string[]> => {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const nowMs = Date.now();
    const { next, call } = await storyOf(installation, id, { nowMs });
    const { conversation, agent, voice } = call;
    const isRestored = conversation?.ended_at !== undefined && agent?.activation?.conversation_id !== id;
    const isReleased =
      voice === undefined ||
      voice.state === 'deleted' ||
      (voice.users[id] === undefined && !isToBeDeleted(voice, nowMs));
    if ((isRestored && isReleased) || nowMs > deadlineMs) return next;
    await sleep(pollMs);
  }
};
