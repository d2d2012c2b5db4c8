import { adviceFor } from '../../elevenlabs/error-codes';
import { ElevenLabsError } from '../../elevenlabs/errors';
import { ServiceError } from '../../platform/errors';
import type { PatchRefusal } from '../agent';
import { explainBlocker, isBlocker } from '../agent-branches';

/** The purpose of a request to ElevenLabs, and the error code if it is refused. */
export interface Purpose {
  readonly refusedCode: 'VOICE_CLONING_FAILED' | 'AGENT_UPDATE_FAILED';
  readonly what: string;
}

/** Cloning the caller's voice. */
export const cloningTheVoice: Purpose = { refusedCode: 'VOICE_CLONING_FAILED', what: 'clone the voice' };
/** Reading or updating the agent. */
export const updatingAgent: Purpose = { refusedCode: 'AGENT_UPDATE_FAILED', what: 'update the agent' };

const retryAfterS = 5;

/**
 * Maps an ElevenLabs error to the sender's error. A rejected request becomes 422, and the message starts with
 * ElevenLabs' error code. A rejected API key becomes 500. Temporary failures become 503. Other errors are returned
 * unchanged.
 */
export const toServiceError = (error: unknown, { refusedCode, what }: Purpose): unknown => {
  if (!(error instanceof ElevenLabsError)) return error;
  switch (error.kind) {
    case 'refused': {
      return new ServiceError({
        code: refusedCode,
        message: `${error.code}: ElevenLabs refused to ${what}. ${adviceFor(error.code)}`,
        cause: error,
      });
    }
    case 'access':
      return new ServiceError({
        code: 'ELEVENLABS_ACCESS_DENIED',
        message:
          `${error.code}: ElevenLabs refused the key of this installation. ` +
          'Its operator has to check the key and its scopes.',
        cause: error,
      });
    case 'busy':
    case 'unavailable':
      return new ServiceError({
        code: 'ELEVENLABS_UNAVAILABLE',
        message: `${error.code}: ElevenLabs could not ${what}. Send the same request again.`,
        retryAfterS: error.details.retryAfterS ?? retryAfterS,
        cause: error,
      });
  }
};

/** Returns the sender's error for an agent that can't be PATCHed. Its message is one sentence. */
export const refusalError = ({ code, kind, branch, until }: PatchRefusal): ServiceError => {
  if (isBlocker(code)) {
    const { what, todo } = explainBlocker(code, branch);
    return new ServiceError({ code: 'AGENT_UPDATE_FAILED', message: `${what}: ${todo}.` });
  }
  return new ServiceError({
    code: kind === 'access' ? 'ELEVENLABS_ACCESS_DENIED' : 'AGENT_UPDATE_FAILED',
    message:
      `${code}: ElevenLabs refused the last update of this agent, so Precall clones no voice for it ` +
      `until ${new Date(until).toISOString()} or until a set-up check passes.`,
  });
};
