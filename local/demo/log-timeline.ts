import * as z from 'zod';

const logLine = z.looseObject({
  event: z.string(),
  level: z.string().optional(),
  conversation_id: z.string().nullish(),
  request_id: z.string().nullish(),
  operation: z.string().optional(),
  status: z.number().optional(),
  duration_ms: z.number().optional(),
});

/** A line in a function's log. */
export type LogLine = z.infer<typeof logLine>;

/** Parses a log line of a function. Returns undefined for any other line. */
export const readLogLine = (line: string): LogLine | undefined => {
  try {
    return logLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

const texts: Readonly<Record<string, string>> = {
  create_voice: 'voice cloned at ElevenLabs',
  get_agent: "agent's own voice and greeting read, beside the clone",
  get_voice: 'whose that voice is, looked up beside the clone',
  list_agent_branches: 'branches of the agent listed, beside the clone',
  get_convai_settings: "workspace's settings read, beside the clone",
  patch_agent: 'voice and greeting put on the agent',
};

/** Lists the ElevenLabs calls of one conversation, one per line, with their durations. */
export const timeline = (lines: readonly LogLine[], conversationId: string): string[] =>
  lines
    .filter((line) => line.conversation_id === conversationId && line.event === 'elevenlabs_call')
    .map(({ operation = '', status, duration_ms }) =>
      row(texts[operation] ?? operation, duration_ms, `HTTP ${status ?? '?'}`),
    );

/** Formats one row of the demo's output. */
export const row = (what: string, durationMs: number | undefined, detail = ''): string => {
  const duration = durationMs === undefined ? ' '.repeat(8) : `${String(Math.round(durationMs)).padStart(5)} ms`;
  return `  ${duration}  ${what}${detail === '' ? '' : ` · ${detail}`}`;
};
