/** What the demo says about the agent during and after the call. */
export interface DemoWords {
  readonly during: string;
  readonly ready: string;
  readonly after: string;
}

/** Returns the words for a call whose voice is on the agent, or only in the answer to the pre-call. */
export const wordsOf = (isOnAgent: boolean): DemoWords =>
  isOnAgent
    ? {
        during: 'agent now speaks with',
        ready: "The caller's voice is on the agent. The call ends.",
        after: 'agent has its own voice back',
      }
    : {
        during: 'agent keeps its own voice',
        ready: "The answer has the caller's voice, for this call only. The agent is unchanged. The call ends.",
        after: 'agent still has its own voice',
      };
