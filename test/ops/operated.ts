/** The settings of the stack that tests of several commands share: 3CX calls an agent, and nothing waits for long. */
export const operated = {
  ELEVENLABS_AGENT_ID: 'agent_threecx',
  ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1',
  CLONE_MAX_WAIT_SECONDS: '2',
  GREETING_MAX_SECONDS: '1.5',
  ERASURE_SETTLE_SECONDS: '1',
};
