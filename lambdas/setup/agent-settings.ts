import * as z from 'zod';

/** The settings that name agents. */
export const agentSettings = z.object({
  AGENT_IDS: z.string().transform((text) => text.split(',').filter((id) => id !== '')),
  /** The agent of 3CX calls; empty without one. */
  ELEVENLABS_AGENT_ID: z.string(),
});

/** The agents that the settings name, each once. */
export const agentsOfSettings = ({ AGENT_IDS, ELEVENLABS_AGENT_ID }: z.infer<typeof agentSettings>): string[] => [
  ...new Set([...AGENT_IDS, ...(ELEVENLABS_AGENT_ID === '' ? [] : [ELEVENLABS_AGENT_ID])]),
];
