import type { Secret } from '../aws/secrets';
import type { Telemetry } from '../platform/telemetry';
import type { Connection } from './request';

/** ElevenLabs at this address, with the first live value of the key's secret. */
export const connectionTo = (baseUrl: string, apiKey: Pick<Secret, 'values'>, telemetry: Telemetry): Connection => ({
  baseUrl,
  apiKey: async () => (await apiKey.values())[0] ?? '',
  ...telemetry,
});
