import * as z from 'zod';

/** The settings that name agents. */
export const agentSettings = z.object({
  AGENT_IDS: z.string().transform((text) => text.split(',').filter((id) => id !== '')),
  /** The agent of 3CX calls. Empty if there is none. */
  ELEVENLABS_AGENT_ID: z.string(),
});

/** Returns the agents in the settings, without duplicates. */
export const agentsOfSettings = ({ AGENT_IDS, ELEVENLABS_AGENT_ID }: z.infer<typeof agentSettings>): string[] => [
  ...new Set([...AGENT_IDS, ...(ELEVENLABS_AGENT_ID === '' ? [] : [ELEVENLABS_AGENT_ID])]),
];
